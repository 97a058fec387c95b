"""Units that stand beside the numbers of a text: "four months", "4개월", "أربعة أشهر"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

import regex

from assistant.language.arabic import normalize_arabic
from assistant.language.quantities import Quantity, quantities_in, statements_in

Unit = Literal["minute", "hour", "day", "week", "month", "year", "times"]

# What may stand between a number and its unit: the bracket that closes the number, a hyphen,
# and what kind of day it is.
_BETWEEN = r"[\s)\]»”\-]*(?:an?\s+|(?:working|business|calendar|consecutive|full|academic)\s+)?"
_UNITS: dict[Unit, str] = {
    "minute": r"minutes?\b|분(?!의|기)|دقيقه|دقاي?ق|دقائق",
    "hour": r"hours?\b|시간|ساع",
    "day": r"days?\b|일|날(?!짜)|يوم|ايام",
    "week": r"weeks?\b|주(?:일|간|\b)|اسبوع|اسابيع",
    "month": r"months?\b|개월|달(?!러)|شهر|اشهر|شهور",
    "year": r"years?\b|년|سن[هو]|سنين|عام|اعوام",
    "times": r"times?\b|회(?!의|계)|번(?!호|째)|차례|مره|مرات",
}
_UNIT = regex.compile(
    _BETWEEN + "(?:" + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items()) + ")",
    regex.IGNORECASE,
)
# Words that are a number and a unit in one: 열흘, أسبوعان.
_WITHIN: Final = regex.compile(
    r"(?P<day>[하이]루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름|스무날|يوم[اي]ن)"
    r"|(?P<minute>دقيقت[اي]ن)|(?P<hour>ساعت[اي]ن)|(?P<week>اسبوع[اي]ن)|(?P<month>شهر[اي]ن)"
    r"|(?P<year>(?:سنت|عام)[اي]ن)"
)
#: How many of the smallest unit of its family a unit has. A month has no fixed number of days.
_SIZES: Final[Mapping[Unit, tuple[str, int]]] = {
    "minute": ("minutes", 1),
    "hour": ("minutes", 60),
    "day": ("minutes", 60 * 24),
    "week": ("minutes", 60 * 24 * 7),
    "month": ("months", 1),
    "year": ("months", 12),
}
# Between the parts of one duration: "1년 6개월", "a year and six months", "سنة وستة أشهر".
_JOINED: Final = regex.compile(r"\s?(?:,|and|و|하고|과|와)?\s?", regex.IGNORECASE)
_TIME: set[Unit] = {"minute", "hour", "day", "week", "month", "year"}
_HOW_MANY = regex.compile(r"\bhow many\b|몇|(?<!\p{L})[بلوف]?كم(?!\p{L})", regex.IGNORECASE)
#: Characters in which a unit must begin and end.
_REACH = 24


def asked_for(question: str) -> set[Unit]:
    """The units in which an answer may be: "how many days" may be answered in months, and not in
    "times". Empty where no unit is asked for."""
    found = {
        unit for asks in _HOW_MANY.finditer(question) if (unit := _unit(question[asks.end() :]))
    }
    return found | _TIME if found & _TIME else found


def units_in(text: str) -> dict[Decimal, set[Unit | None]]:
    """The units of each number that a text states, in digits or in words.

    Returns:
        Numbers with the units that stand beside them; None where a number stands without one.
    """
    found: dict[Decimal, set[Unit | None]] = {}
    for quantity in quantities_in(text):
        if quantity.kind == "number":
            found.setdefault(quantity.value, set()).add(unit_of(text, quantity))
    return found


@dataclass(frozen=True)
class Duration:
    """How long something lasts, comparable between units.

    Attributes:
        family: ``minutes`` or ``months``; durations of two families cannot be compared.
        size: So many of them.
        parts: The quantities that state it.
    """

    family: str
    size: Decimal
    parts: tuple[Quantity, ...]


def durations_in(text: str) -> list[Duration]:
    """The durations that a text states: "24 months" and "2 years" are the same one, "a month" is
    one, too. Of one in several parts ("1년 6개월") the whole and each part."""
    stated = [statement.meanings[0] for statement in statements_in(text)]
    found = [d for quantity in stated if (d := _duration(text, quantity))]
    return found + list(_sums(text, found))


def unit_of(text: str, quantity: Quantity) -> Unit | None:
    """The unit of a quantity that stands in a text."""
    own = text[quantity.span.start : quantity.span.end]
    if within := _WITHIN.search(normalize_arabic(own)):
        return within.lastgroup  # type: ignore[return-value]
    return _unit(text[quantity.span.end :])


def _duration(text: str, quantity: Quantity) -> Duration | None:
    unit = unit_of(text, quantity) if quantity.kind == "number" else None
    if unit is None or unit not in _SIZES:
        return None
    family, size = _SIZES[unit]
    return Duration(family, quantity.value * size, (quantity,))


def _sums(text: str, found: list[Duration]) -> Iterator[Duration]:
    for first, second in pairwise(found):
        if first.family != second.family or first.size <= second.size:
            continue
        between = text[first.parts[-1].span.end : second.parts[0].span.start]
        match = _UNIT.match(normalize_arabic(between))
        if match and _JOINED.fullmatch(normalize_arabic(between), match.end()):
            yield Duration(first.family, first.size + second.size, first.parts + second.parts)


def _unit(right: str) -> Unit | None:
    """The unit that a text begins with."""
    match = _UNIT.match(normalize_arabic(right[:_REACH]))
    return match.lastgroup if match else None  # type: ignore[return-value]
