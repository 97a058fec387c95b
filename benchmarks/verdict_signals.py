"""The signals of every case of the verdict benchmark, read as the service reads them."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from verdict_cases import Case

from assistant.answering.claim import Claim, Rejection
from assistant.answering.verdict.found import Found, Support
from assistant.answering.verdict.refusals import Text, refusal_of
from assistant.answering.verdict.signals import Readings, Signals, read_signals
from assistant.index.store import PassageStore
from assistant.models.embedder import PassageText, SentenceTransformerEmbedder, Vectors
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.hits import Scope
from assistant.retrieval.search import Searcher, SearchResult

PASSAGES = 8
_CHUNK = 512


@dataclass(frozen=True)
class Row:
    """A case and what is read of it.

    Attributes:
        case: The case.
        rejection: The refusal that holds it back, if one does.
        signals: The signals; None where nothing was found.
        supports: What it may rest on, the likeliest first.
    """

    case: Case
    rejection: Rejection | None
    signals: Signals | None
    supports: Sequence[Support]


class Embedded:
    """Vectors of texts, kept in a file between runs.

    Args:
        embedder: What they are from.
        folder: Where they are kept; None for nowhere.
    """

    def __init__(self, embedder: SentenceTransformerEmbedder, folder: Path | None) -> None:
        self._embedder = embedder
        self._file = folder / "vectors.npz" if folder else None
        self._known: dict[str, Vectors] = {}
        if self._file and self._file.is_file():
            stored = np.load(self._file)
            self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def add(self, texts: Sequence[PassageText]) -> None:
        """Embed those that are not known yet, and keep them."""
        new = {_key(t): t for t in texts if _key(t) not in self._known}
        items = list(new.items())
        for i in range(0, len(items), _CHUNK):
            part = items[i : i + _CHUNK]
            vectors = self._embedder.embed_passages([text for _, text in part])
            self._known |= {key: v.dense for (key, _), v in zip(part, vectors, strict=True)}
        if self._file and items:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            keys, vectors_ = list(self._known), np.stack(list(self._known.values()))
            np.savez(self._file, keys=np.array(keys), vectors=vectors_)

    def __getitem__(self, text: PassageText) -> Vectors:
        return self._known[_key(text)]


def _key(text: PassageText) -> str:
    return hashlib.sha256(f"{text.title}\0{text.text}".encode()).hexdigest()


class Reader:
    """Searches for the questions and reads the signals of their answers.

    Args:
        store: Corpus and samples.
        embedder: The embedder.
        cache: A folder to keep vectors in.
    """

    def __init__(
        self, store: PassageStore, embedder: SentenceTransformerEmbedder, cache: Path | None
    ) -> None:
        self._searcher = Searcher(store, embedder)
        self._gate = AnswerableGate(embedder.model_name)
        self._embedded = Embedded(embedder, cache)

    def search(self, case: Case) -> SearchResult:
        """What the service finds for the question of a case."""
        scope = Scope(languages=(case.scope,) if case.scope else None)
        return asyncio.run(
            self._searcher.search(case.question, PASSAGES, scope, reader=case.language)
        )

    def rows(self, cases: Sequence[Case]) -> Iterator[Row]:
        """Every case with its signals."""
        self._embedded.add([t for c in cases for t in (_alone(c), _as_answer(c))])
        by_question: dict[tuple[str, str | None], list[Case]] = defaultdict(list)
        for case in cases:
            by_question[case.question, case.scope].append(case)
        for own in by_question.values():
            found = self.search(own[0])
            gate = self._gate.decide(found.hits).probability
            for case in own:
                yield self._row(case, found, gate)

    def _row(self, case: Case, found: SearchResult, gate: float) -> Row:
        claim = Claim(case.text, case.language, case.question)
        sources = [case.question]
        for hit in found.hits:
            sources += [hit.passage.text, f"{hit.passage.heading_path}\n{hit.passage.locator}"]
        rejection = refusal_of(Text(case.text, case.language, sources))
        everything = Found(found.hits)
        if not everything.sentences:
            return Row(case, rejection, None, ())
        alone, as_answer = self._embedded[_alone(case)], self._embedded[_as_answer(case)]
        supports = everything.support(case.text, case.question, alone, as_answer)
        signals = read_signals(
            claim, supports[0], everything, Readings(found.query.dense, gate), alone, as_answer
        )
        return Row(case, rejection, signals, supports[:3])


def _alone(case: Case) -> PassageText:
    return PassageText("", case.text)


def _as_answer(case: Case) -> PassageText:
    return PassageText(case.question, case.text)
