"""The numbers that a text states, in one form whatever digits it writes them in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import regex

# Thousands separators: comma, Arabic comma and thousands separator, thin and no-break spaces;
# the Arabic decimal mark where it stands more than once. Plain spaces stand between the numbers
# of a table's row, too, which seldom end in three zeros.
NUMBER: Final = (
    r"(?:\p{Nd}{1,3}(?:[\u202f\u00a0]\p{Nd}{3}(?!\p{Nd}))+"
    r"|(?<![\p{Nd}.,٫]|\p{Nd}\x20)\p{Nd}{1,3}(?:\x20\p{Nd}{3})+\x20(?:0{3}|٠{3})(?!\x20?\p{Nd})"
    r"|\p{Nd}{1,3}(?:٫\p{Nd}{3}(?!\p{Nd})){2,}(?![.٫])"
    r"|\p{Nd}+(?:[,٬،]\p{Nd}{3}(?!\p{Nd}))*)(?:[.٫]\p{Nd}+)?"
)
_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_NUMBER = regex.compile(NUMBER)
_RAISED = regex.compile(r"(?<=\p{Nd})[⁰¹²³⁴-⁹⁺⁻⁽⁾]+")
_SEPARATORS = regex.compile(r"[,٬،\u202f\u00a0\x20]")
# Between digits of Arabic script, and before a percent sign: "٣,٧٥", "2,5%". Not in "٣,٤,٥".
_DECIMAL_COMMA = regex.compile(
    r"(?<![\p{Nd}.,٬،٫])(\p{Nd}+),(?=\p{Nd}{1,2}(?![\p{Nd}٫]|[.,٬،]\p{Nd})"
    r"(?:(?<=[٠-٩],[٠-٩]{1,2})|\s?[%٪]))"
)
# NFKC makes an ordinary space of these; between thousands they are separators.
_SPACED = regex.compile(r"(?<=\p{Nd})[\u202f\u00a0](?=\p{Nd}{3}(?!\p{Nd}))")


def without_raised_digits(text: str) -> str:
    """``text`` without exponents and marks of notes behind its numbers: NFKC would make them
    their last digits."""
    return str(_RAISED.sub(" ", text))


def unify_digits(text: str) -> str:
    """``text`` with decimal digits of every script written as 0-9."""
    return str(_DIGIT.sub(lambda m: _value(m[0]), text))


@lru_cache
def _value(digit: str) -> str:
    """The value of a decimal digit of any script.

    Unicode keeps the ten digits of a script side by side in order. `unicodedata` is not asked:
    it is as old as Python, and knows fewer scripts than `regex`.
    """
    zero = ord(digit)
    while _DIGIT.match(chr(zero - 1)):
        zero -= 1
    return str((ord(digit) - zero) % 10)


def with_decimal_marks(text: str) -> str:
    """``text``, as long as before, with the Arabic decimal mark for every comma that is one."""
    return str(_DECIMAL_COMMA.sub(r"\1٫", text))


def plain_number(written: str) -> str:
    """A number that `NUMBER` matched, as 0-9 with at most one point and no separators."""
    marks = written.count("٫")
    whole = written.replace("٫", "", marks if marks > 1 else 0)
    return unify_digits(_SEPARATORS.sub("", whole)).replace("٫", ".")


def numbers_in(text: str) -> list[str]:
    """The numbers written in digits in ``text``, in order.

    Digits of every script become 0-9, separators between thousands go, ``٫`` becomes ``.``,
    leading zeros go, and trailing zeros after the point go: ``"١٬٥٠٠"`` and ``"1,500.0"`` both
    give ``"1500"``.
    """
    found = []
    spaced = _SPACED.sub("٬", without_raised_digits(text))
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", spaced)):
        whole, _, fraction = plain_number(match[0]).partition(".")
        fraction = fraction.rstrip("0")
        whole = whole.lstrip("0") or "0"
        found.append(f"{whole}.{fraction}" if fraction else whole)
    return found
