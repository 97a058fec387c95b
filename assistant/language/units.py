"""Units that stand beside the numbers of a text: "four months", "4개월", "أربعة أشهر"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeVar, get_args

import regex

from assistant.language.ar.letters import normalize_arabic
from assistant.language.folding import fold
from assistant.language.lexicon import LEXICON, alternatives
from assistant.language.quantities import Quantity, statements_in
from assistant.language.sentences import Span
from assistant.language.words import Currency, Unit, Words

NamedT = TypeVar("NamedT", Unit, Currency)

_ALL: Final[tuple[Unit, ...]] = get_args(Unit)
# What may stand between a number and its unit: the bracket that closes the number, a hyphen,
# and what kind of day it is.
_BETWEEN = rf"[\s)\]»”\-]*(?:{alternatives(lambda words: words.units.between)})?"


def _groups(names: Callable[[Words], Mapping[NamedT, str]], every_one: Iterable[NamedT]) -> str:
    """A group for each unit, with its name."""
    parts = []
    for unit in every_one:
        every = [names(words).get(unit) for words in LEXICON.values()]
        if present := [part for part in every if part]:
            parts.append(f"(?P<{unit}>{'|'.join(present)})")
    return "|".join(parts)


_NAMES: Final = _groups(lambda words: words.units.names, _ALL)
_UNIT = regex.compile(f"{_BETWEEN}(?:{_NAMES})", regex.IGNORECASE)
_PART_OF_UNIT: Final = regex.compile(
    rf"\s(?:{alternatives(lambda words: words.units.part_of)})(?:{_NAMES})", regex.IGNORECASE
)
# Words that are a number and a unit in one: 열흘, أسبوعان, أسبوع.
_WITHIN: Final = regex.compile(_groups(lambda words: words.units.within, _ALL))
_BEFORE_ONE: Final = regex.compile(rf"(?<!\p{{L}})(?:{_WITHIN.pattern})\s$")
_ONE: Final = regex.compile(alternatives(lambda words: words.units.one))
_AHEAD: Final = regex.compile(rf"(?<!\p{{L}})(?:{_groups(lambda words: words.units.ahead, _ALL)})$")
_CURRENCIES: Final = _groups(lambda words: words.units.currencies, get_args(Currency))
_CURRENCY_BEHIND: Final = regex.compile(
    rf"[\s)\]»”\-]*(?:{_CURRENCIES})(?!\s?\p{{Nd}})", regex.IGNORECASE
)
_CURRENCY_AHEAD: Final = regex.compile(rf"(?<!\p{{L}})(?:{_CURRENCIES})\s?$", regex.IGNORECASE)
# Of units that are told by their stem. A Korean word goes on with a particle.
_REST_OF_WORD: Final = regex.compile(r"[\p{Arabic}\p{Latin}]+")
#: How many of the smallest unit of its family a unit has. A month has no fixed number of days.
_SIZES: Final[Mapping[Unit, tuple[str, int]]] = {
    "minute": ("minutes", 1),
    "hour": ("minutes", 60),
    "day": ("minutes", 60 * 24),
    "week": ("minutes", 60 * 24 * 7),
    "month": ("months", 1),
    "year": ("months", 12),
}
#: A day and a week: before another time it says how often.
_RATES: Final = frozenset(_SIZES[unit][1] for unit in ("day", "week"))
# Between the parts of one duration: "1년 6개월", "a year and six months", "سنة وستة أشهر".
_JOINED: Final = regex.compile(
    rf"\s?(?:,|{alternatives(lambda words: words.units.joined)})?\s?", regex.IGNORECASE
)
_TIME: set[Unit] = {"minute", "hour", "day", "week", "month", "year"}
#: What asks for a number of what is named next.
HOW_MANY: Final = regex.compile(
    alternatives(lambda words: words.questions.how_many), regex.IGNORECASE
)
_COUNTED: Final = regex.compile(
    alternatives(lambda words: words.questions.counted), regex.IGNORECASE
)
_LABEL: Final = regex.compile(alternatives(lambda words: words.units.labels), regex.IGNORECASE)
#: Characters in which a unit must begin and end.
_REACH = 24


def asked_for(question: str) -> set[Unit]:
    """The units in which an answer may be: "how many days" may be answered in months, and not in
    "times". Empty where no unit is asked for."""
    found = named_in(question)
    return found | _TIME if found & _TIME else found


def named_in(question: str) -> set[Unit]:
    """The units that a question for how many of them names."""
    plain = normalize_arabic(question)
    return {unit for asks in HOW_MANY.finditer(plain) if (unit := _counted(plain[asks.end() :]))}


def _counted(right: str) -> Unit | None:
    """The unit that "how many" asks for, with what follows it: "annual leave days"."""
    between = _COUNTED.match(right)
    return _unit(right) or (_unit(right[between.end() :]) if between else None)


def labels_in(text: str) -> list[Span]:
    """Where a text names what is numbered, whose number is no amount: "Article 5", "제2항"."""
    folded = fold(text)
    return [folded.span(*match.span()) for match in _LABEL.finditer(folded.text)]


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
    # In Arabic the unit alone is one of it: أسبوع. In "30 يوما" it is only the unit.
    units = {at for q in stated for at in range(q.span.end, with_unit(text, q).end)}
    found = [d for q in stated if q.span.start not in units and (d := _duration(text, q))]
    return found + list(_sums(text, found))


def unit_of(text: str, quantity: Quantity) -> Unit | None:
    """The unit of a quantity that stands in a text."""
    own = normalize_arabic(text[quantity.span.start : quantity.span.end])
    right = normalize_arabic(text[quantity.span.end : quantity.span.end + _REACH])
    left = normalize_arabic(text[max(0, quantity.span.start - _REACH) : quantity.span.start])
    within = _WITHIN.search(left + own + right, len(left))
    if within and within.start() < len(left + own):
        return within.lastgroup  # type: ignore[return-value]
    match = _ahead(left, own) or _behind(right, quantity)
    return match.lastgroup if match else None  # type: ignore[return-value]


def currency_of(text: str, quantity: Quantity) -> Currency | None:
    """The currency of a quantity that stands in a text: "3만 원", "SAR 500", "٥٠٠ ريال"."""
    right = text[quantity.span.end : quantity.span.end + _REACH]
    left = text[max(0, quantity.span.start - _REACH) : quantity.span.start]
    match = _CURRENCY_BEHIND.match(normalize_arabic(right)) or _CURRENCY_AHEAD.search(
        normalize_arabic(left)
    )
    return match.lastgroup if match else None  # type: ignore[return-value]


def with_unit(text: str, quantity: Quantity) -> Span:
    """Where a quantity stands in a text, with the word of its unit or its currency."""
    start, end = quantity.span
    right = fold(text[end : end + _REACH])
    if behind := _CURRENCY_BEHIND.match(right.text) or _behind(right.text, quantity):
        last = _REST_OF_WORD.match(right.text, behind.end()) or behind
        return Span(start, end + right.ends[last.end() - 1])
    left = fold(text[max(0, start - _REACH) : start])
    own = normalize_arabic(text[start:end])
    if ahead := _ahead(left.text, own) or _CURRENCY_AHEAD.search(left.text):
        return Span(max(0, start - _REACH) + left.starts[ahead.start()], end)
    return quantity.span


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
        # "1일 8시간" is eight hours a day.
        if first.size in _RATES and match and not between[match.end() :].strip():
            continue
        if match and _JOINED.fullmatch(normalize_arabic(between), match.end()):
            yield Duration(first.family, first.size + second.size, first.parts + second.parts)


def _ahead(left: str, own: str) -> regex.Match[str] | None:
    """The unit that stands before a number, which is given as it is written."""
    return _AHEAD.search(left) or (_BEFORE_ONE.search(left) if _ONE.fullmatch(own) else None)


def _behind(right: str, quantity: Quantity) -> regex.Match[str] | None:
    """The unit that stands behind a number."""
    part = _PART_OF_UNIT.match(right) if quantity.value < 1 else None
    return part or _UNIT.match(right)


def _unit(right: str) -> Unit | None:
    """The unit that a text begins with."""
    match = _UNIT.match(normalize_arabic(right[:_REACH]))
    return match.lastgroup if match else None  # type: ignore[return-value]
