"""Which evidence a sentence cites."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.verdict.found import FoundSentence, Support
from assistant.language import Span
from assistant.retrieval.evidence import Evidence

#: What the generator marked may be by so many spreads (`Cosines.spread`) less near to the sentence
#: than what is nearest.
_SLACK = 2.5
#: A shorter sentence says too little as a quote; it is quoted with its neighbours.
_SHORT = 40


class Citations:
    """The evidence of one reply, which grows where a sentence rests on something else that was
    found.

    Args:
        evidence: What the generator was given.
        spread: See `Cosines`.
    """

    def __init__(self, evidence: Sequence[Evidence], spread: float) -> None:
        self._slack = _SLACK * spread
        self._given = len(evidence)
        self.evidence = list(evidence)

    @property
    def added(self) -> Sequence[Evidence]:
        """What sentences rest on beyond what the generator was given."""
        return self.evidence[self._given :]

    def of(self, marks: Sequence[int], supports: Sequence[Support]) -> list[Evidence]:
        """What a sentence cites.

        A small model often leaves marks out or copies a wrong one. Marks are kept where the
        sentence may as well rest on what they name as on what it is nearest to; otherwise it
        cites what it is nearest to.

        Args:
            marks: The numbers that the generator marked.
            supports: What the sentence may rest on, the likeliest first; at least one.
        """
        best = supports[0]
        near = [
            support
            for support in supports
            if support.missing <= best.missing
            and support.answer_nearness >= best.answer_nearness - self._slack
        ]
        kept = [
            item
            for item in self.evidence
            if item.number in marks and any(_holds(item, support.sentence) for support in near)
        ]
        return kept or [self._piece(best.sentence)]

    def _piece(self, sentence: FoundSentence) -> Evidence:
        """The piece that has a sentence; a new one where none has."""
        for item in self.evidence:
            if _holds(item, sentence):
                return item
        short = len(sentence.text) < _SHORT
        piece = Evidence(
            number=len(self.evidence) + 1,
            passage=sentence.passage,
            span=sentence.window() if short else sentence.span,
            core=sentence.span,
            best=sentence.span,
            score=sentence.relevance,
            passage_cosine=sentence.hit.cosine,
        )
        self.evidence.append(piece)
        return piece


def _holds(item: Evidence, sentence: FoundSentence) -> bool:
    inside: Span = sentence.span
    return (
        item.passage.id == sentence.passage.id
        and item.span.start <= inside.start
        and inside.end <= item.span.end
    )
