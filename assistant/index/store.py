"""The passage store: a llama-index vector store with dense, sparse and sentence vectors."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Event
from typing import Any, Final

import numpy as np
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)

from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.layout import IndexLayout
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import DENSE, FILTER_FIELDS, SENTENCES, SPARSE, IndexIdentity
from assistant.index.sparse import SparseVector, encode_query

#: Candidates that each leg of a hybrid query gives to the fusion.
PREFETCH = 50


@dataclass(frozen=True)
class Fusion:
    """Weights of the fused score of a candidate.

    Scores are fused, not ranks: the lexical ranks of a question in another language mean
    nothing, while its lexical scores are near zero. Chosen with ``benchmarks/retrieval.py``.

    Attributes:
        passage: Of the cosine of passage and question.
        sentence: Of the cosine of the passage's best sentence and the question.
        tokens: Of the mean, over the question's tokens, of the cosine of each with its best
            sentence (late interaction, ColBERT's MaxSim; Khattab and Zaharia 2020).
        terms: Of the BM25 score of an average term of the question.
    """

    passage: float = 0.48
    sentence: float = 0.24
    tokens: float = 0.28
    terms: float = 0.007


FUSION: Final = Fusion()


@dataclass(frozen=True)
class Leg:
    """One part of a query: what is compared with which vector, and its weight when fused."""

    using: str
    value: Any
    weight: float


class IndexMismatchError(UnavailableError):
    """The index was built with another embedder or another schema."""

    title = "The index does not fit the settings"


@dataclass(frozen=True)
class Query:
    """One search, as the engines take it.

    Attributes:
        dense: The question's dense vector, or None for lexical search alone.
        tokens: Vectors of the question's tokens; without them its dense vector stands in.
        sparse: Its terms, or None for dense search alone. With both, candidates of both legs
            are ranked by their fused score, see `Fusion`.
        limit: How many passages to return.
        filters: Allowed values of payload fields; a passage must match every field.
        with_vectors: Whether hits bring all their vectors along.
        in_force_on: A day as a number (20260911): only passages that are in force then, or
            that do not say when they are.
    """

    dense: list[float] | None
    sparse: SparseVector | None
    limit: int
    filters: dict[str, list[Any]]
    with_vectors: bool = False
    in_force_on: int | None = None
    tokens: list[list[float]] | None = None

    @property
    def candidates(self) -> list[Leg]:
        """The legs that find passages."""
        return [leg for leg in self.legs if leg.using != SENTENCES]

    @property
    def legs(self) -> list[Leg]:
        """What the score is made of; one leg alone is not weighted."""
        legs = []
        if self.dense is not None:
            legs.append(Leg(DENSE, self.dense, FUSION.passage))
        if self.dense is not None and self.sparse is not None:
            tokens = self.tokens or [self.dense]
            legs.append(Leg(SENTENCES, [self.dense], FUSION.sentence))
            # The engine's MaxSim sums over the tokens.
            legs.append(Leg(SENTENCES, tokens, FUSION.tokens / len(tokens)))
        if self.sparse is not None and self.sparse.indices:
            legs.append(Leg(SPARSE, self.sparse, FUSION.terms))
        return legs


class PassageStore(BasePydanticVectorStore):
    """Holds passages with their vectors; what both engines have in common.

    An adapter gives the engine's calls (the abstract methods); conversions from and to
    llama-index live here. `replace` is how a document changes: its new passages are written
    before its old ones go.
    """

    stores_text: bool = True
    flat_metadata: bool = False

    @classmethod
    def class_name(cls) -> str:
        return "PassageStore"

    # What an engine provides

    @abstractmethod
    def upsert(self, nodes: Sequence[PassageNode]) -> None:
        """Write passages with all their vectors; durable when it returns."""

    @abstractmethod
    def search(self, query: Query) -> list[tuple[PassageNode, float]]:
        """The best passages with their scores, the best first. See `Query`."""

    @abstractmethod
    def select(
        self, filters: dict[str, list[Any]], with_vectors: bool = False
    ) -> list[PassageNode]:
        """All passages that match, by document and place in it; with their vectors if asked."""

    @abstractmethod
    def retrieve(self, ids: Sequence[str], with_vectors: bool = False) -> list[PassageNode]:
        """The passages of these ids, in any order; unknown ids are left out."""

    @abstractmethod
    def pages(self, filters: dict[str, list[Any]] | None = None) -> Iterator[list[PassageNode]]:
        """All passages that match, some at a time, without vectors.

        What is written or deleted meanwhile may or may not be among them.
        """

    @abstractmethod
    def facet(self, field: str) -> dict[str, int]:
        """How many passages have each value of a field of `FILTER_FIELDS`."""

    @abstractmethod
    def delete_ids(self, ids: Sequence[str]) -> None:
        """Delete passages by id; unknown ids are ignored."""

    @abstractmethod
    def delete_where(self, filters: dict[str, list[Any]]) -> None:
        """Delete all passages that match."""

    @abstractmethod
    def set_payload(self, ids: Sequence[str], values: dict[str, Any]) -> None:
        """Change payload fields of passages; None empties a field."""

    @abstractmethod
    def count(self, filters: dict[str, list[Any]] | None = None) -> int:
        """How many passages match."""

    @property
    @abstractmethod
    def layout(self) -> IndexLayout:
        """How the index is laid out now."""

    @abstractmethod
    def lay_out(self, wanted: IndexLayout) -> None:
        """Change the layout in place.

        Raises:
            InvalidInputError: It can be had in a new index only.
        """

    @abstractmethod
    def optimize(self, stop: Event | None = None) -> None:
        """Build the engine's search structures after many writes.

        Args:
            stop: When it is set, they are built another time.
        """

    @abstractmethod
    def close(self) -> None:
        """Release the engine; the store cannot be used after it."""

    # What every store does with it

    def switching(self) -> AbstractContextManager[None]:
        """While it is open no other thread reads, so that documents change at once for all.

        An engine on a server cannot keep its readers out: there old and new passages may be
        seen together for as long as the change takes.
        """
        return nullcontext()

    def replace(self, document_id: str, nodes: Sequence[PassageNode]) -> None:
        """Make ``nodes`` the passages of a document, instead of any it had."""
        stale = {n.node_id for n in self.select({"document_id": [document_id]})}
        self.upsert(nodes)
        self.delete_ids(sorted(stale - {n.node_id for n in nodes}))

    def add(self, nodes: Sequence[BaseNode], **add_kwargs: Any) -> list[str]:
        """Write `PassageNode`s, as llama-index calls it."""
        passages = [node for node in nodes if isinstance(node, PassageNode)]
        if len(passages) != len(nodes):
            raise InvalidInputError("The passage store takes PassageNodes and no other nodes.")
        self.upsert(passages)
        return [node.node_id for node in passages]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Delete the passages of a document."""
        self.delete_where({"document_id": [ref_doc_id]})

    def get_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """Passages by id, by filter, or both."""
        if filters is None and node_ids is not None:
            return list(self.retrieve(node_ids))
        found = self.select(allowed_values(filters))
        return [node for node in found if node_ids is None or node.node_id in node_ids]

    def delete_nodes(
        self,
        node_ids: list[str] | None = None,
        filters: MetadataFilters | None = None,
        **delete_kwargs: Any,
    ) -> None:
        """Delete passages by id, by filter, or by both."""
        if filters is None:
            self.delete_ids(node_ids or [])
        elif node_ids is None:
            self.delete_where(allowed_values(filters))
        else:
            self.delete_ids([node.node_id for node in self.get_nodes(node_ids, filters)])

    def clear(self) -> None:
        """Delete every passage."""
        self.delete_where({})

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """Dense, sparse or hybrid search, as llama-index calls it.

        Args:
            query: ``query_embedding`` for dense, ``query_str`` for sparse search, both for
                hybrid; ``filters`` with the operators ``==`` and ``in``, joined by AND.
        """
        mode = query.mode
        if mode not in _LEGS:
            raise InvalidInputError(f"The passage store has no query mode {mode!r}.")
        dense, sparse = _LEGS[mode]
        terms = encode_query(query.query_str or "") if sparse else None
        hits = self.search(
            Query(
                dense=list(query.query_embedding or ()) or None if dense else None,
                sparse=terms,
                limit=query.hybrid_top_k or query.similarity_top_k,
                filters=allowed_values(query.filters),
            )
        )
        return VectorStoreQueryResult(
            nodes=[node for node, _ in hits],
            similarities=[score for _, score in hits],
            ids=[node.node_id for node, _ in hits],
        )


#: Which legs (dense, sparse) a query mode uses.
_LEGS = {
    VectorStoreQueryMode.DEFAULT: (True, False),
    VectorStoreQueryMode.SPARSE: (False, True),
    VectorStoreQueryMode.HYBRID: (True, True),
}


def allowed_values(filters: MetadataFilters | None) -> dict[str, list[Any]]:
    """llama-index filters as allowed values by field.

    Raises:
        InvalidInputError: A filter uses another operator, another condition or a field that
            has no index.
    """
    allowed: dict[str, list[Any]] = {}
    if filters is None:
        return allowed
    if filters.condition not in (None, FilterCondition.AND):
        raise InvalidInputError("Filters of the passage store can only be joined by AND.")
    for item in filters.filters:
        if not isinstance(item, MetadataFilter) or item.key not in FILTER_FIELDS:
            raise InvalidInputError(f"Passages can be filtered by {', '.join(FILTER_FIELDS)} only.")
        if item.operator == FilterOperator.EQ:
            values = [item.value]
        elif item.operator == FilterOperator.IN and isinstance(item.value, list):
            values = list(item.value)
        else:
            raise InvalidInputError(f"Filter operator {item.operator!r} is not == or in.")
        allowed[item.key] = [v for v in allowed.get(item.key, values) if v in values]
    return allowed


def check_identity(stored: IndexIdentity, wanted: IndexIdentity, where: str) -> None:
    """Refuse an index whose vectors are not this embedder's.

    Raises:
        IndexMismatchError: The two differ.
    """
    if stored != wanted:
        raise IndexMismatchError(
            f"The index in {where} was built with {stored.embedder} ({stored.dimensions} "
            f"dimensions, schema {stored.version}), not {wanted.embedder} "
            f"({wanted.dimensions}, schema {wanted.version}).",
            "Set TRILOGUE_EMBEDDER back, or name a new TRILOGUE_DATA_DIR and ingest again.",
        )


def node_from(
    passage_id: str, payload: dict[str, Any], vectors: dict[str, Any] | None
) -> PassageNode:
    """A node from what an engine returns; ``vectors`` by name, where they were asked for."""
    node = PassageNode.from_passage(Passage.from_payload(passage_id, payload))
    if vectors:
        node.embedding = list(vectors[DENSE])
        node.sentence_vectors = np.asarray(vectors[SENTENCES], dtype=np.float32)
        sparse = vectors[SPARSE]
        node.sparse = SparseVector(list(sparse.indices), list(sparse.values))
    return node
