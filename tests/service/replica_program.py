"""The program of `test_replicas`: replicas of the service, processes with data folders, models and
queues of their own, over one database and one index.

    python replica_program.py serve|serve_index JSON-LIST-OF-ARGUMENTS

The index stands in for a Qdrant server: qdrant-client's local engine in a process that the others
call, one call after another.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from multiprocessing.managers import BaseManager
from pathlib import Path
from threading import Event, Lock
from typing import Any

import uvicorn
from api_library import ANSWER, compose
from llama_index.core.bridge.pydantic import PrivateAttr
from qdrant_client import QdrantClient
from scripted_generator import ScriptedGenerator

from assistant.api.app import create_app
from assistant.index.layout import IndexLayout
from assistant.index.passage import PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.store import PassageStore, Query
from assistant.models.embedder import load_embedder
from assistant.settings import Settings
from assistant.storage import ingestions
from assistant.storage.records import Records
from ingest import threaded_queue

_KEY = b"of this test"


class _Index:
    """The calls of a store, one at a time."""

    def __init__(self, identity: IndexIdentity) -> None:
        self._store = ServerPassageStore(QdrantClient(":memory:"), "trilogue", identity)
        self._turn = Lock()

    def call(self, method: str, *arguments: Any) -> Any:
        with self._turn:
            result = getattr(self._store, method)(*arguments)
            return list(result) if isinstance(result, Iterator) else result


class _Manager(BaseManager):
    """Serves the index."""


class SharedStore(PassageStore):
    """A replica's store: each call goes to the process that has the index."""

    _index: Any = PrivateAttr()

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__()
        _Manager.register("index")
        manager = _Manager(address, _KEY)
        manager.connect()
        self._index = manager.index()  # type: ignore[attr-defined]

    @property
    def client(self) -> None:
        return None

    def upsert(self, nodes: Sequence[PassageNode]) -> None:
        self._index.call("upsert", nodes)

    def search(self, query: Query) -> list[tuple[PassageNode, float]]:
        return self._index.call("search", query)  # type: ignore[no-any-return]

    def select(
        self, filters: dict[str, list[Any]], with_vectors: bool = False
    ) -> list[PassageNode]:
        return self._index.call("select", filters, with_vectors)  # type: ignore[no-any-return]

    def retrieve(self, ids: Sequence[str], with_vectors: bool = False) -> list[PassageNode]:
        return self._index.call("retrieve", ids, with_vectors)  # type: ignore[no-any-return]

    def pages(self, filters: dict[str, list[Any]] | None = None) -> Iterator[list[PassageNode]]:
        yield from self._index.call("pages", filters)

    def facet(self, field: str) -> dict[str, int]:
        return self._index.call("facet", field)  # type: ignore[no-any-return]

    def delete_ids(self, ids: Sequence[str]) -> None:
        self._index.call("delete_ids", ids)

    def delete_where(self, filters: dict[str, list[Any]]) -> None:
        self._index.call("delete_where", filters)

    def set_payload(self, document_id: str, values: dict[str, Any]) -> None:
        self._index.call("set_payload", document_id, values)

    def count(self, filters: dict[str, list[Any]] | None = None) -> int:
        return self._index.call("count", filters)  # type: ignore[no-any-return]

    @property
    def layout(self) -> IndexLayout:
        return IndexLayout()

    def lay_out(self, wanted: IndexLayout) -> None:
        raise NotImplementedError

    def optimize(self, stop: Event | None = None) -> None:
        self._index.call("optimize")

    def close(self) -> None: ...


def serve_index(port: int, model: str) -> None:
    """Be the process that has the index."""
    embedder = load_embedder(Settings(embedder=model, _env_file=None))
    index = _Index(IndexIdentity(embedder.model_name, embedder.dimensions))
    _Manager.register("index", callable=lambda: index)
    _Manager(("127.0.0.1", port), _KEY).get_server().serve_forever()


def serve(port: int, index_port: int, settings: dict[str, Any], hold: str) -> None:
    """Be a replica. It writes no document while there is a file ``hold``, and takes over from one
    that has been silent for ten seconds."""
    ingestions.LEASE = timedelta(seconds=10)  # type: ignore[misc]
    threaded_queue._PAUSE = 0.5
    own = Settings(**settings, _env_file=None)
    records = Records.open(own)
    store = SharedStore(("127.0.0.1", index_port))
    generator = ScriptedGenerator()
    generator.answer = ANSWER
    service = compose(own, store, load_embedder(own), generator, records)
    queue = service.ingestions
    assert isinstance(queue, threaded_queue.ThreadedIngestionQueue)
    write = queue._writer.write

    def held(changes: Any) -> None:
        while Path(hold).exists():
            time.sleep(0.05)
        write(changes)

    queue._writer.write = held  # type: ignore[method-assign]
    own.data_dir.mkdir(parents=True, exist_ok=True)
    (own.data_dir / "worker").write_text(queue._worker)
    queue.start()
    uvicorn.run(create_app(service), port=port, log_config=None)


if __name__ == "__main__":
    {"serve": serve, "serve_index": serve_index}[sys.argv[1]](*json.loads(sys.argv[2]))
