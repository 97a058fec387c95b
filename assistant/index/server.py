"""A Qdrant server, through qdrant-client."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

import httpx
from llama_index.core.bridge.pydantic import PrivateAttr
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.layout import OVERSAMPLING, PLAIN, IndexLayout
from assistant.index.passage import PassageNode
from assistant.index.schema import (
    DATE_FIELDS,
    DENSE,
    FILTER_FIELDS,
    SENTENCES,
    SPARSE,
    SPARSE_FULL_SCAN,
    TENANT_FIELD,
    IndexIdentity,
)
from assistant.index.server_requests import (
    filter_of,
    matching,
    point_of,
    requests,
    scoring,
)
from assistant.index.store import PassageStore, Query, check_identity, node_from

_SCROLL = 1000
#: Values of a field that are counted at most: more than any index has documents.
_VALUES = 100_000_000
#: How dense vectors are shortened; the shortened ones are kept in memory.
_QUANTIZED: dict[str, models.QuantizationConfig] = {
    "int8": models.ScalarQuantization(
        scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
    ),
    "binary": models.BinaryQuantization(binary=models.BinaryQuantizationConfig(always_ram=True)),
}


class ServerPassageStore(PassageStore):
    """Passages in a collection of a Qdrant server.

    Args:
        client: The connection; qdrant-client's local engine works as well.
        collection: Name of the Qdrant collection, created where it does not exist.
        identity: What the index is, or is to be, built with.
        layout: How a new collection is laid out; one that is there stays as it is.

    Raises:
        UnavailableError: The server does not answer.
        IndexMismatchError: The collection was built with something else.
    """

    _client: QdrantClient = PrivateAttr()
    _collection: str = PrivateAttr()
    _layout: IndexLayout = PrivateAttr()

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        identity: IndexIdentity,
        layout: IndexLayout = PLAIN,
    ) -> None:
        super().__init__()
        self._client = client
        self._collection = collection
        stored = collection_identity(client, collection)
        if stored is None:
            with _answering():
                self._create(identity, layout)
        else:
            check_identity(stored, identity, f"Qdrant collection {collection!r}")
        with _answering():
            found = client.get_collection(collection)
            self._layout = _layout_of(found.config.params)
            # Whoever made it may have been ended before all were there.
            self._index_fields(found.payload_schema)

    def _create(self, identity: IndexIdentity, layout: IndexLayout) -> None:
        self._client.create_collection(
            self._collection,
            shard_number=layout.shards,
            replication_factor=layout.replicas,
            write_consistency_factor=layout.majority,
            vectors_config={
                DENSE: models.VectorParams(
                    size=identity.dimensions,
                    distance=models.Distance.COSINE,
                    hnsw_config=models.HnswConfigDiff(on_disk=layout.graph_on_disk),
                    quantization_config=_QUANTIZED.get(layout.quantization),
                    on_disk=layout.vectors_on_disk,
                ),
                SENTENCES: models.VectorParams(
                    size=identity.dimensions,
                    distance=models.Distance.COSINE,
                    datatype=models.Datatype.FLOAT16,
                    multivector_config=models.MultiVectorConfig(
                        comparator=models.MultiVectorComparator.MAX_SIM
                    ),
                    hnsw_config=models.HnswConfigDiff(m=0),
                    on_disk=True,
                ),
            },
            sparse_vectors_config={
                SPARSE: models.SparseVectorParams(
                    index=models.SparseIndexParams(full_scan_threshold=SPARSE_FULL_SCAN),
                    modifier=models.Modifier.IDF,
                )
            },
            metadata=identity.to_json(),
        )

    def _index_fields(self, there: Container[str]) -> None:
        """Make the indexes of payload fields that are not there."""
        indexes: dict[str, models.PayloadSchemaType | models.KeywordIndexParams] = {
            field: models.KeywordIndexParams(
                type=models.KeywordIndexType.KEYWORD, is_tenant=field == TENANT_FIELD
            )
            for field in FILTER_FIELDS
        } | dict.fromkeys(DATE_FIELDS, models.PayloadSchemaType.INTEGER)
        for field, index in indexes.items():
            if field not in there:
                self._client.create_payload_index(self._collection, field, index)

    @property
    def client(self) -> QdrantClient:
        """The connection."""
        return self._client

    def upsert(self, nodes: Sequence[PassageNode]) -> None:
        for batch in requests(nodes):
            with _answering():
                self._client.upsert(self._collection, [point_of(n) for n in batch], wait=True)

    def search(self, query: Query) -> list[tuple[PassageNode, float]]:
        if not query.legs:
            return []
        with _answering():
            points = self._client.query_points(
                self._collection,
                limit=query.limit,
                query_filter=filter_of(query),
                with_payload=True,
                with_vectors=query.with_vectors,
                **scoring(query, self._params),
            ).points
        return [(_node(point, query.with_vectors), point.score) for point in points]

    @property
    def _params(self) -> models.SearchParams | None:
        """What has quantized vectors find candidates, and the others score them."""
        oversampling = OVERSAMPLING.get(self._layout.quantization)
        if oversampling is None:
            return None
        return models.SearchParams(
            quantization=models.QuantizationSearchParams(rescore=True, oversampling=oversampling)
        )

    @property
    def _consistency(self) -> models.ReadConsistencyType | None:
        """Reads that decide what is written or deleted see every write that was acknowledged: a
        majority of the copies has it, and a majority is asked. Searches ask one copy."""
        return models.ReadConsistencyType.MAJORITY if self._layout.replicas > 1 else None

    def select(
        self, filters: dict[str, list[Any]], with_vectors: bool = False
    ) -> list[PassageNode]:
        nodes = [node for page in self._scroll(filters, with_vectors) for node in page]
        return sorted(nodes, key=lambda n: (n.metadata["document_id"], n.metadata["ordinal"]))

    def _scroll(
        self, filters: dict[str, list[Any]], with_vectors: bool
    ) -> Iterator[list[PassageNode]]:
        offset = None
        while True:
            with _answering():
                records, offset = self._client.scroll(
                    self._collection,
                    scroll_filter=matching(filters),
                    limit=_SCROLL,
                    offset=offset,
                    with_vectors=with_vectors,
                    consistency=self._consistency,
                )
            yield [_node(record, with_vectors) for record in records]
            if offset is None:
                return

    def retrieve(self, ids: Sequence[str], with_vectors: bool = False) -> list[PassageNode]:
        with _answering():
            records = self._client.retrieve(
                self._collection,
                list(ids),
                with_payload=True,
                with_vectors=with_vectors,
                consistency=self._consistency,
            )
        return [_node(record, with_vectors) for record in records]

    def pages(self, filters: dict[str, list[Any]] | None = None) -> Iterator[list[PassageNode]]:
        return self._scroll(filters or {}, with_vectors=False)

    def facet(self, field: str) -> dict[str, int]:
        with _answering():
            found = self._client.facet(
                self._collection,
                field,
                limit=_VALUES,
                exact=True,
                consistency=self._consistency,
            )
        # The values of passages that were deleted stay for a while.
        return {str(hit.value): hit.count for hit in found.hits if hit.count}

    def delete_ids(self, ids: Sequence[str]) -> None:
        if ids:
            selector = models.PointIdsList(points=list(ids))
            with _answering():
                self._client.delete(self._collection, selector, wait=True)

    def delete_where(self, filters: dict[str, list[Any]]) -> None:
        selector = models.FilterSelector(filter=matching(filters) or models.Filter())
        with _answering():
            self._client.delete(self._collection, selector, wait=True)

    def set_payload(self, ids: Sequence[str], values: dict[str, Any]) -> None:
        if ids:
            with _answering():
                self._client.set_payload(self._collection, values, points=list(ids), wait=True)

    def count(self, filters: dict[str, list[Any]] | None = None) -> int:
        with _answering():
            return self._client.count(self._collection, matching(filters or {}), exact=True).count

    @property
    def layout(self) -> IndexLayout:
        return self._layout

    def lay_out(self, wanted: IndexLayout) -> None:
        """Tell the server, which builds the search structures anew while it answers.

        Raises:
            InvalidInputError: Another number of shards or copies is wanted.
        """
        if wanted.shards not in (None, self._layout.shards):
            raise InvalidInputError(
                f"The collection {self._collection} has {self._layout.shards} shards, which stay.",
                "Copy it into a new collection with 'trilogue index copy'.",
            )
        if wanted.replicas != self._layout.replicas:
            raise InvalidInputError(
                f"The collection {self._collection} has {self._layout.replicas} copies of each "
                "shard; a server makes no further ones by itself.",
                "Replicate its shards with Qdrant's POST /collections/NAME/cluster, or copy it "
                "into a new collection with 'trilogue index copy'.",
            )
        change = models.VectorParamsDiff(
            hnsw_config=models.HnswConfigDiff(on_disk=wanted.graph_on_disk),
            quantization_config=_QUANTIZED.get(wanted.quantization, models.Disabled.DISABLED),
            on_disk=wanted.vectors_on_disk,
        )
        with _answering():
            self._client.update_collection(self._collection, vectors_config={DENSE: change})
            self._layout = _layout_of(self._client.get_collection(self._collection).config.params)

    def optimize(self, stop: Event | None = None) -> None:
        """Nothing to do: the server optimizes in the background."""

    def close(self) -> None:
        self._client.close()


def _layout_of(params: models.CollectionParams) -> IndexLayout:
    """How a collection is laid out."""
    assert isinstance(params.vectors, dict)
    dense = params.vectors[DENSE]
    quantized = dense.quantization_config
    graph_on_disk = bool(dense.hnsw_config and dense.hnsw_config.on_disk)
    return IndexLayout(
        "int8"
        if isinstance(quantized, models.ScalarQuantization)
        else "binary"
        if isinstance(quantized, models.BinaryQuantization)
        else "none",
        "all" if graph_on_disk else "vectors" if dense.on_disk else "nothing",
        params.shard_number,
        params.replication_factor or 1,
    )


def collection_identity(client: QdrantClient, collection: str) -> IndexIdentity | None:
    """What the index in a collection was built with; None where there is no such collection.

    Raises:
        UnavailableError: The server does not answer, or the collection is not ours.
    """
    with _answering():
        if not client.collection_exists(collection):
            return None
        metadata = client.get_collection(collection).config.metadata or {}
    try:
        return IndexIdentity.from_json(metadata)
    except KeyError as error:
        raise UnavailableError(
            f"Qdrant collection {collection!r} was not made by Trilogue.",
            "Name another one, in TRILOGUE_QDRANT_COLLECTION or after '?collection='.",
        ) from error


@contextmanager
def _answering() -> Iterator[None]:
    """A server that refuses, fails or is gone is told as such, with what to do."""
    try:
        yield
    except UnexpectedResponse as error:
        said = error.content.decode("utf-8", "replace")[:500]
        raise UnavailableError(
            f"The Qdrant server answers {error.status_code} {error.reason_phrase}: {said}",
            _remedy(error.status_code, said),
        ) from error
    except ResourceExhaustedResponse as error:
        raise UnavailableError(
            f"The Qdrant server is asked too much: {error}",
            "Wait, or raise the limits of its strict mode.",
        ) from error
    except (ApiException, httpx.HTTPError) as error:
        # httpx's own error says what happened; qdrant-client's around it says nothing.
        reason = getattr(error, "source", error)
        raise UnavailableError(
            f"The Qdrant server does not answer: {reason}",
            "Check that it runs and that TRILOGUE_QDRANT_URL is right.",
        ) from error


def _remedy(status: int | None, said: str) -> str:
    """What to do about a refusal."""
    if status == 401:
        return "Give its API key in TRILOGUE_QDRANT_API_KEY."
    if status == 403:
        return (
            "Give TRILOGUE_QDRANT_API_KEY a key that may write, and look at Qdrant's GET /locks "
            "whether writing is locked. Nothing that is in the index is lost."
        )
    if "no space left" in said.lower():
        return (
            "The disk of a Qdrant node is full: make space on it, or add a node, then ingest "
            "again. Nothing that is in the index is lost, and searches go on."
        )
    return "Look at the log of the Qdrant server."


def _node(point: models.ScoredPoint | models.Record, with_vectors: bool) -> PassageNode:
    vectors: Any = point.vector if with_vectors else None
    return node_from(str(point.id), dict(point.payload or {}), vectors)
