"""What only a Qdrant server needs: requests of a size that it takes, refusals that are told."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from live import listening
from qdrant_client import QdrantClient, models

from assistant.errors import UnavailableError
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.sparse import SparseVector
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob

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


#: Answers in the manner of Qdrant: its status, and the text of its error.
READ_ONLY = (403, "Forbidden: Write access to collection test is required")
LOCKED = (403, "Forbidden: write is forbidden")
NO_KEY = (401, "Must provide an API key or an Authorization bearer token")
FULL = (
    500,
    "Service internal error: No space left on device: WAL buffer size exceeds available disk space",
)
BROKEN = (500, "Service internal error: 1 of 1 read operations failed")
TOO_MUCH = (429, "Rate limiting exceeded: Write rate limit exceeded")


def refusing(status: int, said: str) -> FastAPI:
    """A server that refuses every request as Qdrant does."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "PUT", "POST", "DELETE"])
    def refuse(path: str) -> JSONResponse:
        answer = {"time": 0.0, "status": {"error": said}, "result": None}
        return JSONResponse(answer, status, {"Retry-After": "3"} if status == 429 else None)

    return app


@pytest.mark.parametrize(
    ("status", "said", "advice"),
    [
        (*READ_ONLY, "a key that may write"),
        (*LOCKED, "GET /locks"),
        (*NO_KEY, "TRILOGUE_QDRANT_API_KEY"),
        (*FULL, "The disk of a Qdrant node is full"),
        (*BROKEN, "log of the Qdrant server"),
        (*TOO_MUCH, "strict mode"),
    ],
)
def test_what_a_server_refuses_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, status: int, said: str, advice: str
) -> None:
    client = QdrantClient(":memory:")
    store = ServerPassageStore(client, "test", IndexIdentity("test-embedder", DIMENSIONS))
    with listening(refusing(status, said)) as (url, _):
        refuses = QdrantClient(url, check_compatibility=False)
        monkeypatch.setattr(client, "upsert", refuses.upsert)
        with pytest.raises(UnavailableError) as raised:
            store.upsert([node(0, sentences=1)])
    assert said in raised.value.message
    assert advice in raised.value.hint


def test_a_server_that_may_only_be_read_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    client = QdrantClient(":memory:")
    identity = IndexIdentity(tiny_embedder.model_name, tiny_embedder.dimensions)
    store = ServerPassageStore(client, "test", identity)
    rules = tmp_path / "rules.md"
    rules.write_text("# Rules\n\nThe fee is 10 euros.\n")
    settings = Settings(data_dir=tmp_path / "data", _env_file=None)
    with DocumentRegistry.opened(settings) as registry:
        IngestionJob(settings, store, registry, tiny_embedder).run([rules])
        before = store.count()
        rules.write_text("# Rules\n\nThe fee is 20 euros.\n")
        with listening(refusing(*READ_ONLY)) as (url, _), monkeypatch.context() as refused:
            refuses = QdrantClient(url, check_compatibility=False)
            for change in ("upsert", "delete", "set_payload"):
                refused.setattr(client, change, getattr(refuses, change))
            with pytest.raises(UnavailableError):
                IngestionJob(settings, store, registry, tiny_embedder).run([rules])
        assert store.count() == before > 0
        report = IngestionJob(settings, store, registry, tiny_embedder).run([rules])
        assert report.counts == {"updated": 1}
