"""Whether a text states what a question asks for: an amount, a date or a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from assistant.language import Language, asked_for
from assistant.language.amounts import asks_for, new_amounts, states_whole
from assistant.language.list_marks import list_marks_in
from assistant.language.measures import Measure, measures_in
from assistant.language.names import asks_for_name, names_in
from assistant.language.ranges import ranges_in
from assistant.language.units import currency_of, durations_in, named_in

#: Before a unit these are no duration, as "a year" is one.
_EACH: Final = frozenset("per each every any".split())
#: Numbers that may be a year.
_YEARS: Final = range(1300, 2200)


def asks_for_measure(question: str) -> bool:
    """Whether a question asks for an amount or a date."""
    return bool(asked_for(question) or asks_for(question))


def states_what_is_asked(question: str, text: str, language: Language) -> bool:
    """Whether a question asks for an amount, a date or a name, and a text has one of the kind that
    the question does not have itself.

    Names are told in English text alone, by their capitals.

    Args:
        question: What is asked, in any language.
        text: What may answer it.
        language: Of the text.
    """
    if asks_for_measure(question):
        return states_asked_measure(question, text)
    if language != "en" or not asks_for_name(question):
        return False
    known = question.casefold()
    return any(name.casefold() not in known for name in names_in(text, english=True))


def states_asked_measure(question: str, text: str) -> bool:
    """Whether a text has the amounts or dates that a question asks for, or says of a sum that is
    asked for that it is all or nothing."""
    if asked_measures(question, text):
        return True
    asked = asks_for(question)
    if "duration" in asked or asked_for(question) - {"times"}:
        known = {duration.size for duration in durations_in(question)}
        return any(
            duration.size not in known and text[slice(*duration.parts[0].span)].lower() not in _EACH
            for duration in durations_in(text)
        )
    of_sum = "price" in asked or ("amount" in asked and not asked & {"duration", "day", "count"})
    return of_sum and not asked_for(question) and states_whole(text, question)


def asked_measures(question: str, text: str) -> list[Measure]:
    """The measures of a text that may be what a question asks for, of the likeliest kind that it
    has; none where it asks for no amount or date."""
    marks = list_marks_in(text)

    def is_listed(measure: Measure) -> bool:
        return any(start <= measure.quantity.span.start < end for start, end in marks)

    news = [measure for measure in new_amounts(text, question) if not is_listed(measure)]
    kinds = _kinds(question, text)
    found = next((found for kind in kinds if (found := [m for m in news if kind(m)])), [])
    # Of "3 years and 6 months" neither is the answer by itself, nor is an end of "5 to 10 days".
    wholes = [set(duration.parts) for duration in durations_in(text)]
    wholes += [{first.quantity, last.quantity} for first, last in ranges_in(text)]
    belonging = {part for m in found for whole in wholes if m.quantity in whole for part in whole}
    return [m for m in measures_in(text) if m in found or m.quantity in belonging]


def _is_fraction(measure: Measure) -> bool:
    """Whether a number is a part of one: "two thirds", "3분의 2"."""
    return 0 < measure.quantity.value < 1


def _kinds(question: str, text: str) -> list[Callable[[Measure], bool]]:
    """What may be asked for, the likeliest first; nothing where no amount or date is."""

    def money(measure: Measure) -> bool:
        return currency_of(text, measure.quantity) is not None

    def is_date(measure: Measure) -> bool:
        return measure.quantity.kind == "date"

    def lasts(measure: Measure) -> bool:
        return measure.unit is not None and measure.unit != "times"

    def counts(measure: Measure) -> bool:
        bare = measure.unit is None and not measure.ends_scale and not money(measure)
        return measure.quantity.kind == "number" and bare

    def is_share(measure: Measure) -> bool:
        return measure.quantity.kind == "percent" or (counts(measure) and _is_fraction(measure))

    def is_year(measure: Measure) -> bool:
        return counts(measure) and measure.quantity.value in _YEARS

    if units := asked_for(question):
        named = named_in(question)
        return [lambda m: m.unit in named, lambda m: m.unit in units]
    asked = asks_for(question)
    if "day" in asked:
        return [is_date, lasts, is_year]
    if "duration" in asked:
        return [lasts, is_date]
    if "share" in asked:
        return [is_share]
    if "count" in asked:
        return [counts, is_share, money, lasts]
    if "amount" in asked:
        amounts = [lambda m: money(m) or is_share(m) or m.unit is not None, counts]
        return [money, *amounts] if "price" in asked else amounts
    return []
