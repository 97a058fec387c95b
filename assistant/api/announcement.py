"""Where the running service listens, noted in the data folder for the commands to find.

Imports nothing heavy: a command that asks the service should not load the models' libraries.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from assistant.settings import Settings

_ANNOUNCEMENT = "service.json"


def announce(settings: Settings, url: str, token: str) -> Path:
    """Note in the data folder where its service listens, for `running_service`.

    ``token`` opens what only this machine's operator may do, such as ingesting local paths: who
    can read the note can read the index as well.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = settings.data_dir / _ANNOUNCEMENT
    file.unlink(missing_ok=True)
    values = {"url": url, "pid": os.getpid(), "token": token}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(values, stream)
    return file


@dataclass(frozen=True)
class RunningService:
    """A service to ask.

    Attributes:
        url: Its base URL.
        token: What makes us its operator; None for a service that is not this data folder's.
    """

    url: str
    token: str | None

    @property
    def is_ours(self) -> bool:
        """Whether it has this data folder's index open."""
        return self.token is not None


def running_service(settings: Settings) -> RunningService | None:
    """The service that answers for this data folder, or None.

    ``TRILOGUE_API_URL`` names one that may be elsewhere, and is taken at its word that it runs;
    it is shown the token only if it listens just where our own service has noted.
    """
    noted = _noted(settings)
    if settings.api_url:
        if noted and _place(noted.url) == _place(settings.api_base):
            return RunningService(settings.api_base, noted.token)
        return RunningService(settings.api_base, None)
    with suppress(httpx.HTTPError):
        if noted and httpx.get(f"{noted.url}/healthz", timeout=2).is_success:
            return noted
    return None


def _noted(settings: Settings) -> RunningService | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads((settings.data_dir / _ANNOUNCEMENT).read_text("utf-8"))
        return RunningService(str(note["url"]), str(note["token"]))
    return None


def _place(url: str) -> tuple[str, str, int | None]:
    """Scheme, address and port; all names of this machine's own address are one."""
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    with suppress(ValueError):
        if ip_address(host).is_unspecified:  # a service that listens on all addresses
            host = "127.0.0.1"
    return parts.scheme, host, parts.port
