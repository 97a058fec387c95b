"""What the files of each format show, told without their readers: the measure of what readers keep.

Each function takes the shortest way to all letters of a file and knows nothing of headings, lists
or tables, so that what a reader loses is not lost here too. May import `ingest.readers` for
opening packages and decoding, and nothing that reads text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from ingest.formats import Format
from ingest.readers.cleaning import clean
from ingest.readers.source import Limits

#: Of each format: (module, function). The old binary formats HWP and XLS have none: there is no
#: second way into them.
_TOLD_BY = {
    Format.MARKDOWN: ("web", "markdown"),
    Format.TEXT: ("plain", "plain"),
    Format.CSV: ("plain", "plain"),
    Format.HTML: ("web", "page"),
    Format.EPUB: ("web", "book"),
    Format.PDF: ("pages", "pages"),
    Format.DOCX: ("documents", "word"),
    Format.ODT: ("documents", "open_document"),
    Format.HWPX: ("documents", "hangul"),
    Format.PPTX: ("presentations", "slides"),
    Format.SPREADSHEET: ("workbooks", "sheets"),
    Format.EML: ("mails", "body"),
    Format.MSG: ("mails", "body"),
}

Tell = Callable[[Path, Limits], Iterable[str] | None]


def visible(path: Path, kind: Format, limits: Limits) -> tuple[str, ...] | None:
    """The text that a file shows: one for each page of a PDF, one or several of other formats;
    None where nothing but its reader can tell.

    Raises:
        UnreadableFileError: The file is damaged or beyond a limit.
    """
    if kind not in _TOLD_BY:
        return None
    module, function = _TOLD_BY[kind]
    tell: Tell = getattr(import_module(f"ingest.visible.{module}"), function)
    texts = tell(path, limits)
    return None if texts is None else tuple(map(clean, texts))
