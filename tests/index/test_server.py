"""What only a Qdrant server needs: requests of a size that it takes."""

from __future__ import annotations

import json
import uuid

import numpy as np
import pytest
from qdrant_client import QdrantClient, models

from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.sparse import SparseVector

#: ``max_request_size_mb`` of a server that was not told otherwise.
REQUEST_BYTES = 32 * 2**20
DIMENSIONS = 768


def node(number: int, sentences: int) -> PassageNode:
    """A passage whose numbers are as long in JSON as they get."""
    passage = Passage(str(uuid.UUID(int=number)), "d", "c", "s.md", "t", "en", "x" * 1000, number)
    made = PassageNode.from_passage(passage)
    vectors = np.random.default_rng(number).normal(size=(sentences + 1, DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made.embedding = vectors[0].astype(np.float32).tolist()
    made.sentence_vectors = vectors[1:].astype(np.float32)
    made.sparse = SparseVector([1], [1.0])
    return made


def test_no_request_is_larger_than_a_server_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = QdrantClient(":memory:")
    store = ServerPassageStore(client, "test", IndexIdentity("test-embedder", DIMENSIONS))
    sent: list[list[models.PointStruct]] = []
    monkeypatch.setattr(client, "upsert", lambda _, points, wait: sent.append(points))
    nodes = [node(number, sentences=12) for number in range(100)]
    store.upsert(nodes)
    assert [point.id for request in sent for point in request] == [n.node_id for n in nodes]
    assert len(sent) > 1
    sizes = [len(json.dumps([p.model_dump(mode="json") for p in points])) for points in sent]
    assert max(sizes) < REQUEST_BYTES
    sent.clear()
    store.upsert([node(0, sentences=1500)])
    assert len(sent) == 1, "a passage goes by itself, however large it is"
