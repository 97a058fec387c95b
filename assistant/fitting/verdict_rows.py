"""The signals of labelled answers, read as the service reads them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.claim import Claim
from assistant.answering.verdict.found import Found, Support
from assistant.answering.verdict.refusals import GeneratedText, refusal_of
from assistant.answering.verdict.signals import SIGNALS, Readings, Signals, read_signals
from assistant.calibration.calibration import FittedGate
from assistant.fitting.cache import Cache, key_of
from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.index.store import PassageStore
from assistant.models.cross_encoder import CrossEncoder, JointReading
from assistant.models.embedder import Embedder, PassageText, Vectors
from assistant.models.reranker import Reranker
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.cosines import Cosines
from assistant.retrieval.hits import Scope
from assistant.retrieval.search import RetrievalResult, Searcher

#: Passages that a question is answered from.
PASSAGES = 8


@dataclass(frozen=True)
class VerdictRow:
    """A labelled answer and what is read of it.

    Attributes:
        answer: The answer.
        refused: The name of the refusal that holds it back, if one does.
        signals: The signals; None where nothing was found.
        support_language: Of what it rests on.
    """

    answer: LabelledAnswer
    refused: str | None
    signals: Signals | None
    support_language: str


@dataclass(frozen=True)
class ReadAnswer:
    """A labelled answer with what was found for its question and what it may rest on.

    Attributes:
        answer: The answer.
        refused: See `VerdictRow`.
        alone: Its vector.
        as_answer: Its vector when it is read as the answer to its question.
        found: The sentences found; None where there are none.
        supports: What it may rest on, the likeliest first.
        readings: Of the question.
    """

    answer: LabelledAnswer
    refused: str | None
    alone: Vectors
    as_answer: Vectors
    found: Found | None
    supports: Sequence[Support]
    readings: Readings


class SignalReader:
    """Searches for questions and reads the signals of their answers.

    Args:
        store: Where the documents are.
        embedder: What their vectors are from.
        gate: What decides whether a question can be answered, if anything does.
        cosines: What the embedder's cosines mean.
        cross_encoder: What gives the joint signal; None for none.
        crossed: Joint signals of answers that it was trained on, by their `key`, from one that
            was not.
        reranker: What ranks passages a second time; None for no second ranking.
    """

    def __init__(
        self,
        store: PassageStore,
        embedder: Embedder,
        gate: FittedGate | None,
        cosines: Cosines,
        cross_encoder: CrossEncoder | None = None,
        crossed: Mapping[str, float] | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.embedder = embedder
        self.gate = AnswerableGate(gate.model() if gate else None)
        self.cross_encoder = cross_encoder
        self._searcher = Searcher(store, embedder, reranker, cosines)
        self._crossed = crossed or {}
        self._made_with = key_of(
            embedder.model_name, store.count(), gate, cosines, cross_encoder is not None,
            reranker is not None, sorted(self._crossed.items()), SIGNALS,
        )  # fmt: skip

    def search(self, answer: LabelledAnswer) -> RetrievalResult:
        """What the service finds for the question of an answer."""
        scope = Scope(languages=(answer.scope,) if answer.scope else None)
        return asyncio.run(
            self._searcher.search(answer.question, PASSAGES, scope, reader=answer.language)
        )

    def read(self, answers: Sequence[LabelledAnswer]) -> Iterator[list[ReadAnswer]]:
        """All answers, those to one question together."""
        by_question: dict[tuple[str, str | None], list[LabelledAnswer]] = defaultdict(list)
        for answer in answers:
            by_question[answer.question, answer.scope].append(answer)
        for own in by_question.values():
            yield self._read(own, self.search(own[0]))

    def rows(
        self, answers: Sequence[LabelledAnswer], cache: Cache | None = None
    ) -> Iterator[VerdictRow]:
        """Every answer with its signals, one after another as they are read.

        Args:
            answers: The answers.
            cache: Keeps the signals; what is in it for the same gate, cosines and number of
                passages is not read again.
        """
        cache = cache or Cache()
        new = []
        for answer in answers:
            if kept := cache.get(key_of(self._made_with, answer.key)):
                yield _row(answer, kept)
            else:
                new.append(answer)
        for own in self.read(new):
            joint = None
            if self.cross_encoder and own[0].found:
                best = own[0].found.best_readings
                joint = self.cross_encoder.on(own[0].answer.question, best)
            for item in own:
                values = self._values(item, joint)
                cache.put(key_of(self._made_with, item.answer.key), values)
                yield _row(item.answer, values)

    def _read(self, answers: Sequence[LabelledAnswer], result: RetrievalResult) -> list[ReadAnswer]:
        alone = self.embedder.embed_sentences([answer.text for answer in answers])
        texts = [PassageText(answer.question, answer.text) for answer in answers]
        as_answers = [vectors.dense for vectors in self.embedder.embed_passages(texts)]
        gate = self.gate.decide(result.hits).probability
        found = Found(result.hits)
        read = []
        for answer, vector, as_answer in zip(answers, alone, as_answers, strict=True):
            text = GeneratedText(answer.text, answer.language, found.documents, answer.question)
            rejection = refusal_of(text)
            supports: Sequence[Support] = ()
            if found.sentences:
                supports = found.support(answer.text, answer.question, vector, as_answer)[:3]
            read.append(
                ReadAnswer(
                    answer, rejection.check if rejection else None, vector, as_answer,
                    found if found.sentences else None, supports,
                    Readings(result.query.dense, gate),
                )
            )  # fmt: skip
        return read

    def _values(self, item: ReadAnswer, reading: JointReading | None) -> dict[str, Any]:
        if item.found is None:
            return {"refused": item.refused, "signals": None, "language": "none"}
        answer, support = item.answer, item.supports[0]
        joint = self._crossed.get(answer.key)
        if joint is None and reading:
            joint = reading.log_odds(answer.text, support.sentence.reading())
        claim = Claim(answer.text, answer.language, answer.question)
        signals = read_signals(
            claim, support, item.found, item.readings, item.alone, item.as_answer, joint or 0.0
        )
        return {
            "refused": item.refused,
            "signals": signals.values(),
            "language": support.sentence.passage.language,
        }


def _row(answer: LabelledAnswer, values: Mapping[str, Any]) -> VerdictRow:
    signals = Signals(**values["signals"]) if values["signals"] else None
    return VerdictRow(answer, values["refused"], signals, values["language"])
