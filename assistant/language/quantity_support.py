"""Which quantities of a text are stated by others, in any of the three languages."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language.calendars import CALENDARS, PartialDate
from assistant.language.quantities import Quantity, statements_in
from assistant.language.units import durations_in


def unsupported_quantities(sentence: str, sources: Sequence[str]) -> list[Quantity]:
    """The quantities of a sentence that no source states.

    Value and kind must agree: a percentage is supported by the same percentage or fraction, a date
    by a date that agrees in every part that the sentence states, a year also by the number. Units
    are not compared, but a duration is supported by the same one in another unit ("24 months" by
    "2 years").
    """
    known = [q for source in sources for s in statements_in(source) for q in s.meanings]
    unknown = [
        statement.meanings[0]
        for statement in statements_in(sentence)
        if not statement.grammatical
        and not any(_supports(q, meaning) for meaning in statement.meanings for q in known)
    ]
    if not unknown or not (stated := durations_in(sentence)):
        return unknown
    lengths = {(d.family, d.size) for source in sources for d in durations_in(source)}
    same = {q.span for d in stated if (d.family, d.size) in lengths for q in d.parts}
    return [quantity for quantity in unknown if quantity.span not in same]


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
