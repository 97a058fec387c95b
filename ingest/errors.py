"""Why a file could not be ingested."""

from __future__ import annotations

from assistant.errors import InvalidInputError


class UnreadableFileError(InvalidInputError):
    """A file that no reader can read as it is."""

    title = "The file cannot be read"
