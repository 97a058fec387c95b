"""What draws the service's pictures of pages: one worker process (see `PagePainter`)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from assistant.errors import DeadlineError
from assistant.ingestion.page_pictures import PagePicture, WantedPage
from assistant.settings import Settings
from ingest.pictures.page_picture import draw_page
from ingest.workers import LimitedWorkers

#: Seconds that somebody waits for a picture at most; a page takes a fraction of one.
_PATIENCE = 20.0


class PictureWorkers:
    """Draws one page after another, as PDFium has to: it is not safe for threads.

    Args:
        settings: What a file may cost to read.
    """

    def __init__(self, settings: Settings) -> None:
        self._seconds = min(settings.read_seconds, _PATIENCE)
        self._workers = LimitedWorkers(1, self._seconds, settings.read_memory_bytes)

    async def paint(self, file: Path, name: str, wanted: WantedPage) -> PagePicture:
        """A page of a PDF.

        Raises:
            NotFoundError: It has no such page.
            DeadlineError: It takes too long to draw.
            UnreadableFileError: It cannot be drawn, or not within the limits of memory.
            OSError: The file is gone.
        """
        with self._workers.telling(name):
            drawn = self._workers.submit(draw_page, file, name, wanted)
            try:
                return await asyncio.wrap_future(drawn)
            except TimeoutError as error:
                raise DeadlineError(
                    f"Page {wanted.number} of {name} takes longer than {self._seconds:.0f} s"
                    " to draw.",
                    "Download the file and look at it there.",
                ) from error

    def close(self) -> None:
        """Stop the process."""
        self._workers.close()
