"""Units that stand beside the numbers of a text: "four months", "4개월", "أربعة أشهر"."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import regex

from assistant.language import normalize_arabic, quantities_in

Unit = Literal["minute", "hour", "day", "week", "month", "year", "times"]

# What may stand between a number and its unit: the bracket that closes the number, a hyphen,
# and what kind of day it is.
_BETWEEN = r"[\s)\]»”\-]*(?:(?:working|business|calendar|consecutive|full|academic)\s+)?"
_UNITS: dict[Unit, str] = {
    "minute": r"minutes?\b|분(?!의|기)|دقيقه|دقاي?ق|دقائق",
    "hour": r"hours?\b|시간|ساع",
    "day": r"days?\b|일|يوم|ايام",
    "week": r"weeks?\b|주(?:일|간|\b)|اسبوع|اسابيع",
    "month": r"months?\b|개월|달(?!러)|شهر|اشهر|شهور",
    "year": r"years?\b|년|سن[هو]|سنين|عام|اعوام",
    "times": r"times?\b|회(?!의|계)|번(?!호|째)|차례|مره|مرات",
}
_UNIT = regex.compile(
    _BETWEEN + "(?:" + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items()) + ")",
    regex.IGNORECASE,
)
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
            found.setdefault(quantity.value, set()).add(_unit(text[quantity.span.end :]))
    return found


def _unit(right: str) -> Unit | None:
    """The unit that a text begins with."""
    match = _UNIT.match(normalize_arabic(right[:_REACH]))
    return match.lastgroup if match else None  # type: ignore[return-value]
