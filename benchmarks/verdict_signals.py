"""The signals of every case of the verdict benchmark, read as the service reads them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval import calibrated_searcher
from verdict_cases import Case

from assistant.answering.claim import Claim
from assistant.answering.verdict.found import Found, Support
from assistant.answering.verdict.judge import Judge, QuestionContext
from assistant.answering.verdict.model import VerdictModel
from assistant.answering.verdict.refusals import Text, refusal_of
from assistant.answering.verdict.signals import Readings, Signals, read_signals
from assistant.calibration import load_calibration
from assistant.index.store import PassageStore
from assistant.models.cross_encoder import CrossEncoder, JointReading
from assistant.models.embedder import (
    PassageText,
    SentenceTransformerEmbedder,
    Vectors,
)
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.hits import Scope
from assistant.retrieval.search import SearchResult

PASSAGES = 8


@dataclass(frozen=True)
class Row:
    """A case and what is read of it.

    Attributes:
        case: The case.
        refused: The name of the refusal that holds it back, if one does.
        signals: The signals; None where nothing was found.
        support_language: Of what it rests on.
    """

    case: Case
    refused: str | None
    signals: Signals | None
    support_language: str

    @property
    def pair(self) -> str:
        """The languages of the sentence and of what it rests on: ``ko→ar``."""
        return f"{self.case.language}→{self.support_language}"

    @property
    def across(self) -> bool:
        """Whether the two differ."""
        return self.case.language != self.support_language


@dataclass(frozen=True)
class Read:
    """A case with what was found for its question and what it may rest on.

    Attributes:
        alone: The answer's vector.
        as_answer: Its vector when it is read as the answer to its question.
        found: The sentences found; None where there are none.
        supports: What the answer may rest on, the likeliest first.
        readings: Of the question.
    """

    case: Case
    refused: str | None
    alone: Vectors
    as_answer: Vectors
    found: Found | None
    supports: Sequence[Support]
    readings: Readings


def key(case: Case) -> str:
    """What tells a case from all others."""
    parts = (case.question, str(case.scope), case.text, str(case.right), case.kind)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


class Reader:
    """Searches for the questions and reads the signals of their answers.

    Args:
        store: Corpus and samples.
        embedder: The embedder.
        cross_encoder: What gives the joint signal; None for none.
        crossed: Joint signals of cases that it was trained on, by `key`, from one that was not.
    """

    def __init__(
        self,
        store: PassageStore,
        embedder: SentenceTransformerEmbedder,
        cross_encoder: CrossEncoder | None = None,
        crossed: Mapping[str, float] | None = None,
    ) -> None:
        self.embedder = embedder
        self._searcher = calibrated_searcher(store, embedder)
        gate = load_calibration(embedder.model_name, "*").gate
        self._gate = AnswerableGate(gate.model() if gate else None)
        self._cross_encoder = cross_encoder
        self._crossed = crossed or {}

    def search(self, case: Case) -> SearchResult:
        """What the service finds for the question of a case."""
        scope = Scope(languages=(case.scope,) if case.scope else None)
        return asyncio.run(
            self._searcher.search(case.question, PASSAGES, scope, reader=case.language)
        )

    def read(self, cases: Sequence[Case]) -> Iterator[list[Read]]:
        """All cases, those of one question together."""
        by_question: dict[tuple[str, str | None], list[Case]] = defaultdict(list)
        for case in cases:
            by_question[case.question, case.scope].append(case)
        for own in by_question.values():
            yield self._read(own, self.search(own[0]))

    def _read(self, cases: Sequence[Case], result: SearchResult) -> list[Read]:
        alone = self.embedder.embed_sentences([case.text for case in cases])
        texts = [PassageText(c.question, c.text) for c in cases]
        answers = [vectors.dense for vectors in self.embedder.embed_passages(texts)]
        gate = self._gate.decide(result.hits).probability
        found = Found(result.hits)
        read = []
        for case, vector, answer in zip(cases, alone, answers, strict=True):
            rejection = refusal_of(Text(case.text, case.language, found.documents, case.question))
            supports: Sequence[Support] = ()
            if found.sentences:
                supports = found.support(case.text, case.question, vector, answer)[:3]
            read.append(
                Read(
                    case, rejection.check if rejection else None, vector, answer,
                    found if found.sentences else None, supports,
                    Readings(result.query.dense, gate),
                )
            )  # fmt: skip
        return read

    def rows(self, cases: Sequence[Case], cache: Path | None = None) -> Iterator[Row]:
        """Every case with its signals.

        Args:
            cases: The cases.
            cache: A file to keep the signals in; what is in it is not read again.
        """
        kept = _kept(cache)
        new = [case for case in cases if key(case) not in kept]
        yield from (_row(case, kept[key(case)]) for case in cases if key(case) in kept)
        for own in self.read(new):
            joint = None
            if self._cross_encoder and own[0].found:
                best = own[0].found.best_readings
                joint = self._cross_encoder.on(own[0].case.question, best)
            for item in own:
                values = self._values(item, joint)
                if cache:
                    with cache.open("a", encoding="utf-8") as out:
                        out.write(json.dumps({"key": key(item.case)} | values) + "\n")
                yield _row(item.case, values)

    def _values(self, item: Read, reading: JointReading | None) -> dict[str, object]:
        if item.found is None:
            return {"refused": item.refused, "signals": None, "language": "none"}
        case, support = item.case, item.supports[0]
        joint = self._crossed.get(key(case))
        if joint is None and reading:
            joint = reading.log_odds(case.text, support.sentence.reading())
        claim = Claim(case.text, case.language, case.question)
        signals = read_signals(
            claim, support, item.found, item.readings, item.alone, item.as_answer, joint or 0.0
        )
        return {
            "refused": item.refused,
            "signals": signals.values(),
            "language": support.sentence.passage.language,
        }

    def judge(self, case: Case) -> Callable[[Case], object]:
        """What judges the answers to the question of a case, as in the service."""
        result = self.search(case)
        gate = self._gate.decide(result.hits).probability
        model = VerdictModel(0.0, (), 0.5)
        asked = QuestionContext(case.question, result.hits, result.query, gate)
        judge = Judge(self.embedder, model, self._cross_encoder).on(asked)
        return lambda own: judge.decide(Claim(own.text, own.language, own.question))


def _kept(cache: Path | None) -> dict[str, dict[str, object]]:
    if cache is None or not cache.is_file():
        return {}
    rows = map(json.loads, cache.read_text("utf-8").splitlines())
    return {row["key"]: row for row in rows}


def _row(case: Case, values: Mapping[str, object]) -> Row:
    read = values["signals"]
    signals = Signals(**read) if isinstance(read, dict) else None
    refused = values["refused"]
    return Row(case, refused and str(refused), signals, str(values["language"]))  # type: ignore[arg-type]
