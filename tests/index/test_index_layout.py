"""How an index is laid out: it is built so, found to be so, and changed by a command alone."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qdrant_edge
from qdrant_client import QdrantClient, models
from typer.testing import CliRunner

from assistant.commands.app import app
from assistant.errors import InvalidInputError
from assistant.index import edge
from assistant.index.edge import EdgePassageStore
from assistant.index.layout import PLAIN, IndexLayout
from assistant.index.open import open_store
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import DENSE, SPARSE, SPARSE_FULL_SCAN, IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.sparse import SparseVector
from assistant.index.store import Query
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings, get_settings

DIMENSIONS = 64
IDENTITY = IndexIdentity("test-embedder", DIMENSIONS)


def nodes(count: int) -> list[PassageNode]:
    """Passages with vectors at random."""
    vectors = np.random.default_rng(0).normal(size=(count, DIMENSIONS))
    made = []
    for number, vector in enumerate(vectors):
        passage = Passage(str(uuid.UUID(int=number)), "d", "c", "s.md", "t", "en", "x", number)
        one = PassageNode.from_passage(passage)
        one.embedding = (vector / np.linalg.norm(vector)).tolist()
        one.sentence_vectors = np.asarray([one.embedding], dtype=np.float32)
        one.sparse = SparseVector([1], [1.0])
        made.append(one)
    return made


def quantized_files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("quantized.data")]


@pytest.fixture
def _soon_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edge builds its search structures for a few hundred KiB of vectors."""
    soon = qdrant_edge.EdgeOptimizersConfig(indexing_threshold=100)
    monkeypatch.setattr(qdrant_edge, "EdgeConfig", partial(qdrant_edge.EdgeConfig, optimizers=soon))
    monkeypatch.setattr(edge, "_FEWEST_NEW", 100)


@pytest.mark.usefixtures("_soon_indexed")
def test_quantized_vectors_find_and_the_others_score(tmp_path: Path) -> None:
    folder = tmp_path / "edge"
    asked = nodes(900)[7].get_embedding()
    with closing(EdgePassageStore(folder, IDENTITY)) as store:
        store.upsert(nodes(900))
        store.optimize()
        assert not quantized_files(folder)
        exact = store.search(Query(asked, None, 5, {}))
        for layout in (IndexLayout("int8", "vectors"), IndexLayout("binary", "all")):
            store.lay_out(layout)
            assert store.layout == layout
            assert quantized_files(folder)
            hits = store.search(Query(asked, None, 5, {}))
            assert hits[0][0].node_id == exact[0][0].node_id
            assert hits[0][1] == pytest.approx(1.0, abs=1e-4), "not the score of the short vector"
    with closing(EdgePassageStore(folder, IDENTITY)) as store:
        assert store.layout == layout, "it lasts"
        store.lay_out(PLAIN)
        assert not quantized_files(folder)
        assert [h.node_id for h, _ in store.search(Query(asked, None, 5, {}))] == [
            h.node_id for h, _ in exact
        ]


@pytest.mark.parametrize(
    "layout", [PLAIN, IndexLayout("int8", "vectors"), IndexLayout("binary", "all")]
)
def test_a_collection_is_made_as_asked_and_read_back(layout: IndexLayout) -> None:
    client = QdrantClient(":memory:")
    made = ServerPassageStore(client, "test", IDENTITY, layout).layout
    assert (made.quantization, made.on_disk) == (layout.quantization, layout.on_disk)
    assert ServerPassageStore(client, "test", IDENTITY).layout == made, "and not changed silently"


