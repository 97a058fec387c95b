"""Text that callers send, and the days that stand in it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, BeforeValidator

_DAY = regex.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _without_nul(text: str) -> str:
    # PostgreSQL stores none, and SQLite should not know users that PostgreSQL cannot.
    if "\0" in text:
        raise ValueError("has a NUL character (U+0000), which no text has")
    return text


#: Any text. Every string of a request is one, unless it has a pattern of its own.
Text = Annotated[str, AfterValidator(_without_nul)]


def _written(value: Any) -> Any:
    # Numbers, which pydantic would read as seconds since 1970, are no days.
    if not isinstance(value, str):
        return value
    if not _DAY.fullmatch(value):
        raise ValueError("is no day such as 2026-03-01")
    return date.fromisoformat(value)


#: A day, written as in ``2026-03-01``.
Day = Annotated[date, BeforeValidator(_written)]
