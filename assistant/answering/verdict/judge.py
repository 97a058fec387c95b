"""Whether a generated sentence may be shown, and what it rests on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answering.claim import Claim, Rejection
from assistant.answering.verdict.found import Found, Support
from assistant.answering.verdict.model import Opinion, VerdictModel
from assistant.answering.verdict.refusals import GeneratedText, refusal_of
from assistant.answering.verdict.signals import Readings, Signals, read_signals
from assistant.models.cross_encoder import CrossEncoder, JointReading
from assistant.models.embedder import (
    Embedder,
    PassageText,
    QueryVectors,
)
from assistant.retrieval.hits import Hit
from assistant.spans import span

#: Supports that are told of a claim.
_TOLD = 8


@dataclass(frozen=True)
class Verdict:
    """What was decided on a sentence.

    Attributes:
        rejection: Why it must not be shown, or None.
        supports: What it may rest on, the likeliest first; empty where it was refused unread.
        signals: What was read of it; None where it was refused unread.
        opinion: How probable it is that it is right; None likewise.
    """

    rejection: Rejection | None
    supports: Sequence[Support] = ()
    signals: Signals | None = None
    opinion: Opinion | None = None


@dataclass(frozen=True)
class QuestionContext:
    """A question that was searched for, as far as its answers are judged by it.

    Attributes:
        question: The question, which stands alone.
        hits: What was found.
        vectors: The question's.
        gate: Probability that what was found answers it.
        citable: The numbers of the evidence.
        follows: The answer that the question follows up on; empty where it stands alone.
        asks: As much of the question as says what kind of answer is asked for; empty where that
            is all of it.
    """

    question: str
    hits: Sequence[Hit]
    vectors: QueryVectors
    gate: float
    citable: frozenset[int] = field(default_factory=frozenset)
    follows: str = ""
    asks: str = ""


class Judge:
    """Judges generated sentences by one calibrated model.

    Args:
        embedder: What compares sentences with what was found.
        model: How probable it is that a sentence is right.
        cross_encoder: What reads a sentence together with its evidence; None for no such signal.
    """

    def __init__(
        self,
        embedder: Embedder,
        model: VerdictModel,
        cross_encoder: CrossEncoder | None = None,
    ) -> None:
        self._embedder = embedder
        self._model = model
        self._cross_encoder = cross_encoder

    def on(self, asked: QuestionContext) -> QuestionJudge:
        """The judge of the answers to one question."""
        return QuestionJudge(asked, self._embedder, self._model, self._cross_encoder)


class QuestionJudge:
    """Judges the sentences of one answer; what was found is read once for all of them."""

    def __init__(
        self,
        asked: QuestionContext,
        embedder: Embedder,
        model: VerdictModel,
        cross_encoder: CrossEncoder | None,
    ) -> None:
        self._asked = asked
        self._embedder = embedder
        self._model = model
        self._found = Found(asked.hits)
        self._joint: JointReading | None = None
        if cross_encoder and self._found.sentences:
            self._joint = cross_encoder.on(asked.question, self._found.best_readings)

    async def judge(self, claim: Claim) -> Verdict:
        """What is to be done with a sentence."""
        with span("verdict") as step:
            verdict = await asyncio.to_thread(self.decide, claim)
            if verdict.rejection:
                step.set_attribute("trilogue.check", verdict.rejection.check)
            return verdict

    def decide(self, claim: Claim) -> Verdict:
        """See `judge`; it blocks."""
        text = GeneratedText(
            claim.text,
            claim.language,
            self._found.documents,
            self._asked.question,
            claim.marks,
            self._asked.citable,
            self._asked.follows,
        )
        if rejection := refusal_of(text):
            return Verdict(rejection)
        if not self._found.sentences:
            return Verdict(Rejection("verdict", "nothing was found that it could rest on"))
        both = [PassageText("", claim.text), PassageText(claim.question, claim.text)]
        alone, answer = (read.dense for read in self._embedder.embed_passages(both))
        supports = self._found.support(claim.text, claim.question, alone, answer)
        readings = Readings(self._asked.vectors.dense, self._asked.gate, self._asked.asks)
        joint = 0.0
        if self._joint:
            joint = self._joint.log_odds(claim.text, supports[0].sentence.reading())
        signals = read_signals(claim, supports[0], self._found, readings, alone, answer, joint)
        language = supports[0].sentence.passage.language
        opinion = self._model.opinion(signals, claim.language, language)
        rejection = None
        if not opinion.passed:
            rejection = Rejection(
                "verdict",
                f"it is right with a probability of {opinion.probability:.2f}, less than "
                f"{opinion.threshold:.2f}",
            )
        return Verdict(rejection, supports[:_TOLD], signals, opinion)