class Recorded:
    """What a server was told; the local engine does not have all of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = QdrantClient(":memory:")
        self.calls: dict[str, dict[str, Any]] = {}
        for name in ("create_collection", "update_collection", "scroll", "retrieve"):
            monkeypatch.setattr(self.client, name, self._recording(name))

    def _recording(self, name: str) -> Any:
        call = getattr(self.client, name)

        def recorded(*arguments: Any, **values: Any) -> Any:
            self.calls[name] = values
            return call(*arguments, **values)

        return recorded


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return Recorded(monkeypatch)


def test_a_majority_of_copies_has_every_write(recorded: Recorded) -> None:
    ServerPassageStore(recorded.client, "test", IDENTITY, IndexLayout(shards=4, replicas=3))
    told = recorded.calls["create_collection"]
    asked = (told["shard_number"], told["replication_factor"], told["write_consistency_factor"])
    assert asked == (4, 3, 2)


def test_what_decides_about_passages_is_read_from_a_majority(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ServerPassageStore(recorded.client, "test", IDENTITY)
    store.select({})
    assert recorded.calls["scroll"]["consistency"] is None
    store._layout = IndexLayout(replicas=3)
    store.select({})
    store.retrieve([str(uuid.uuid4())])
    for call in ("scroll", "retrieve"):
        assert recorded.calls[call]["consistency"] == models.ReadConsistencyType.MAJORITY


def test_a_server_is_told_what_changes_and_refused_what_it_cannot(recorded: Recorded) -> None:
    store = ServerPassageStore(recorded.client, "test", IDENTITY, IndexLayout("int8"))
    store.lay_out(IndexLayout("none", "all", store.layout.shards, store.layout.replicas))
    (change,) = recorded.calls["update_collection"]["vectors_config"].values()
    assert change.quantization_config == models.Disabled.DISABLED
    assert (change.on_disk, change.hnsw_config.on_disk) == (True, True)
    assert list(recorded.calls["update_collection"]["vectors_config"]) == [DENSE]
    recorded.calls.clear()
    for wanted in (IndexLayout(shards=7), IndexLayout(replicas=2)):
        with pytest.raises(InvalidInputError, match="trilogue index copy"):
            store.lay_out(wanted)
    assert "update_collection" not in recorded.calls


def test_another_layout_than_the_settings_is_told_and_used_as_it_is(
    settings: Settings,
    tiny_embedder: SentenceTransformerEmbedder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_store(settings, tiny_embedder).close()
    assert not caplog.records
    wanted = settings.model_copy(update={"index_quantization": "int8", "qdrant_replicas": 3})
    with (
        caplog.at_level(logging.WARNING, "assistant.index.open"),
        closing(open_store(wanted, tiny_embedder)) as store,
    ):
        assert store.layout == PLAIN
    assert "quantization none instead of int8" in caplog.text
    assert "replicas" not in caplog.text, "a folder has none"


@pytest.fixture
def edge_dir(tmp_path: Path) -> Iterator[Path]:
    """The index of the settings, as it is made."""
    folder = Settings(data_dir=tmp_path / "data", _env_file=None).edge_dir
    EdgePassageStore(folder, IDENTITY).close()
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


def test_the_command_tells_the_layout_and_changes_it(
    edge_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRILOGUE_INDEX_QUANTIZATION", "binary")
    shown = CliRunner().invoke(app, ["index", "layout"])
    assert shown.exit_code == 1
    assert "quantization none instead of binary" in shown.output
    get_settings.cache_clear()
    changed = CliRunner().invoke(app, ["index", "layout", "--apply"])
    assert changed.exit_code == 0, changed.output
    with closing(EdgePassageStore(edge_dir, IDENTITY)) as store:
        assert store.layout == IndexLayout("binary")


@pytest.mark.usefixtures("_soon_indexed")
def test_a_collection_of_some_size_is_compared_whole_instead_of_walking_every_list(
    tmp_path: Path,
) -> None:
    with closing(EdgePassageStore(tmp_path / "edge", IDENTITY)) as store:
        store.upsert(nodes(600))
        store.optimize()
    built = [json.loads(file.read_text()) for file in tmp_path.rglob("sparse_index_config.json")]
    assert {index["full_scan_threshold"] for index in built} == {SPARSE_FULL_SCAN}

    client = QdrantClient(":memory:")
    ServerPassageStore(client, "passages", IDENTITY)
    described = client.get_collection("passages").config.params.sparse_vectors
    assert described
    index = described[SPARSE].index
    assert index
    assert index.full_scan_threshold == SPARSE_FULL_SCAN
