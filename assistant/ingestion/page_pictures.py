"""Pictures of the pages of PDFs, with a quote marked: what draws them, and what keeps them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

#: Bytes of pictures that are kept in memory: some hundred pages.
_KEPT_BYTES = 64 * 2**20


@dataclass(frozen=True)
class WantedPage:
    """What picture is asked for.

    Attributes:
        number: Of the page, from 1.
        quote: Text to mark; empty for none.
        width: Of the picture, in pixels.
    """

    number: int
    quote: str
    width: int


@dataclass(frozen=True)
class PagePicture:
    """A picture of a page.

    Attributes:
        png: The picture.
        found: Whether the quote, or the part of it that is on this page, is marked.
    """

    png: bytes
    found: bool


class PagePainter(Protocol):
    """Draws pages of files that nobody vouches for, within limits of time and memory."""

    async def paint(self, file: Path, name: str, wanted: WantedPage) -> PagePicture:
        """A page of a PDF.

        Args:
            file: The PDF.
            name: What to call it in errors.
            wanted: Which page, and how.

        Raises:
            NotFoundError: It has no such page.
            DeadlineError: It takes too long to draw.
            InvalidInputError: It cannot be drawn, or not within the limits of memory.
            OSError: The file is gone.
        """

    def close(self) -> None:
        """Stop what draws."""


class PictureCache:
    """Pictures that were asked for lately; those of a document go with it.

    Args:
        limit: Bytes of all pictures together.
    """

    def __init__(self, limit: int = _KEPT_BYTES) -> None:
        self._turn = Lock()
        self._dropped = 0
        self._pictures: LRUCache[tuple[str, str, WantedPage], PagePicture] = LRUCache(
            limit, getsizeof=lambda picture: len(picture.png)
        )

    async def picture(
        self,
        document: tuple[str, str],
        wanted: WantedPage,
        paint: Callable[[], Awaitable[PagePicture]],
    ) -> PagePicture:
        """A picture that is here, else as it is painted now.

        Args:
            document: Its id and the content hash of its record.
            wanted: Which page, and how.
            paint: Paints it.
        """
        key = (*document, wanted)
        with self._turn:
            if known := self._pictures.get(key):
                return known
            dropped = self._dropped
        painted = await paint()
        with self._turn:
            # The document may have been deleted meanwhile.
            if dropped == self._dropped and len(painted.png) <= self._pictures.maxsize:
                self._pictures[key] = painted
        return painted

    def drop_document(self, document_id: str) -> None:
        """Forget the pictures of a document."""
        with self._turn:
            self._dropped += 1
            for key in [key for key in self._pictures if key[0] == document_id]:
                del self._pictures[key]
