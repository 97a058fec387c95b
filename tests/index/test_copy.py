"""Copying an index: whole, resumable, and never a mixture."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient
from typer.testing import CliRunner

from assistant.commands.app import app
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index import location
from assistant.index.copy import UnlikeCopyError, copy_index
from assistant.index.edge import EdgePassageStore
from assistant.index.location import EdgeFolder, ServerCollection, parse_location
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.sparse import encode_passage
from assistant.index.store import PassageStore
from assistant.settings import Settings

IDENTITY = IndexIdentity("test-embedder", 8)
DOCUMENTS = 30


def node(number: int, edition: str = "first", document: str | None = None) -> PassageNode:
    """A passage of the ``number % DOCUMENTS``-th document."""
    document = document or f"document-{number % DOCUMENTS}"
    passage = Passage(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{document}/{number}")),
        document_id=document,
        collection=f"collection-{number % 3}",
        source="rules.md",
        title="Rules",
        language="en",
        text=f"Rule {number} of the {edition} edition.",
        ordinal=number // DOCUMENTS,
        content_hash=edition,
    )
    made = PassageNode.from_passage(passage)
    random = np.random.default_rng(number)
    vectors = random.normal(size=(3, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made.embedding = vectors[0].tolist()
    made.sentence_vectors = vectors[1:]
    made.sparse = encode_passage(passage.text)
    return made


NODES = [node(number) for number in range(300)]


def edge(folder: Path) -> PassageStore:
    return EdgePassageStore(folder, IDENTITY)


def server() -> PassageStore:
    return ServerPassageStore(QdrantClient(":memory:"), "test", IDENTITY)


@pytest.fixture(params=["edge to server", "server to edge", "edge to edge"])
def sides(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[PassageStore, PassageStore]]:
    """A source with passages, and an empty target."""
    first, second = request.param.split(" to ")
    source = edge(tmp_path / "source") if first == "edge" else server()
    target = edge(tmp_path / "target") if second == "edge" else server()
    source.upsert(NODES)
    with closing(source), closing(target):
        yield source, target


def passages_of(store: PassageStore) -> dict[str, Passage]:
    return {n.node_id: n.to_passage() for n in store.select({})}


class BrokenOffError(Exception):
    """Somebody pressed Ctrl-C."""


def interrupted_after(calls: int) -> Callable[[int, int], None]:
    seen = 0

    def watch(done: int, total: int) -> None:
        nonlocal seen
        seen += 1
        if seen == calls:
            raise BrokenOffError

    return watch


def test_everything_is_there_with_the_same_vectors(
    sides: tuple[PassageStore, PassageStore],
) -> None:
    source, target = sides
    report = copy_index(source, target)
    assert (report.copied, report.unchanged, report.removed) == (300, 0, 0)
    assert (report.collections, report.documents) == (3, DOCUMENTS)
    assert passages_of(target) == passages_of(source)
    (copied,) = target.retrieve([NODES[5].node_id], with_vectors=True)
    np.testing.assert_allclose(copied.get_embedding(), NODES[5].get_embedding(), atol=1e-5)
    np.testing.assert_allclose(copied.sentence_vectors, NODES[5].sentence_vectors, atol=2e-3)


def test_an_interrupted_copy_goes_on_where_it_was(
    sides: tuple[PassageStore, PassageStore],
) -> None:
    source, target = sides
    with pytest.raises(BrokenOffError):
        copy_index(source, target, watch=interrupted_after(1))
    there = target.count()
    assert 0 < there < 300
    report = copy_index(source, target)
    assert (report.copied, report.unchanged) == (300 - there, there)
    assert copy_index(source, target).copied == 0


def test_what_changed_in_the_source_is_brought_over(
    sides: tuple[PassageStore, PassageStore],
) -> None:
    source, target = sides
    copy_index(source, target)
    changed = [n.node_id for n in source.select({"document_id": ["document-4"]})]
    source.set_payload(changed, {"effective_until": 20301231})
    assert copy_index(source, target).copied == 10
    assert passages_of(target) == passages_of(source)


def test_passages_that_only_the_target_has_are_kept_unless_asked(
    sides: tuple[PassageStore, PassageStore],
) -> None:
    source, target = sides
    foreign = node(1, document="of-others")
    target.upsert([foreign])
    with pytest.raises(InvalidInputError, match="--prune"):
        copy_index(source, target)
    assert [n.node_id for n in target.select({})] == [foreign.node_id]
    assert copy_index(source, target, prune=True).removed == 1
    assert passages_of(target) == passages_of(source)


def test_an_empty_source_does_not_empty_the_target(tmp_path: Path) -> None:
    with closing(edge(tmp_path / "source")) as source, closing(server()) as target:
        target.upsert(NODES[:3])
        with pytest.raises(InvalidInputError, match="right way round"):
            copy_index(source, target, prune=True)
        assert target.count() == 3


def test_other_vectors_below_the_same_passages_are_found(
    sides: tuple[PassageStore, PassageStore],
) -> None:
    source, target = sides
    wrong = [node(number) for number in range(300)]
    for one in wrong:
        one.embedding = one.get_embedding()[::-1]
    target.upsert(wrong)
    with pytest.raises(UnlikeCopyError, match="other vectors"):
        copy_index(source, target)


def test_a_target_that_loses_passages_is_found(
    sides: tuple[PassageStore, PassageStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = sides
    upsert = type(target).upsert
    monkeypatch.setattr(type(target), "upsert", lambda self, nodes: upsert(self, nodes[1:]))
    with pytest.raises(UnlikeCopyError, match="different numbers of passages"):
        copy_index(source, target)


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(
    sides: tuple[PassageStore, PassageStore],
) -> None:
    source, target = sides
    with pytest.raises(UnavailableError, match="target's disk has"):
        copy_index(source, target, free=1000)
    assert target.count() == 0


# The command


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> dict[str, QdrantClient]:
    """qdrant-client's local engine in the place of servers, by their URLs."""
    clients: dict[str, QdrantClient] = {}

    def connected(place: ServerCollection) -> QdrantClient:
        client = clients.setdefault(place.url, QdrantClient(":memory:"))
        monkeypatch.setattr(client, "close", lambda: None)
        return client

    monkeypatch.setattr(ServerCollection, "_connected", connected)
    return clients


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["index", "copy", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A folder of Qdrant Edge with passages."""
    folder = tmp_path / "edge"
    with closing(edge(folder)) as store:
        store.upsert(NODES[:50])
    return folder


def test_the_command_copies_there_and_back(
    index: Path, tmp_path: Path, servers: dict[str, QdrantClient]
) -> None:
    url = "http://qdrant.example:6333?collection=policies"
    code, output = run(index, url, "--json")
    assert code == 0, output
    assert json.loads(output[output.index("{") :])["copied"] == 50
    assert servers["http://qdrant.example:6333"].count("policies").count == 50
    assert run(url, tmp_path / "back")[0] == 0
    with closing(edge(index)) as before, closing(edge(tmp_path / "back")) as after:
        assert passages_of(after) == passages_of(before)


def test_the_command_refuses_what_cannot_be_copied(
    index: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    EdgePassageStore(tmp_path / "other", IndexIdentity("other-embedder", 8)).close()
    (tmp_path / "file").touch()
    old = tmp_path / "old"
    EdgePassageStore(old, replace(IDENTITY, version=1)).close()
    wrong = {
        "an index of another embedder": (index, tmp_path / "other", "must not be mixed"),
        "no source": (tmp_path / "nowhere", tmp_path / "new", "There is no index"),
        "the same folder": (index, index, "FROM and TO are both"),
        "a folder that cannot be made": (index, tmp_path / "file" / "new", "cannot be used"),
        "another schema": (old, tmp_path / "new", "has schema 1"),
        "a server that is not there": (index, "http://127.0.0.1:9", "does not answer"),
        "a URL without a name": (index, "http://127.0.0.1:9?name=x", "does not name a collection"),
    }
    for name, (source, target, message) in wrong.items():
        with subtests.test(name):
            code, output = run(source, target)
            assert code in (2, 3)
            assert message in output
    assert not (tmp_path / "new").exists()


def test_the_command_is_told_that_a_service_holds_the_source(index: Path, tmp_path: Path) -> None:
    with closing(edge(index)):
        code, output = run(index, tmp_path / "new")
    assert code == 3
    assert "open in another process" in output


def test_keys_go_to_the_server_that_they_are_for() -> None:
    ours = Settings(qdrant_url="http://ours:6333/", qdrant_api_key="secret", _env_file=None)
    own = parse_location("http://ours:6333?collection=a", ours, None)
    assert isinstance(own, ServerCollection)
    assert own.api_key is not None
    assert own.collection == "a"
    assert parse_location("http://theirs:6333", ours, None) == ServerCollection(
        "http://theirs:6333", "trilogue"
    )
    assert isinstance(parse_location("some/folder", ours, None), EdgeFolder)


def test_the_settings_index_is_where_the_service_opens_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    assert location.location_of(settings) == EdgeFolder(settings.edge_dir)
    remote = settings.model_copy(update={"qdrant_url": "http://q:6333", "qdrant_collection": "c"})
    assert location.location_of(remote) == ServerCollection("http://q:6333", "c")
