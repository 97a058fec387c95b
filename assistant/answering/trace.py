"""Why a reply is as it is: every decision on the way of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.follow_ups.interpretation import Interpretation
from assistant.answering.generation.drafts import DraftSentence
from assistant.answering.translation.quotes import Translation
from assistant.language import Detection
from assistant.retrieval.answerable import Decision
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.hits import Hit
from assistant.retrieval.search import RetrievalResult


@dataclass(frozen=True)
class SearchStep:
    """One search, for one reading of the question.

    Attributes:
        question: What was searched for, and how it came about.
        found: What was found.
        decision: Whether to answer from it.
    """

    question: Interpretation
    found: RetrievalResult
    decision: Decision

    @property
    def hits(self) -> Sequence[Hit]:
        """What was found, the best first."""
        return self.found.hits


@dataclass(frozen=True)
class ReplyTrace:
    """Every decision that led to a reply.

    Attributes:
        detection: The language of the reply, and whether the question's is one of the three.
        searches: The searches, in their order. Evidence is from the last one if that passed.
        evidence: What the generator was given.
        drafts: Every generated sentence of every attempt, those that were rejected included.
        translations: Every translation of a quote, likewise.
        ended: Milliseconds from the question's arrival to the end of each step.
        failed: Whether the generator failed.
    """

    detection: Detection
    searches: Sequence[SearchStep]
    evidence: Sequence[Evidence]
    drafts: Sequence[DraftSentence]
    translations: Sequence[Translation]
    ended: Mapping[str, float]
    failed: bool
