"""OLE files ([MS-CFB]): old Office files, locked new ones, Outlook's messages and HWP look the same
from outside. What they are is told by the streams that they hold."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import olefile

from assistant.codes import Fault
from ingest.errors import UnreadableFileError, locked

START: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

LOCKED: Final = "an encrypted Office file"
OLD_WORD: Final = "an old Word document"
OLD_POWERPOINT: Final = "an old PowerPoint presentation"
OLD_EXCEL: Final = "an old Excel workbook"
OUTLOOK: Final = "an Outlook message"
OTHER: Final = "another OLE file"
#: What a file is that has a stream of this name.
_BY_STREAM: Final = {
    "EncryptedPackage": LOCKED,
    "WordDocument": OLD_WORD,
    "PowerPoint Document": OLD_POWERPOINT,
    "Workbook": OLD_EXCEL,
    "Book": OLD_EXCEL,
    "__properties_version1.0": OUTLOOK,
    "FileHeader": "an HWP document",
}
#: A flag at this place of a Word document says that it is encrypted ([MS-DOC], FibBase).
_WORD_FLAGS_AT, _WORD_ENCRYPTED = 0x0A, 0x0100
#: What an encrypted presentation says of itself at this place ([MS-PPT], CurrentUserAtom).
_POWERPOINT_TOKEN_AT, _POWERPOINT_ENCRYPTED = 12, 0xF3D1C4DF


@contextmanager
def opened_ole(path: Path) -> Iterator[olefile.OleFileIO]:
    """An OLE file.

    Raises:
        UnreadableFileError: It is damaged.
    """
    try:
        ole = olefile.OleFileIO(path)
    # Of a broken file it may run into anything.
    except Exception as error:
        raise _damaged(path, error) from error
    try:
        yield ole
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise _damaged(path, error) from error
    finally:
        ole.close()


def ole_content(path: Path) -> str:
    """What an OLE file is.

    Raises:
        UnreadableFileError: It is damaged.
    """
    with opened_ole(path) as ole:
        names = {entry[0] for entry in ole.listdir(streams=True) if len(entry) == 1}
    return next((what for name, what in _BY_STREAM.items() if name in names), OTHER)


def refuse_encrypted(path: Path) -> None:
    """Refuse an old Word or PowerPoint file that has a password.

    Raises:
        UnreadableFileError: It has one, or is damaged.
    """
    with opened_ole(path) as ole:
        if ole.exists("WordDocument"):
            flags = _number(ole, "WordDocument", _WORD_FLAGS_AT, "<H")
            encrypted = bool(flags & _WORD_ENCRYPTED)
        elif ole.exists("Current User"):
            token = _number(ole, "Current User", _POWERPOINT_TOKEN_AT, "<I")
            encrypted = token == _POWERPOINT_ENCRYPTED
        else:
            encrypted = False
    if encrypted:
        raise locked(path.name)


def _number(ole: olefile.OleFileIO, stream: str, at: int, form: str) -> int:
    head = ole.openstream(stream).read(at + struct.calcsize(form))
    return int(struct.unpack_from(form, head, at)[0])


def _damaged(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        Fault.DAMAGED,
        f"{path.name} is damaged: {error}.",
        "Save it again with the program it comes from.",
    )
