"""Why a file could not be ingested."""

from __future__ import annotations

from enum import StrEnum

from assistant.errors import InvalidInputError


class Fault(StrEnum):
    """What is wrong with a file, for those who show it in other words than the service's own."""

    DAMAGED = "damaged"
    #: A password, copy protection, or the container that old Office files share with locked ones.
    PROTECTED = "protected"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    SCANNED = "scanned"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    #: The content is not what the ending of the name says.
    WRONG_FORMAT = "wrong_format"
    ENCODING = "encoding"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    #: The reader of the format failed.
    CRASHED = "crashed"
    BAD_METADATA = "bad_metadata"
    #: A link, a path out, an archive, or a second entry of one name in an archive.
    ARCHIVE_ENTRY = "archive_entry"
    BAD_NAME = "bad_name"
    #: Not there, not permitted, or no ordinary file.
    INACCESSIBLE = "inaccessible"
    #: Not the file's fault.
    INTERNAL = "internal"


class UnreadableFileError(InvalidInputError):
    """A file that no reader can read as it is.

    Args:
        fault: What is wrong with it.
        message: What is wrong, naming the file.
        hint: What its owner can do about it.
    """

    title = "The file cannot be read"

    def __init__(self, fault: Fault, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.fault = fault
        # Worker processes send it as its class and these.
        self.args = (fault, message, hint)
