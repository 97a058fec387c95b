"""The words of a quote that answer a question."""

from __future__ import annotations

from collections.abc import Callable

from assistant.language import Span, asked_for, quantities_in
from assistant.language.amounts import asks_for_amount, asks_for_day, asks_for_duration
from assistant.language.measures import Measure, measures_in
from assistant.language.units import currency_of, with_unit
from assistant.retrieval.evidence import Evidence


def highlight(question: str, item: Evidence) -> list[Span]:
    """Where the answer stands in a quote.

    Args:
        question: What is asked, in any language.
        item: What is quoted.

    Returns:
        Spans of the quote, in order, at least one: the amounts or dates that are asked for and
        that the question does not state itself; where nothing of the kind is asked for, or the
        sentence nearest to the question has none, that sentence.
    """
    offset = item.core.start - item.span.start
    text = item.core_quote
    found = [with_unit(text, measure.quantity) for measure in _asked(question, text)]
    spans = found or [Span(0, len(text))]
    return [Span(offset + start, offset + end) for start, end in spans]


def _asked(question: str, text: str) -> list[Measure]:
    """The measures of a text that may be what a question asks for, of the likeliest kind that it
    has."""
    known = {(q.kind, q.value) for q in quantities_in(question)}
    news = [m for m in measures_in(text) if (m.quantity.kind, m.quantity.value) not in known]
    units = asked_for(question)
    duration = asks_for_duration(question)
    kinds: list[Callable[[Measure], bool]] = []
    if asks_for_day(question) and not duration:
        kinds.append(lambda m: m.quantity.kind == "date")
    if units := asked_for(question):
        kinds.append(lambda m: m.unit in units)
    elif kinds or duration:
        kinds.append(lambda m: m.unit is not None)
    elif asks_for_amount(question):
        kinds += [
            lambda m: currency_of(text, m.quantity) is not None,
            lambda m: m.quantity.kind == "percent",
            lambda m: m.unit is not None,
            lambda m: m.quantity.kind == "number" and not m.ends_scale,
        ]
    return next((found for kind in kinds if (found := [m for m in news if kind(m)])), [])
