"""What only Qdrant Edge does: a folder that lasts, and that one process may open."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from assistant.errors import UnavailableError
from assistant.index import edge, edge_build
from assistant.index.edge import EdgePassageStore
from assistant.index.edge_build import build_apart
from assistant.index.edge_folder import IndexLockedError
from assistant.index.open import open_store
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.sparse import SparseVector
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings

IDENTITY = IndexIdentity("test-embedder", 8)
_HOLD = """
import sys
from pathlib import Path
from assistant.index.edge import EdgePassageStore
from assistant.index.schema import IndexIdentity
store = EdgePassageStore(Path(sys.argv[1]), IndexIdentity("test-embedder", 8))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_told_that_the_index_is_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "edge"
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(IndexLockedError, match="open in another process"):
            EdgePassageStore(folder, IDENTITY)
    finally:
        holder.communicate(timeout=30)
    EdgePassageStore(folder, IDENTITY).close()


def test_a_damaged_index_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "edge"
    EdgePassageStore(folder, IDENTITY).close()
    (folder / "index.json").write_text("{")
    with pytest.raises(UnavailableError, match="Restore it from a backup"):
        EdgePassageStore(folder, IDENTITY)


def test_a_disk_that_is_nearly_full_is_told_before_it_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passage = Passage(str(uuid.UUID(int=1)), "d", "c", "s.md", "t", "en", "x", 0)
    node = PassageNode.from_passage(passage)
    node.embedding = [1.0] * 8
    node.sentence_vectors = np.ones((1, 8), dtype=np.float32)
    node.sparse = SparseVector([1], [1.0])
    with closing(EdgePassageStore(tmp_path / "edge", IDENTITY)) as store:
        with monkeypatch.context() as full:
            full.setattr(edge, "_SPARE", 2**80)
            with pytest.raises(UnavailableError, match="MiB left"):
                store.upsert([node])
        assert store.count() == 0
        store.upsert([node])
        assert store.count() == 1


def test_creating_an_index_leaves_no_drafts(tmp_path: Path) -> None:
    EdgePassageStore(tmp_path / "edge", IDENTITY).close()
    assert [p.name for p in tmp_path.iterdir()] == ["edge"]


def test_an_unreachable_qdrant_server_is_explained(
    settings: Settings, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    wrong = settings.model_copy(update={"qdrant_url": "http://127.0.0.1:9"})
    with pytest.raises(UnavailableError, match="TRILOGUE_QDRANT_URL"):
        open_store(wrong, tiny_embedder)


def passage_node(number: int, document: str = "d") -> PassageNode:
    passage = Passage(str(uuid.UUID(int=number)), document, "c", "s.md", "t", "en", "x", number)
    node = PassageNode.from_passage(passage)
    random = np.random.default_rng(number)
    node.embedding = random.normal(size=8).tolist()
    node.sentence_vectors = random.normal(size=(1, 8)).astype(np.float32)
    node.sparse = SparseVector([number % 7], [1.0])
    return node


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgePassageStore]:
    """A store whose search structures are to be built."""
    monkeypatch.setattr(edge, "_FEWEST_NEW", 20)
    with closing(EdgePassageStore(tmp_path / "edge", IDENTITY)) as store:
        store.upsert([passage_node(i) for i in range(50)])
        yield store


def test_what_is_written_while_search_structures_are_built_is_in_them(
    filled: EdgePassageStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(shard: Path, stop: Event | None) -> bool:
        filled.delete_ids([str(uuid.UUID(int=3))])
        filled.upsert([passage_node(60, "new")])
        filled.set_payload([str(uuid.UUID(int=4))], {"title": "changed"})
        return build_apart(shard, stop)

    monkeypatch.setattr(edge, "build_apart", build)
    filled.optimize()
    assert filled.count() == 50
    for store in (filled, None):
        if store is None:
            filled.close()
            store = EdgePassageStore(tmp_path / "edge", IDENTITY)
        ids = {uuid.UUID(node.node_id).int for node in store.select({})}
        assert ids == {*range(50), 60} - {3}
        (changed,) = store.retrieve([str(uuid.UUID(int=4))])
        assert changed.metadata["title"] == "changed"
    store.close()
    assert len(list((tmp_path / "edge").glob("shard*"))) == 1


def test_building_that_fails_or_is_stopped_leaves_the_index_as_it_is(
    filled: EdgePassageStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    stopped = Event()
    stopped.set()
    with monkeypatch.context() as at_once:
        at_once.setattr(edge_build, "_LOOK", 0.0)
        filled.optimize(stopped)

    def breaks(shard: Path, stop: Event | None) -> bool:
        for file in shard.rglob("*.json"):
            file.write_text("{")
        return build_apart(shard, stop)

    monkeypatch.setattr(edge, "build_apart", breaks)
    filled.optimize()
    assert "were not built" in caplog.text
    with monkeypatch.context() as full:
        full.setattr(edge, "_SPARE", 2**80)
        filled.optimize()
    assert "MiB on its disk" in caplog.text
    assert filled.count() == 50
    assert [path.name for path in (tmp_path / "edge").glob("shard*")] == ["shard"]


def test_what_a_killed_process_was_building_is_deleted(
    filled: EdgePassageStore, tmp_path: Path
) -> None:
    left = tmp_path / "edge" / "shard-0a1b2c3d"
    left.mkdir()
    filled.close()
    with closing(EdgePassageStore(tmp_path / "edge", IDENTITY)) as store:
        assert store.count() == 50
    assert not left.exists()


def test_few_new_passages_are_compared_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "build_apart", lambda *_: pytest.fail("it is built"))
    with closing(EdgePassageStore(tmp_path / "edge", IDENTITY)) as store:
        store.upsert([passage_node(i) for i in range(50)])
        store.optimize()
