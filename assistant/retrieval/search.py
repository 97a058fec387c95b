"""Hybrid search: one query to Qdrant, dense and lexical, fused on the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from assistant.index.sparse import encode_query
from assistant.index.store import PassageStore, Query
from assistant.language import Language, article_references, detect
from assistant.models.embedder import Embedder, QueryVectors
from assistant.models.reranker import Reranker
from assistant.retrieval.cosines import CAREFUL, Cosines
from assistant.retrieval.editions import fold
from assistant.retrieval.hits import Hit, Scope, make_hit
from assistant.retrieval.lookup import (
    LOOKUP_DEPTH,
    ArticleLookup,
    asks_for_contents,
    asks_for_contents_of,
    one_of_each,
)
from assistant.spans import span

#: Passages searched for beyond those wanted, so that folding leaves enough.
_SPARE = 16


@dataclass(frozen=True)
class RetrievalResult:
    """What a search found.

    Attributes:
        hits: The best first.
        query: The question's vectors.
        articles: Those of the hits whose text is asked for by the article's number alone ("제32조",
            "What does Article 25 say?"), one of each document; or by it and the document's name.
    """

    hits: Sequence[Hit]
    query: QueryVectors
    articles: Sequence[Hit] = ()


class Retriever(Protocol):
    """What finds passages: `Searcher`, or somebody else's."""

    @property
    def embedder(self) -> Embedder:
        """What the vectors of the hits are from."""

    async def search(
        self,
        query: str,
        limit: int,
        scope: Scope | None = None,
        reader: Language | None = None,
        language: Language | None = None,
    ) -> RetrievalResult:
        """The best passages for a query; see `Searcher.search`.

        Raises:
            UnavailableError: It fails.
        """


class Searcher:
    """Finds passages for questions in any of the three languages.

    Args:
        store: Where the passages are.
        embedder: What their vectors are from.
        reranker: What ranks the passages found a second time; None for no second ranking.
        cosines: What the embedder's cosines mean.

    Example:
        >>> searcher = Searcher(store, embedder)
        >>> result = await searcher.search("교류 신청 자격은?", limit=5)
        >>> result.hits[0].passage.locator
        '제2조'
    """

    def __init__(
        self,
        store: PassageStore,
        embedder: Embedder,
        reranker: Reranker | None = None,
        cosines: Cosines = CAREFUL,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._reranker = reranker
        self._cosines = cosines
        self._lookup = ArticleLookup(embedder, cosines)

    @property
    def embedder(self) -> Embedder:
        """What the vectors of passages and questions are from."""
        return self._embedder

    async def search(
        self,
        query: str,
        limit: int,
        scope: Scope | None = None,
        reader: Language | None = None,
        language: Language | None = None,
    ) -> RetrievalResult:
        """The best passages for ``query`` within ``scope``.

        An article that the query names by document and number comes first, and where it asks for
        an article by its number alone, that of each document. Parallel editions and
        near-duplicates are folded into one hit.

        Args:
            query: A question or search terms.
            limit: How many hits to return at most.
            scope: Which passages may be found; by default all that are in force today.
            reader: The language that the reader prefers; by default the query's.
            language: The query's own; detected where the caller does not know it.
        """
        scope = scope or Scope()
        if scope.is_empty:
            nothing = np.zeros((1, self._embedder.dimensions), dtype=np.float32)
            return RetrievalResult((), QueryVectors(nothing[0], nothing))
        with span("embedding"):
            vectors = await self._embedder.aembed_question(query)
        with span("search") as step:
            found = await asyncio.to_thread(
                self._search, query, vectors, limit, scope, reader, language
            )
            step.set_attribute("trilogue.hits", len(found.hits))
        return found

    def _search(
        self,
        query: str,
        vectors: QueryVectors,
        limit: int,
        scope: Scope,
        reader: Language | None,
        language: Language | None,
    ) -> RetrievalResult:
        request = Query(
            dense=vectors.dense.tolist(),
            tokens=vectors.tokens.tolist(),
            sparse=encode_query(query),
            limit=limit + _SPARE,
            filters=scope.filters(),
            in_force_on=scope.day,
            with_vectors=True,
        )
        hits = self._hits(request, vectors)
        if self._reranker:
            hits = self._reranked(self._reranker, query, hits)
        language = language or detect(query).language
        named: Sequence[Hit] = ()
        contents = False
        if (articles := tuple(article_references(query))) and scope.articles is None:
            numbered = replace(scope, articles=articles).filters()
            candidates = self._hits(replace(request, filters=numbered, limit=LOOKUP_DEPTH), vectors)
            if contents := asks_for_contents(query):
                named = one_of_each(reader or language, candidates)
            elif named := self._lookup.select(query, language, candidates):
                contents = asks_for_contents_of(query, named[0].passage.title)
            hits = _first(named, hits)
        folded = fold(hits, reader or language, self._cosines.edition)[:limit]
        ids = {hit.passage.id for hit in named} if contents else set()
        return RetrievalResult(folded, vectors, [hit for hit in folded if hit.passage.id in ids])

    def _hits(self, request: Query, vectors: QueryVectors) -> list[Hit]:
        return [make_hit(node, score, vectors) for node, score in self._store.search(request)]

    @staticmethod
    def _reranked(reranker: Reranker, query: str, hits: list[Hit]) -> list[Hit]:
        scores = reranker.scores(
            query, [f"{hit.passage.heading_path}\n{hit.passage.text}" for hit in hits]
        )
        rescored = [replace(hit, score=s) for hit, s in zip(hits, scores, strict=True)]
        return sorted(rescored, key=lambda hit: -hit.score)


def _first(named: Sequence[Hit], others: list[Hit]) -> list[Hit]:
    """The named articles before all others, with scores that say so."""
    if not named:
        return others
    ids = {hit.passage.id for hit in named}
    top = max([0.0, *(hit.score for hit in others)]) + 1.0
    promoted = [replace(hit, score=top - i * 1e-6) for i, hit in enumerate(named)]
    return promoted + [hit for hit in others if hit.passage.id not in ids]
