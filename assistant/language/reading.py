"""What the readers of numbers and dates hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

#: Exact for every number that people write, and never an exception.
_ARITHMETIC: Final = Context(prec=60, traps=[])
#: Shorter than a product, so that 2/3 is the same number however it was reached.
_DIVISION: Final = Context(prec=28, traps=[])


@dataclass(frozen=True)
class Reading:
    """A number found in a folded text.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        values: What it may mean, the likeliest first; one value but for ambiguous words.
        grammatical: It is a word that need not count anything ("one of", 하나, أحد, "first"):
            it can support a number, and is none that needs support.
        percent: It is a share of a hundred by its own form, as 100분의 5 is.
        in_words: No digit is in it.
    """

    start: int
    end: int
    values: tuple[Decimal, ...]
    grammatical: bool = False
    percent: bool = False
    in_words: bool = True


def times(first: Decimal, second: Decimal | int) -> Decimal:
    """The product of two numbers."""
    return _ARITHMETIC.multiply(first, Decimal(second))


def plus(first: Decimal, second: Decimal | int) -> Decimal:
    """The sum of two numbers."""
    return _ARITHMETIC.add(first, Decimal(second))


def ratio(numerator: Decimal | int, denominator: Decimal | int) -> Decimal:
    """A fraction's value to 28 digits; a denominator of zero gives infinity or NaN."""
    return _DIVISION.divide(Decimal(numerator), Decimal(denominator))


def article_number(number: str, branch: str | None) -> str:
    """The number of an article in the form of `references`: "15", "15-2", "15-bis"."""
    return str(int(number)) + (f"-{branch}" if branch else "")
