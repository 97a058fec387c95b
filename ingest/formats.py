"""What kind of file a file is: by its name, and checked against its first bytes."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path

from ingest.errors import UnreadableFileError


class Format(StrEnum):
    """The formats that can be read."""

    MARKDOWN = "Markdown"
    TEXT = "text"
    HTML = "HTML"
    PDF = "PDF"
    DOCX = "DOCX"


BY_SUFFIX = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".htm": Format.HTML,
    ".html": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
}

#: How files begin that are certainly not text: (first bytes, what such a file is).
_BINARY_STARTS = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted or old Office file"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"\x1f\x8b", "gzip archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def identify(path: Path) -> Format:
    """The format of a file.

    Raises:
        UnreadableFileError: The name has no known ending, or the content is something else
            than the name says.
    """
    expected = BY_SUFFIX.get(path.suffix.lower())
    if expected is None:
        known = ", ".join(sorted(BY_SUFFIX))
        raise UnreadableFileError(f"{path.name}: unknown kind of file.", f"Readable: {known}.")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise UnreadableFileError(f"{path.name} is empty.", "Check that it was copied whole.")
    actual = next((kind for start, kind in _BINARY_STARTS if head.startswith(start)), None)
    if expected == Format.PDF:
        # Readers accept some bytes before the mark (PDF 1.7, appendix H.3.4.1: within 1024).
        if b"%PDF-" not in head[:1024]:
            raise _mismatch(path, expected, actual)
    elif expected == Format.DOCX:
        _check_docx(path, actual)
    elif actual or (b"\0" in head and not head.startswith(_UTF16_MARKS)):
        raise _mismatch(path, expected, actual)
    return expected


def _check_docx(path: Path, actual: str | None) -> None:
    if actual == "encrypted or old Office file":
        raise UnreadableFileError(
            f"{path.name} is protected with a password or is an old .doc file.",
            "Save it as a .docx without a password.",
        )
    if actual != "ZIP or Office file":
        raise _mismatch(path, Format.DOCX, actual)
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(
            f"{path.name} is damaged: {error}.", "Save it again from Word."
        ) from error
    if "word/document.xml" not in names:
        raise _mismatch(path, Format.DOCX, "another ZIP or Office file")


def _mismatch(path: Path, expected: Format, actual: str | None) -> UnreadableFileError:
    what = f"its content is a {actual}" if actual else "its content is not"
    return UnreadableFileError(
        f"{path.name} is named as {expected}, but {what}.",
        "Give the file the ending of its real format.",
    )
