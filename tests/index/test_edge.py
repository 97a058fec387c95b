"""What only Qdrant Edge does: a folder that lasts, and that one process may open."""

from __future__ import annotations

import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import UnavailableError
from assistant.index import edge
from assistant.index.edge import EdgePassageStore
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
