"""Raised digits: a note's mark or an exponent behind a number must not become its last digit."""

from __future__ import annotations

from typing import Final

_RAISED: Final = dict(
    zip(map(ord, "0123456789+-−()n"), "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ", strict=True)
)  # fmt: skip


def raised(text: str) -> str:
    """A superscript as letters that are raised by themselves, where Unicode has them: ``1)``
    becomes ``¹⁾``. Words (``th``, ``TM``) stay as they are, with what stands among them; the
    length stays too."""
    if any(c.isalpha() and c != "n" for c in text):
        return text
    return text.translate(_RAISED)
