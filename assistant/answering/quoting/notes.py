"""What a reader is told of a quote beside its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.quoting.highlight import asked_amounts, highlight
from assistant.answering.wording.facts import facts_of
from assistant.language import Language, Span
from assistant.retrieval.evidence import Evidence


@dataclass(frozen=True)
class QuoteNotes:
    """Notes on a quote.

    Attributes:
        highlight: Where in the quote the words stand that answer the question.
        facts: What it states, in the reader's language, the answer first; empty where the quote is
            in it.
    """

    highlight: Sequence[Span]
    facts: Sequence[str] = ()


def notes_on(
    evidence: Sequence[Evidence], question: str, language: Language
) -> Mapping[int, QuoteNotes]:
    """Notes on pieces of evidence, by their numbers.

    Args:
        evidence: What is quoted.
        question: What is asked.
        language: The reader's.
    """
    return {item.number: _note(item, question, language) for item in evidence}


def _note(item: Evidence, question: str, language: Language) -> QuoteNotes:
    marked = highlight(question, item)
    if item.passage.language == language:
        return QuoteNotes(marked)
    offset = item.core.start - item.span.start
    asked = [Span(a - offset, b - offset) for a, b in asked_amounts(question, item)]
    facts = facts_of(item.core_quote, item.passage.language, language, question, asked)
    return QuoteNotes(marked, facts)
