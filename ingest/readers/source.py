"""What a reader gives: the text of one file, and what was noticed while reading it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.codes import RemarkKind

Markup = Literal["markdown", "plain"]
#: Between the cells of a table's row, in a plain text.
CELL = " | "
#: Pages that a remark names in words: of a 5,000-page scan the first are enough.
_NAMED_PAGES = 20


@dataclass(frozen=True)
class Remark:
    """Something an operator should know about a document.

    Attributes:
        kind: What it is.
        detail: The particulars, in English.
        pages: On which pages, from 1, for formats with pages.
    """

    kind: RemarkKind
    detail: str
    pages: Sequence[int] = ()

    def __str__(self) -> str:
        """One line in English, which names the first pages."""
        if not self.pages:
            return self.detail
        named = ", ".join(map(str, self.pages[:_NAMED_PAGES]))
        more = len(self.pages) - _NAMED_PAGES
        word = "page" if len(self.pages) == 1 else "pages"
        return f"{word} {named}{f' and {more:,} more' if more > 0 else ''}: {self.detail}"


@dataclass(frozen=True)
class SourceText:
    """The text of one file.

    Attributes:
        text: Markdown, or plain text for formats without headings.
        markup: Which of the two it is.
        title: The file's own title, if any.
        page_starts: Offsets in ``text`` at which its pages begin, for formats with pages.
        remarks: What was noticed.
    """

    text: str
    markup: Markup
    title: str | None = None
    page_starts: Sequence[int] = ()
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True)
class Limits:
    """What a file may cost to read. A file beyond a limit is refused with a reason.

    Attributes:
        file_bytes: Size of a file.
        unpacked_bytes: Size of what an archive or an Office file unpacks to.
        members: Files in an archive.
        pages: Pages of a PDF.
        characters: Length of a text.
    """

    file_bytes: int = 100 * 2**20
    unpacked_bytes: int = 500 * 2**20
    members: int = 10_000
    pages: int = 5_000
    characters: int = 30_000_000
