"""A searcher that finds what a test has put there, for any question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.index.passage import Passage
from assistant.language import detect, split_sentences
from assistant.models.embedder import QueryVectors, SentenceTransformerEmbedder
from assistant.retrieval.answerable import Decision
from assistant.retrieval.hits import Hit
from assistant.retrieval.search import SearchResult


class Shelf:
    """Finds its passages, in their order, for every question.

    Attributes:
        embedder: What compares sentences with the evidence.
        asked: What was searched for.
    """

    def __init__(self, embedder: SentenceTransformerEmbedder, passages: Sequence[Passage]) -> None:
        self.embedder = embedder
        self.asked: list[str] = []
        # Nothing bears more on the question than anything else, so that the order stays.
        near = np.full(3, 0.6, np.float32)
        self._hits = [
            Hit(p, 1.0, 0.6, same := np.full(len(p.sentences), 0.6, np.float32), same,
                np.zeros((len(p.sentences), 1), np.float32), 0.5, np.zeros(1, np.float32), near)
            for p in passages
        ]  # fmt: skip

    async def search(self, query: str, *_: object) -> SearchResult:
        self.asked.append(query)
        nothing = np.zeros((1, self.embedder.dimensions), np.float32)
        return SearchResult(self._hits, QueryVectors(nothing[0], nothing))


class Gate:
    """Says that everything is answerable, with this probability; the threshold is one half."""

    def __init__(self, probability: float = 1.0) -> None:
        self._decision = Decision(probability, 0.5, None)

    def decide(self, hits: Sequence[Hit]) -> Decision:
        return self._decision if hits else replace(self._decision, probability=0.0)


def passage(
    number: int,
    text: str,
    locator: str = "Article 2",
    title: str = "Exchange",
    source: str = "exchange.md",
) -> Passage:
    """A passage with this text, in the text's language."""
    return Passage(
        id=f"p{number}", document_id=f"d{number}", collection="c", source=source, title=title,
        language=detect(text).language, text=text, ordinal=0, locator=locator,
        sentences=tuple(split_sentences(text)),
    )  # fmt: skip
