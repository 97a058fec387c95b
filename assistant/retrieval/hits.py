"""What a search is limited to, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from assistant.index.passage import Passage, PassageNode
from assistant.language import Language
from assistant.language.calendars import day_number
from assistant.models.embedder import QueryVectors, Vectors
from assistant.retrieval.relevance import relevance


@dataclass(frozen=True)
class Scope:
    """Which passages a search may see. None allows all; an empty tuple allows none.

    Attributes:
        collections: Collections.
        document_ids: Documents.
        languages: Languages of the passages.
        work_ids: Works, see `Passage.work_id`.
        articles: Article numbers, see `Passage.article`.
        as_of: Only what was in force on that day; None stands for today.
    """

    collections: tuple[str, ...] | None = None
    document_ids: tuple[str, ...] | None = None
    languages: tuple[Language, ...] | None = None
    work_ids: tuple[str, ...] | None = None
    articles: tuple[str, ...] | None = None
    as_of: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no passage can be in it."""
        return () in self._allowed().values()

    @property
    def day(self) -> int:
        """The day that passages must be in force on, as a number (20260911)."""
        return day_number(self.as_of or datetime.now().astimezone().date())

    def filters(self) -> dict[str, list[str]]:
        """The values that are allowed in the payload's fields (`Query.filters`), without the
        day."""
        return {key: list(values) for key, values in self._allowed().items() if values is not None}

    def _allowed(self) -> dict[str, tuple[str, ...] | None]:
        return {
            "collection": self.collections,
            "document_id": self.document_ids,
            "language": self.languages,
            "work_id": self.work_ids,
            "article": self.articles,
        }


@dataclass(frozen=True)
class Hit:
    """A passage that was found.

    Attributes:
        passage: The passage.
        score: Its score; comparable within one search only.
        cosine: Nearness of the passage to the question, from -1 to 1.
        sentence_cosines: Nearness of each of its sentences to the question.
        relevances: How much each of them bears on it, see `relevance`.
        sentence_vectors: Unit vectors of its sentences, of shape ``(n, d)``.
        vector: The passage's dense vector.
        token_cosines: For each of the question's tokens, its nearness to the nearest sentence.
        also: Passages that say the same: other editions, and near-duplicates.
    """

    passage: Passage
    score: float
    cosine: float
    sentence_cosines: Vectors
    relevances: Vectors
    sentence_vectors: Vectors
    vector: Vectors
    token_cosines: Vectors
    also: tuple[Passage, ...] = ()


def make_hit(node: PassageNode, score: float, query: QueryVectors) -> Hit:
    """A hit from a node with all its vectors.

    Args:
        node: The passage found.
        score: Its score in the search.
        query: The question's vectors.
    """
    assert node.sentence_vectors is not None
    dense = np.asarray(node.get_embedding(), dtype=np.float32)
    cosine = float(dense @ query.dense)
    sentences = node.sentence_vectors
    return Hit(
        passage=node.to_passage(),
        score=score,
        cosine=cosine,
        sentence_cosines=sentences @ query.dense,
        relevances=relevance(sentences, query.tokens, cosine),
        sentence_vectors=sentences,
        vector=dense,
        token_cosines=(query.tokens @ sentences.T).max(axis=1, initial=-1.0),
    )
