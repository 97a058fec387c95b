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


def announce(settings: Settings, url: str) -> Path:
    """Note in the data folder where its service listens, for `running_service`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = settings.data_dir / _ANNOUNCEMENT
    file.write_text(json.dumps({"url": url, "pid": os.getpid()}), "utf-8")
    return file


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
