"""Readers: from a file of any known format to its text.

One function for each format; `read` finds the right one. `SourceText` says what they give.
Light to import: a job reads files in worker processes, and each loads what its formats need.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.formats import Format, identify
from ingest.readers.conversion import modern
from ingest.readers.source import Limits, Markup, Remark, SourceText

Reader = Callable[[Path, Limits], SourceText]

#: The reader of each format: (module, function). The others are converted to one of these.
_READERS = {
    Format.MARKDOWN: ("text", "read_markdown"),
    Format.TEXT: ("text", "read_text"),
    Format.HTML: ("html", "read_html"),
    Format.PDF: ("pdf", "read_pdf"),
    Format.DOCX: ("word", "read_docx"),
    Format.PPTX: ("slides", "read_pptx"),
    Format.SPREADSHEET: ("tables", "read_workbook"),
    Format.CSV: ("tables", "read_csv"),
    Format.EPUB: ("books", "read_epub"),
    Format.ODT: ("opendocument", "read_odt"),
    Format.HWP: ("hangul", "read_hwp"),
    Format.HWPX: ("hangul", "read_hwpx"),
    Format.EML: ("mail", "read_mail"),
    Format.MSG: ("mail", "read_mail"),
}


def read(path: Path, limits: Limits | None = None) -> SourceText:
    """Read a file with the reader of its format.

    Raises:
        UnreadableFileError: The file is not what its name says, is damaged, is beyond a limit,
            or has no text.
    """
    limits = limits or Limits()
    with modern(identify(path), path, limits) as (kind, file):
        return read_as(kind, file, limits)


def read_as(kind: Format, path: Path, limits: Limits) -> SourceText:
    """As `read`, of a file whose format is known and has a reader."""
    module, function = _READERS[kind]
    reader: Reader = getattr(import_module(f"ingest.readers.{module}"), function)
    source = reader(path, limits)
    if len(source.text) > limits.characters:
        raise UnreadableFileError(
            Fault.TOO_LARGE,
            f"{path.name} has more than {limits.characters:,} characters of text.",
            "Split it, or raise TRILOGUE_MAX_TEXT_CHARS.",
        )
    if not source.text.strip():
        raise UnreadableFileError(
            Fault.NO_TEXT, f"{path.name} has no text.", "Check that it was saved whole."
        )
    return source


__all__ = ["Limits", "Markup", "Remark", "RemarkKind", "SourceText", "read", "read_as"]
