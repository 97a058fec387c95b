"""Text that callers send."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def _without_nul(text: str) -> str:
    # PostgreSQL stores none, and SQLite should not know users that PostgreSQL cannot.
    if "\0" in text:
        raise ValueError("has a NUL character (U+0000), which no text has")
    return text


#: Any text. Every string of a request is one, unless it has a pattern of its own.
Text = Annotated[str, AfterValidator(_without_nul)]
