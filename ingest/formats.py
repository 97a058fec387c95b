"""What kind of file a file is: by its name, and checked against its first bytes."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

import regex

from assistant.codes import Fault
from ingest import ole
from ingest.errors import UnreadableFileError, locked


class Format(StrEnum):
    """The formats that can be read."""

    MARKDOWN = "Markdown"
    TEXT = "text"
    HTML = "HTML"
    PDF = "PDF"
    DOCX = "DOCX"
    PPTX = "PPTX"
    SPREADSHEET = "spreadsheet"
    CSV = "CSV"
    EPUB = "EPUB"
    ODT = "ODT"
    HWP = "HWP"
    HWPX = "HWPX"
    DOC = "DOC"
    PPT = "PPT"
    RTF = "RTF"
    ODP = "ODP"
    EML = "EML"
    MSG = "MSG"


BY_SUFFIX = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".htm": Format.HTML,
    ".html": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".pptx": Format.PPTX,
    ".xlsx": Format.SPREADSHEET,
    ".xls": Format.SPREADSHEET,
    ".ods": Format.SPREADSHEET,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".epub": Format.EPUB,
    ".odt": Format.ODT,
    ".hwp": Format.HWP,
    ".hwpx": Format.HWPX,
    ".doc": Format.DOC,
    ".dot": Format.DOC,
    ".ppt": Format.PPT,
    ".pps": Format.PPT,
    ".rtf": Format.RTF,
    ".odp": Format.ODP,
    ".eml": Format.EML,
    ".msg": Format.MSG,
}
#: Archives of documents; their members are read one by one.
ARCHIVE_SUFFIXES = (".zip",)
#: Mails: documents that may hold others.
MAIL_SUFFIXES = (".eml", ".msg")

_ZIP = "a ZIP or Office file"
_OLE = "an OLE file"
_HWP_3 = "an HWP 3 document"
#: How files begin that are certainly not text: (first bytes, what such a file is).
_BINARY_STARTS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", _ZIP),
    (ole.START, _OLE),
    (b"HWP Document File", _HWP_3),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

#: A part that a format's package must have.
_PART_OF = {
    Format.DOCX: "word/document.xml",
    Format.PPTX: "ppt/presentation.xml",
    Format.EPUB: "META-INF/container.xml",
    Format.ODT: "content.xml",
    Format.ODP: "content.xml",
    Format.HWPX: "Contents/content.hpf",
}
_SPREADSHEET_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_OLE_FORMATS = {Format.HWP: (_OLE, _HWP_3)}
#: Formats in OLE files of whose kind their readers must be sure.
_OLE_CONTENT = {
    Format.DOC: ole.OLD_WORD,
    Format.PPT: ole.OLD_POWERPOINT,
    Format.MSG: ole.OUTLOOK,
}
_RTF_START = b"{\\rtf"
#: How a mail begins: with the name of a header field (RFC 5322), or as a file of mails does.
_MAIL_START = regex.compile(rb"(?:\xef\xbb\xbf)?\s*(?:>?From [^\r\n]*\r?\n)?[!-9;-~]+[ \t]*:")
#: How the web pages begin that many programs write for Word and Excel under their names.
_PAGE_START = regex.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|meta|style|body|table)\b",
    regex.I | regex.S,
)
_PAGE_NAMES = (".doc", ".xls")
_TEXT_FORMATS = (Format.MARKDOWN, Format.TEXT, Format.HTML, Format.CSV)


def identify(path: Path) -> Format:
    """The format of a file.

    Raises:
        UnreadableFileError: The name has no known ending, or the content is something else
            than the name says.
    """
    suffix = path.suffix.lower()
    expected = BY_SUFFIX.get(suffix)
    if expected is None:
        known = ", ".join(sorted((*BY_SUFFIX, *ARCHIVE_SUFFIXES)))
        raise UnreadableFileError(
            Fault.UNKNOWN_FORMAT, f"{path.name}: unknown kind of file.", f"Readable: {known}."
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise UnreadableFileError(
            Fault.EMPTY, f"{path.name} is empty.", "Check that it was copied whole."
        )
    actual = next((kind for start, kind in _BINARY_STARTS if head.startswith(start)), None)
    if expected == Format.PDF:
        # Readers accept some bytes before the mark (PDF 1.7, appendix H.3.4.1: within 1024).
        if b"%PDF-" not in head[:1024]:
            raise _mismatch(path, expected, actual)
    elif expected in _TEXT_FORMATS:
        if actual or _is_binary(head):
            raise _mismatch(path, expected, actual)
    elif expected == Format.EML:
        if actual or _is_binary(head) or not _MAIL_START.match(head):
            raise _mismatch(path, expected, actual)
    elif expected in (Format.RTF, Format.DOC) and head.startswith(_RTF_START):
        return Format.RTF  # Word opens RTF under both names, and many programs write it so
    elif suffix in _PAGE_NAMES and _PAGE_START.match(head):
        return Format.HTML  # as Word and Excel do
    elif expected in _OLE_CONTENT:
        _check_ole(path, expected, actual)
    elif expected == Format.RTF:
        raise _mismatch(path, expected, actual)
    elif expected in _OLE_FORMATS or suffix == ".xls":
        if actual not in _OLE_FORMATS.get(expected, (_OLE,)):
            raise _mismatch(path, expected, actual)
    else:
        _check_package(path, expected, actual)
    return expected


def _is_binary(head: bytes) -> bool:
    """Whether a text's first bytes hold zeros that UTF-16 does not explain."""
    if b"\0" not in head or head.startswith(_UTF16_MARKS):
        return False
    # UTF-16 without a mark: zeros in one half of the pairs only, and many of them or spaces.
    halves = head[0::2].count(0), head[1::2].count(0)
    return min(halves) > 0 or max(halves) < max(4, len(head) / 50)


def _check_ole(path: Path, expected: Format, actual: str | None) -> None:
    """Whether an OLE file is what is expected; a locked Office file of any kind is told as such."""
    if actual != _OLE:
        raise _mismatch(path, expected, actual)
    content = ole.ole_content(path)
    if content == ole.LOCKED:
        raise locked(path.name)
    if content != _OLE_CONTENT.get(expected):
        raise _mismatch(path, expected, content)


def _check_package(path: Path, expected: Format, actual: str | None) -> None:
    if actual == _OLE:
        _check_ole(path, expected, actual)
    if actual != _ZIP:
        raise _mismatch(path, expected, actual)
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is damaged: {error}.",
            "Save it again with the program it comes from.",
        ) from error
    wanted = (_PART_OF[expected],) if expected in _PART_OF else _SPREADSHEET_PARTS
    if not names.intersection(wanted):
        raise _mismatch(path, expected, "another ZIP or Office file")


def _mismatch(path: Path, expected: Format, actual: str | None) -> UnreadableFileError:
    what = f"its content is {actual}" if actual else "its content is not"
    return UnreadableFileError(
        Fault.WRONG_FORMAT,
        f"{path.name} is named as {expected}, but {what}.",
        "Give the file the ending of its real format.",
    )
