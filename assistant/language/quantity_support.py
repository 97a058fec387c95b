"""Which quantities of a text are stated by others, in any of the three languages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from assistant.language.calendars import CALENDARS, PartialDate
from assistant.language.folding import fold
from assistant.language.lexicon import LEXICON
from assistant.language.quantities import Quantity, statements_in
from assistant.language.units import durations_in, unit_of, with_unit
from assistant.language.words import Unit

_RATES: Final = {
    word: unit for words in LEXICON.values() for word, unit in words.numbers.rates.items()
}


def unsupported_quantities(sentence: str, sources: Sequence[str]) -> list[Quantity]:
    """The quantities of a sentence that no source states.

    Value and kind must agree: a percentage is supported by the same percentage or fraction, a date
    by a date that agrees in every part that the sentence states, a year also by the number. Units
    are not compared, but a duration is supported by the same one in another unit ("24 months" by
    "2 years").
    """
    known = [stated for source in sources for stated in _stated(source)]
    unknown = [
        statement.meanings[0]
        for statement in statements_in(sentence)
        if not statement.grammatical
        and not any(
            _supports(q, meaning) and _is_same(period, _period(sentence, meaning))
            for meaning in statement.meanings
            for q, period in known
        )
    ]
    if not unknown or not (stated := durations_in(sentence)):
        return unknown
    lengths = {(d.family, d.size) for source in sources for d in durations_in(source)}
    same = {q.span for d in stated if (d.family, d.size) in lengths for q in d.parts}
    return [quantity for quantity in unknown if quantity.span not in same]


@lru_cache(maxsize=2048)  # the same sources are asked about each sentence of an answer
def _stated(source: str) -> tuple[tuple[Quantity, Unit | None], ...]:
    """What a source states; with its unit the one that "a month" has, which is no other one."""
    statements = statements_in(source)
    # The unit of another number is none of it: the يوما of "30 يوما", the "an hour" of "half an
    # hour".
    units = {
        at
        for q in (s.meanings[0] for s in statements)
        for at in range(q.span.end, with_unit(source, q).end)
    }
    stated: list[tuple[Quantity, Unit | None]] = []
    for statement in statements:
        if statement.grammatical and statement.meanings[0].span.start in units:
            continue
        period = _period(source, statement.meanings[0]) if statement.grammatical else None
        stated += [(meaning, period) for meaning in statement.meanings]
    return tuple(stated)


def _period(text: str, quantity: Quantity) -> Unit | None:
    if quantity.kind != "number":
        return None
    word = fold(text[quantity.span.start : quantity.span.end]).text.lower()
    unit = _RATES.get(word) or unit_of(text, quantity)
    return None if unit == "times" else unit


def _is_same(known: Unit | None, claimed: Unit | None) -> bool:
    return known is None or claimed is None or known == claimed


def _supports(known: Quantity, claimed: Quantity) -> bool:
    if known.kind == claimed.kind == "date":
        return _date(known).states(_date(claimed))
    if known.kind == claimed.kind:
        return known.value == claimed.value
    if {known.kind, claimed.kind} == {"number", "percent"}:
        percent, number = (known, claimed) if known.kind == "percent" else (claimed, known)
        # A number of one or more is no fraction: "5 students" are not 500 %.
        return 0 < number.value < 1 and percent.value == 100 * number.value
    if {known.kind, claimed.kind} != {"number", "date"}:
        return False
    date, number = (known, claimed) if known.kind == "date" else (claimed, known)
    if date is claimed:
        return (date.month, date.day) == (None, None) and date.year == number.value
    return any(_date(date).in_calendar(c).year == number.value for c in CALENDARS)


def _date(quantity: Quantity) -> PartialDate:
    return PartialDate(quantity.year, quantity.month, quantity.day, quantity.calendar)
