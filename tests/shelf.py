"""A searcher that finds what a test has put there, for any question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.index.passage import Passage
from assistant.language import detect, split_sentences
from assistant.models.embedder import PassageText, QueryVectors, SentenceTransformerEmbedder
from assistant.retrieval.answerable import Decision
from assistant.retrieval.hits import Hit
from assistant.retrieval.relevance import relevance
from assistant.retrieval.search import RetrievalResult


class Shelf:
    """Finds its passages, in their order, for every question.

    Args:
        embedder: What the vectors are from.
        passages: What is found.
        alike: Whether everything bears as much on the question as anything else, so that
            evidence keeps its order; else the embedder's vectors tell.

    Attributes:
        asked: What was searched for.
    """

    def __init__(
        self,
        embedder: SentenceTransformerEmbedder,
        passages: Sequence[Passage],
        alike: bool = True,
    ) -> None:
        self.embedder = embedder
        self.asked: list[str] = []
        self._passages = list(passages)
        self._alike = alike
        texts = [PassageText(p.heading_path, p.text, p.sentences) for p in passages]
        self._vectors = embedder.embed_passages(texts) if texts else []

    def find(self, query: str) -> RetrievalResult:
        """All passages as hits."""
        (vectors,) = self.embedder.embed_questions([query])
        return RetrievalResult([self._hit(i, vectors) for i in range(len(self._passages))], vectors)

    async def search(self, query: str, *_: object, **__: object) -> RetrievalResult:
        self.asked.append(query)
        return self.find(query)

    def _hit(self, i: int, query: QueryVectors) -> Hit:
        passage, vectors = self._passages[i], self._vectors[i]
        cosine = 0.6 if self._alike else float(vectors.dense @ query.dense)
        same = np.full(len(passage.sentences), 0.6, np.float32)
        return Hit(
            passage=passage,
            score=1.0,
            cosine=cosine,
            sentence_cosines=same if self._alike else vectors.sentences @ query.dense,
            relevances=same if self._alike else relevance(vectors.sentences, query.tokens, cosine),
            sentence_vectors=vectors.sentences,
            vector=vectors.dense,
            token_cosines=np.full(3, 0.6, np.float32),
        )


class Gate:
    """Says that everything is answerable, with this probability, compared with this threshold."""

    def __init__(self, probability: float = 1.0, threshold: float = 0.5) -> None:
        self._decision = Decision(probability, threshold, None)

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
