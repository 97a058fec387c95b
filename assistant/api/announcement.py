"""Where the running service listens, noted in the data folder for the commands to find.

Imports nothing heavy: a command that asks the service should not load the models' libraries.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

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


def operator_token(settings: Settings) -> str | None:
    """The token of the service that has this data folder's index open, or None."""
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads((settings.data_dir / _ANNOUNCEMENT).read_text("utf-8"))["token"])
    return None


def running_service(settings: Settings) -> str | None:
    """Base URL of the service that has this data folder's index open, or None.

    ``TRILOGUE_API_URL`` names one that may be elsewhere, and is taken at its word.
    """
    if settings.api_url:
        return settings.api_base
    with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
        stored = json.loads((settings.data_dir / _ANNOUNCEMENT).read_text("utf-8"))
        if httpx.get(f"{stored['url']}/healthz", timeout=2).is_success:
            return str(stored["url"])
    return None
