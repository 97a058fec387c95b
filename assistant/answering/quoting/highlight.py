"""The words of a quote that answer a question."""

from __future__ import annotations

from collections.abc import Callable

import regex

from assistant.language import Span, asked_for, quantities_in
from assistant.language.amounts import asks_for
from assistant.language.measures import Measure, measures_in
from assistant.language.units import currency_of, durations_in, named_in, with_unit
from assistant.retrieval.evidence import Evidence

#: Numbers that may be a year.
_YEARS = range(1300, 2200)
# What numbers a paragraph or an item: "(1)", "①", "3-".
_LIST_MARK = regex.compile(
    r"(?m)^[\W\d]{0,4}?(?:\d{1,3}[.)\-–](?!\d)|\(\w{1,3}\))|[\u2460-\u24ff\u2776-\u2793]"
)


def _is_fraction(measure: Measure) -> bool:
    """Whether a number is a part of one: "two thirds", "3분의 2"."""
    return 0 < measure.quantity.value < 1


def highlight(question: str, item: Evidence) -> list[Span]:
    """Where the answer stands in a quote.

    Args:
        question: What is asked, in any language.
        item: What is quoted.

    Returns:
        Spans of the quote, in order, at least one: `asked_amounts`, or else the sentence that is
        nearest to the question.
    """
    start, end = item.best
    return asked_amounts(question, item) or [Span(start - item.span.start, end - item.span.start)]


def asked_amounts(question: str, item: Evidence) -> list[Span]:
    """Where the amounts or dates stand in a quote that are asked for and that the question does
    not state itself: of the sentence nearest to the question, or else of its neighbours."""
    for part in (item.best, item.core):
        text = item.passage.text[part.start : part.end]
        if found := _asked(question, text):
            spans = [with_unit(text, measure.quantity) for measure in found]
            offset = part.start - item.span.start
            return [Span(offset + start, offset + end) for start, end in spans]
    return []


def lacks_what_is_asked(question: str, item: Evidence) -> bool:
    """Whether a question asks for an amount or a date, and a quote has none of the kind."""
    return bool(_kinds(question, item.quote)) and not _asked(question, item.quote)


def _asked(question: str, text: str) -> list[Measure]:
    """The measures of a text that may be what a question asks for, of the likeliest kind that it
    has."""
    known = {(q.kind, q.value) for q in quantities_in(question)}
    marks = [match.span() for match in _LIST_MARK.finditer(text)]
    news = [
        measure
        for measure in measures_in(text)
        if (measure.quantity.kind, measure.quantity.value) not in known
        and not any(start <= measure.quantity.span.start < end for start, end in marks)
    ]
    kinds = _kinds(question, text)
    found = next((found for kind in kinds if (found := [m for m in news if kind(m)])), [])
    if not found:
        return []
    # Of "3 years and 6 months" neither is the answer by itself.
    wholes = [set(duration.parts) for duration in durations_in(text)]
    belonging = {part for m in found for whole in wholes if m.quantity in whole for part in whole}
    return [m for m in news if m in found or m.quantity in belonging]


def _kinds(question: str, text: str) -> list[Callable[[Measure], bool]]:
    """What may be asked for, the likeliest first; nothing where no amount or date is."""

    def money(measure: Measure) -> bool:
        return currency_of(text, measure.quantity) is not None

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
    if "duration" in asked:
        return [lasts]
    if "day" in asked:
        return [lambda m: m.quantity.kind == "date", lasts, is_year]
    if "share" in asked:
        return [is_share]
    if "count" in asked:
        return [counts, is_share, money, lasts]
    if "amount" in asked:
        amounts = [lambda m: money(m) or is_share(m) or m.unit is not None, counts]
        return [money, *amounts] if "price" in asked else amounts
    return []
