"""Hybrid search: one query to Qdrant, dense and lexical, fused on the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from llama_index.core.vector_stores.types import (
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from assistant.index.passage import Passage, PassageNode
from assistant.index.sparse import encode_query
from assistant.index.store import PassageStore
from assistant.language import Language
from assistant.models.embedder import SentenceTransformerEmbedder, Vectors


@dataclass(frozen=True)
class Scope:
    """Which passages a search may see. None allows all; an empty tuple allows none."""

    collections: tuple[str, ...] | None = None
    document_ids: tuple[str, ...] | None = None
    languages: tuple[Language, ...] | None = None
    work_ids: tuple[str, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no passage can be in it."""
        return () in (self.collections, self.document_ids, self.languages, self.work_ids)

    def filters(self) -> MetadataFilters:
        """The scope as llama-index filters."""
        allowed = {
            "collection": self.collections,
            "document_id": self.document_ids,
            "language": self.languages,
            "work_id": self.work_ids,
        }
        return MetadataFilters(
            filters=[
                MetadataFilter(key=key, value=list(values), operator=FilterOperator.IN)
                for key, values in allowed.items()
                if values is not None
            ]
        )


@dataclass(frozen=True)
class Hit:
    """A passage that was found.

    Attributes:
        passage: The passage.
        score: Its fused score; comparable within one search only.
        cosine: Nearness of the passage to the question, from -1 to 1.
        sentence_cosines: Nearness of each of its sentences to the question.
        overlap: Share of the question's lexical terms that it has, from 0 to 1.
    """

    passage: Passage
    score: float
    cosine: float
    sentence_cosines: Vectors
    overlap: float


@dataclass(frozen=True)
class SearchResult:
    """The hits of a search, the best first, and the question's dense vector."""

    hits: Sequence[Hit]
    query_vector: Vectors


class Searcher:
    """Finds passages for questions in any of the three languages.

    Example:
        >>> searcher = Searcher(store, embedder)
        >>> result = await searcher.search("교류 신청 자격은?", limit=5)
        >>> result.hits[0].passage.locator
        '제2조'
    """

    def __init__(self, store: PassageStore, embedder: SentenceTransformerEmbedder) -> None:
        self._store = store
        self._embedder = embedder

    async def search(self, query: str, limit: int, scope: Scope | None = None) -> SearchResult:
        """The best passages for ``query`` within ``scope``."""
        scope = scope or Scope()
        if scope.is_empty:
            return SearchResult((), np.zeros(self._embedder.dimensions, dtype=np.float32))
        embedding = await self._embedder.aget_query_embedding(query)
        request = VectorStoreQuery(
            query_embedding=embedding,
            query_str=query,
            similarity_top_k=limit,
            mode=VectorStoreQueryMode.HYBRID,
            filters=scope.filters(),
        )
        found = await asyncio.to_thread(self._store.query, request, with_vectors=True)
        vector = np.asarray(embedding, dtype=np.float32)
        scored = zip(found.nodes or (), found.similarities or (), strict=True)
        terms = set(encode_query(query).indices)
        hits = [
            make_hit(node, score, vector, terms)
            for node, score in scored
            if isinstance(node, PassageNode)
        ]
        return SearchResult(hits, vector)


def make_hit(node: PassageNode, score: float, query: Vectors, terms: Set[int]) -> Hit:
    """A hit from a node with all its vectors.

    Args:
        node: The passage found.
        score: Its score in the search.
        query: The question's dense vector.
        terms: The dimensions of the question's sparse vector.
    """
    assert node.sentence_vectors is not None
    assert node.sparse is not None
    dense = np.asarray(node.get_embedding(), dtype=np.float32)
    shared = terms & set(node.sparse.indices)
    return Hit(
        passage=node.to_passage(),
        score=score,
        cosine=float(dense @ query),
        sentence_cosines=node.sentence_vectors @ query,
        overlap=len(shared) / len(terms) if terms else 0.0,
    )
