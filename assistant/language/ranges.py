"""Numbers that are the two ends of a range: "5 to 10 days", "SAR 500–1,000"."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

from assistant.language.folding import fold
from assistant.language.measures import Measure, measures_in
from assistant.language.quantities import RANGE_REACH, is_range
from assistant.language.units import currency_of, with_unit

T = TypeVar("T")


def ranges_in(text: str) -> list[tuple[Measure, Measure]]:
    """The first and the last of the ranges of numbers or percentages that a text states. Both are
    of one kind and count the same thing, which may stand with one of them alone."""
    return [(one, other) for one, other in pairwise(measures_in(text)) if _is_one(text, one, other)]


def _is_one(text: str, one: Measure, other: Measure) -> bool:
    if one.quantity.kind != other.quantity.kind or one.quantity.kind == "date":
        return False
    first, last = with_unit(text, one.quantity), with_unit(text, other.quantity)
    left = text[max(0, first.start - RANGE_REACH) : first.start]
    return bool(
        is_range(fold(left).text, fold(text[first.end : last.start]).text)
        and one.quantity.value < other.quantity.value
        and _same(text, one, other, lambda text, measure: measure.unit)
        and _same(text, one, other, lambda text, measure: currency_of(text, measure.quantity))
    )


def _same(
    text: str, one: Measure, other: Measure, counted: Callable[[str, Measure], T | None]
) -> bool:
    return len({counted(text, one), counted(text, other)} - {None}) <= 1
