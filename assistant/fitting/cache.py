"""What was read of questions and answers, kept so that a fit that was interrupted goes on."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.errors import InvalidInputError


class Cache:
    """Readings in a file of JSON lines, each with a key.

    Args:
        file: The file, which need not exist; None keeps nothing beyond this process.

    Raises:
        InvalidInputError: It cannot be read or written.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, dict[str, Any]] = {}
        if file is None:
            return
        try:
            with file.open("a+", encoding="utf-8") as stream:
                stream.seek(0)
                text = stream.read()
                if text and not text.endswith("\n"):  # the last line is half written
                    stream.write("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInputError(f"{file} cannot be used: {error}") from error
        for line in text.splitlines():
            with suppress(ValueError, KeyError, TypeError):
                row = json.loads(line)
                self._known[row["key"]] = row["values"]

    def get(self, key: str) -> dict[str, Any] | None:
        """What is kept under a key; None if nothing is."""
        return self._known.get(key)

    def put(self, key: str, values: dict[str, Any]) -> None:
        """Keep values, which JSON can tell, under a key."""
        self._known[key] = values
        if self._file:
            row = json.dumps({"key": key, "values": values}, ensure_ascii=False)
            with self._file.open("a", encoding="utf-8") as out:
                out.write(f"{row}\n")


def key_of(*parts: object) -> str:
    """A key that these parts have in common with no others."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
