"""What a text says of each of its quantities: of what, at least or at most, of how many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeVar

import regex

from assistant.language.bounds import bound_between, ends_scale
from assistant.language.quantities import Kind, Quantity, quantities_in
from assistant.language.units import unit_of
from assistant.language.words import Bound, Unit

T = TypeVar("T")

#: What tells a quantity from others, wherever it stands.
Value = tuple[Kind, Decimal]


#: "2026/2027" and "12/2019" are no values on scales.
_YEARS: Final = regex.compile(r"/\s?\p{Nd}{4}$")
#: Between a number in words and the same in digits.
_AGAIN: Final = regex.compile(r"\s?[(\[（]\s?")
#: Characters between the end of a scale and a value on it.
_FARTHEST_VALUE: Final = 16


@dataclass(frozen=True)
class Measure:
    """A quantity as a text states it.

    Attributes:
        quantity: The quantity.
        unit: What it counts, of a number that stands with one of the known units.
        bound: What is said of it: "at least 3.0", "3.0점 이상", "لا يقل عن ٣". Dates have none:
            "by", "until" and "at the latest on" a day say the same of it.
        ends_scale: Whether it is the end of a scale: the 4.3 of "3.0 out of 4.3".
    """

    quantity: Quantity
    unit: Unit | None
    bound: Bound | None
    ends_scale: bool


@lru_cache(maxsize=2048)  # the same sources are asked about each sentence of an answer
def measures_in(text: str) -> tuple[Measure, ...]:
    """The quantities of a text in their order, with what is said of each."""
    return tuple(
        Measure(
            quantity,
            unit_of(text, quantity) if quantity.kind == "number" else None,
            bound_between(left, right) if quantity.kind != "date" else None,
            ends_scale(text[: quantity.span.start], text[quantity.span.end :])
            and not _YEARS.search(text[: quantity.span.end]),
        )
        for quantity, left, right in _with_sides(text)
    )


def _with_sides(text: str) -> Iterator[tuple[Quantity, str, str]]:
    """The quantities of a text, each with what stands before and behind it, up to the others; what
    is stated twice, as in "seven (7) days", has both sides in common."""
    found = quantities_in(text)
    twice = [
        one.value == other.value and bool(_AGAIN.fullmatch(text[one.span.end : other.span.start]))
        for one, other in pairwise(found)
    ]
    ends = [0, *(quantity.span.end for quantity in found)]
    starts = [*(quantity.span.start for quantity in found[1:]), len(text)]
    for i, quantity in enumerate(found):
        first = i - 1 if i and twice[i - 1] else i
        last = i + 1 if i < len(twice) and twice[i] else i
        left = text[ends[first] : found[first].span.start]
        yield quantity, left, text[found[last].span.end : starts[last]]


def values_on_scales(text: str) -> Mapping[Value, set[Value]]:
    """The ends of the scales that a text states values on, with these values: 4.3 with 3.0 for
    "3.0 out of 4.3"."""
    found: dict[Value, set[Value]] = {}
    for one, other in pairwise(measures_in(text)):
        between = other.quantity.span.start - one.quantity.span.end
        if one.ends_scale != other.ends_scale and between <= _FARTHEST_VALUE:
            end, value = (one, other) if one.ends_scale else (other, one)
            found.setdefault(_value(end), set()).add(_value(value))
    return found


def _value(measure: Measure) -> Value:
    return (measure.quantity.kind, measure.quantity.value)


def by_value(text: str, part: Callable[[Measure], T]) -> Mapping[Value, set[T]]:
    """What a text says of each value that it states, everywhere that it states it.

    Args:
        text: A text.
        part: What of a measure is wanted.
    """
    found: dict[Value, set[T]] = {}
    for measure in measures_in(text):
        found.setdefault(_value(measure), set()).add(part(measure))
    return found
