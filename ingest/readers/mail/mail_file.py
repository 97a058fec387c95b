"""From a file to a message of Python's email package."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from pathlib import Path
from typing import Final

from assistant.codes import Fault
from ingest import ole
from ingest.errors import UnreadableFileError
from ingest.readers.mail.outlook import outlook_message
from ingest.readers.source import Limits


class _AsWritten(Compat32):
    """Gives headers as they are written; Python would replace letters outside ASCII."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_WRITTEN: Final = _AsWritten()


def open_mail(path: Path, limits: Limits) -> Message:
    """The message in an EML or MSG file.

    Raises:
        UnreadableFileError: It is damaged, or beyond a limit.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(ole.START)) == ole.START:
                return outlook_message(path, limits)
            file.seek(0)
            return BytesParser(policy=_AS_WRITTEN).parse(file)
    except (UnreadableFileError, MemoryError, FileNotFoundError, PermissionError):
        raise
    # The parser promises to take anything and does not hold it.
    except Exception as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is damaged: {type(error).__name__}: {error}.",
            "Save it again with the program it comes from.",
        ) from error
