"""Why a file could not be ingested."""

from __future__ import annotations

from assistant.codes import Fault
from assistant.errors import InvalidInputError


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


def locked(name: str) -> UnreadableFileError:
    """That a file has a password."""
    return UnreadableFileError(
        Fault.PROTECTED, f"{name} is protected with a password.", "Save it without a password."
    )
