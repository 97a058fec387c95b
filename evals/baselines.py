"""Two systems that any other must beat: the first sentences of the best BM25 passage, and silence.

They answer the cases of a run from the texts of its index, and are scored like the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import bm25s

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    SearchResponse,
    SearchResult,
    Timings,
)
from assistant.codes import DIRECTIONS, Language, Outcome
from evals.client import DEPTH
from evals.dataset import Case
from evals.records import Asked, FoundPassage, Record, Step, Times
from evals.text import normalized, sentences

_SENTENCES = 2


class Baseline(Protocol):
    """A system that answers from the texts of the index."""

    name: str

    def answer(self, asked: Asked) -> Asked:
        """What it would reply, to the requests that were made of the service."""


class AlwaysAbstain:
    """Says ``not_found`` to everything."""

    name = "abstain"

    def answer(self, asked: Asked) -> Asked:
        if "chat" not in asked.records:
            return Asked(asked.case, {})
        record = _record(asked.case, "chat")
        record.chat = _reply(asked.case, "not_found", "", [])
        return Asked(asked.case, {"chat": record})


class Bm25:
    """Finds passages by BM25 (Robertson et al. 1994; k1 1.5, b 0.75) over the character 3-grams of
    words, and answers with the first two sentences of the best one, however bad.

    Args:
        passages: The texts of the index.
        directed: Whether chats were kept to the target language's documents, as searches are.
    """

    name = "bm25"

    def __init__(self, passages: Sequence[FoundPassage], directed: bool) -> None:
        self._directed = directed
        languages: tuple[Language | None, ...] = (None, "ko", "ar", "en")
        self._pools = {
            language: _Pool([p for p in passages if language in (None, p.language)])
            for language in languages
        }

    def answer(self, asked: Asked) -> Asked:
        case = asked.case
        found: dict[Step, list[FoundPassage]] = {
            "search": self._pools[case.target].search(case.question),
            "pool": self._pools[None].search(case.question),
        }
        records: dict[Step, Record] = {}
        for step in asked.records:
            records[step] = record = _record(case, step)
            if step == "chat":
                record.chat = _quoting(case, found["search" if self._directed else "pool"][:1])
            else:
                record.search = SearchResponse(results=[_result(p) for p in found[step]])
        return Asked(case, records)


class _Pool:
    """Passages that are searched together."""

    def __init__(self, passages: Sequence[FoundPassage]) -> None:
        self._passages = passages

    @cached_property
    def _index(self) -> bm25s.BM25:
        index = bm25s.BM25()
        index.index([_terms(p.text) for p in self._passages], show_progress=False)
        return index

    def search(self, question: str) -> list[FoundPassage]:
        if not self._passages:
            return []
        depth = min(DEPTH, len(self._passages))
        places, _ = self._index.retrieve([_terms(question)], k=depth, show_progress=False)
        return [self._passages[int(i)] for i in places[0]]


def _terms(text: str) -> list[str]:
    words = (f" {word} " for word in normalized(text).split())
    return [word[i : i + 3] for word in words for i in range(len(word) - 2)]


def _record(case: Case, step: Step) -> Record:
    return Record(suite=case.suite, case=case.id, step=step, sent={}, times=Times())


def _quoting(case: Case, best: Sequence[FoundPassage]) -> ChatResponse:
    if not best:
        return _reply(case, "not_found", "", [])
    passage = best[0]
    quote = " ".join(sentences(passage.text)[:_SENTENCES])
    citation = Citation(
        number=1,
        document_id="",
        passage_id=passage.passage_id,
        source=passage.source,
        title=passage.title,
        locator=passage.locator,
        page=None,
        language=passage.language,
        quote=quote,
        start=0,
        end=len(quote),
        score=0.0,
    )
    return _reply(case, "quoted", quote, [citation])


def _reply(case: Case, outcome: Outcome, answer: str, citations: list[Citation]) -> ChatResponse:
    return ChatResponse(
        id="",
        outcome=outcome,
        answer=answer,
        answer_language=case.language,
        direction=DIRECTIONS[case.language],
        citations=citations,
        conversation_id="",
        model="",
        timings_ms=Timings(retrieval=0, evidence=0, first_token=None, total=0),
    )


def _result(passage: FoundPassage) -> SearchResult:
    return SearchResult(
        passage_id=passage.passage_id,
        document_id=passage.source,
        source=passage.source,
        title=passage.title,
        locator=passage.locator,
        page=None,
        language=passage.language,
        text=passage.text,
        score=0.0,
    )
