"""The service and the ingestion job, put together: only the commands know both."""

from __future__ import annotations

from assistant.api.service import Service
from assistant.settings import Settings
from ingest.pictures.picture_workers import PictureWorkers
from ingest.threaded_queue import ThreadedIngestionQueue


def open_service(settings: Settings) -> Service:
    """The service in this process, with everything that it needs.

    Raises:
        UnavailableError: A part is missing or in use; the message says what to do.
    """
    return Service.open(settings, ThreadedIngestionQueue, PictureWorkers)
