"""The numbers that a text states, in one form whatever digits it writes them in."""

from __future__ import annotations

import unicodedata

import regex

# Thousands separators: comma, Arabic thousands separator, thin and no-break spaces.
_NUMBER = regex.compile(r"\p{Nd}+(?:[,٬\u202f\u00a0]\p{Nd}{3}(?!\p{Nd}))*(?:[.٫]\p{Nd}+)?")
_SEPARATORS = regex.compile(r"[,٬\u202f\u00a0]")


def unify_digits(text: str) -> str:
    """``text`` with decimal digits of every script written as 0-9."""
    return str(regex.sub(r"\p{Nd}", lambda m: str(unicodedata.decimal(m[0])), text))


def numbers_in(text: str) -> list[str]:
    """The numbers written in digits in ``text``, in order.

    Digits of every script become 0-9, separators between thousands go, ``٫`` becomes ``.``,
    leading zeros go, and trailing zeros after the point go: ``"١٬٥٠٠"`` and ``"1,500.0"`` both
    give ``"1500"``.
    """
    found = []
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        digits = unify_digits(_SEPARATORS.sub("", match[0])).replace("٫", ".")
        whole, _, fraction = digits.partition(".")
        fraction = fraction.rstrip("0")
        whole = whole.lstrip("0") or "0"
        found.append(f"{whole}.{fraction}" if fraction else whole)
    return found
