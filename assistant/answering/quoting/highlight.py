"""The words of a quote that answer a question."""

from __future__ import annotations

from assistant.language import Span
from assistant.language.asked import asked_measures, asks_for_measure, states_asked_measure
from assistant.language.units import with_unit
from assistant.retrieval.evidence import Evidence


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
        if found := asked_measures(question, text):
            spans = [with_unit(text, measure.quantity) for measure in found]
            offset = part.start - item.span.start
            return [Span(offset + start, offset + end) for start, end in spans]
    return []


def lacks_what_is_asked(question: str, item: Evidence) -> bool:
    """Whether a question asks for an amount or a date, and a quote has none of the kind."""
    return asks_for_measure(question) and not states_asked_measure(question, item.quote)
