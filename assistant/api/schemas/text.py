"""Text that callers send, and the days that stand in it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

import regex
from pydantic import AfterValidator, BeforeValidator

#: Why a text is refused that JSON can write down, and nothing can send, store or embed.
HALF_SURROGATE = "has half of a surrogate pair (U+D800 to U+DFFF), which is no character"

_DAY = regex.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _of_characters(text: str) -> str:
    # PostgreSQL stores none, and SQLite should not know users that PostgreSQL cannot.
    if "\0" in text:
        raise ValueError("has a NUL character (U+0000), which no text has")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(HALF_SURROGATE) from None
    return text


#: Any text. Every string of a request is one, unless it has a pattern of its own.
Text = Annotated[str, AfterValidator(_of_characters)]


def is_utf8(encoded: bytes) -> bool:
    """Whether a part of an address, percent-encoded as it was sent, is text. Half a surrogate
    pair is none either."""
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def _written(value: Any) -> Any:
    # Numbers, which pydantic would read as seconds since 1970, are no days.
    if not isinstance(value, str):
        return value
    if not _DAY.fullmatch(value):
        raise ValueError("is no day such as 2026-03-01")
    return date.fromisoformat(value)


#: A day, written as in ``2026-03-01``.
Day = Annotated[date, BeforeValidator(_written)]
