"""The deep check: what is wrong with an index is found, and mended where that is safe."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.api.announcement import RunningService
from assistant.commands import doctor_command
from assistant.commands.app import app
from assistant.index.store import PassageStore
from assistant.ingestion import consistency
from assistant.ingestion.consistency import ConsistencyCheck, Kind, mend
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.originals import FolderOriginals
from assistant.settings import get_settings
from assistant.storage.documents import DocumentLedger
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.job import IngestionJob

Write = Callable[[str, str | bytes], Path]
RULE = """---
title: {name}
work_id: fees-{name}
effective_from: 2024-01-01
---

# {name}

## Article 1

Students of {name} pay 7000 won.

## Article 2

They pay in March.
"""


class House:
    """Three documents in an index, and what the check says of them."""

    def __init__(
        self, store: PassageStore, registry: DocumentRegistry, job: IngestionJob, write: Write
    ) -> None:
        self.store, self.registry, self.job = store, registry, job
        self.files = [write(f"{n}.md", RULE.format(name=n)) for n in ("library", "sports", "music")]
        self.originals = FolderOriginals(self.files[0].parent / "originals")
        self.writer = DocumentWriter(store, registry, originals=self.originals)
        assert self.ingest() == {"added": 3}

    def ingest(self) -> dict[str, int]:
        return dict(self.job.run(self.files).counts)

    def document(self, name: str) -> DocumentRecord:
        (record,) = [r for r in self.registry.documents() if r.source == f"{name}.md"]
        return record

    def wrong(self, keeps_originals: bool = False) -> dict[str, Kind]:
        """What is wrong, by document."""
        check = ConsistencyCheck(self.store, self.registry, self.originals, keeps_originals)
        return {one.document_id: one.kind for one in check.run()}

    def mend(self) -> None:
        check = ConsistencyCheck(self.store, self.registry, self.originals, False)
        mend(check.run(), self.writer)


def ids_of(store: PassageStore, document_id: str) -> list[str]:
    """The ids of a document's passages."""
    return [node.node_id for node in store.select({"document_id": [document_id]})]


@pytest.fixture
def house(
    store: PassageStore,
    registry: DocumentRegistry,
    job: IngestionJob,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> House:
    monkeypatch.setattr(consistency, "_BATCH", 2)  # more than one batch
    return House(store, registry, job, write)


def test_an_index_that_is_whole_is_well(house: House) -> None:
    assert house.wrong() == {}


def test_passages_without_document_are_deleted(house: House) -> None:
    library = house.document("library")
    house.registry.delete(library.id)
    assert house.wrong() == {library.id: Kind.UNREGISTERED}
    house.mend()
    assert house.wrong() == {}
    assert house.store.count({"document_id": [library.id]}) == 0
    assert house.store.count() == sum(r.passages for r in house.registry.documents())


def test_missing_passages_are_made_again_by_the_next_ingestion(house: House) -> None:
    sports = house.document("sports")
    house.store.delete_ids([house.store.select({"document_id": [sports.id]})[0].node_id])
    assert house.wrong() == {sports.id: Kind.INCOMPLETE}
    house.mend()
    assert house.wrong() == {sports.id: Kind.INCOMPLETE}
    assert house.ingest() == {"updated": 1, "unchanged": 2}
    assert house.wrong() == {}


def test_a_place_that_is_there_twice_is_found_although_the_count_is_right(house: House) -> None:
    sports = house.document("sports")
    first, second = house.store.select({"document_id": [sports.id]}, with_vectors=True)
    second.metadata["ordinal"] = first.metadata["ordinal"]
    house.store.upsert([second])
    assert house.wrong() == {sports.id: Kind.INCOMPLETE}
    assert house.ingest() == {"unchanged": 3}, "counts alone do not tell"
    house.mend()
    assert house.ingest() == {"updated": 1, "unchanged": 2}
    assert house.wrong() == {}


def test_passages_of_another_content_are_deleted(house: House) -> None:
    music = house.document("music")
    node = house.store.select({"document_id": [music.id]}, with_vectors=True)[0]
    stale = node.model_copy(update={"id_": str(uuid.uuid4())})
    stale.sparse, stale.sentence_vectors = node.sparse, node.sentence_vectors
    stale.metadata = {**node.metadata, "content_hash": "0" * 64}
    house.store.upsert([stale])
    assert house.wrong() == {music.id: Kind.STALE}
    house.mend()
    assert house.wrong() == {}
    assert house.store.count({"document_id": [music.id]}) == music.passages


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("collection", "of-others"),
        ("title", "Another"),
        ("work_id", None),
        ("effective_until", 20241231),
    ],
)
def test_what_passages_say_of_their_document_is_set_right(
    house: House, field: str, value: object
) -> None:
    library = house.document("library")
    before = {n.node_id: n.to_passage() for n in house.store.select({})}
    house.store.set_payload(ids_of(house.store, library.id), {field: value})
    assert house.wrong() == {library.id: Kind.MISSTATED}
    house.mend()
    assert house.wrong() == {}
    assert {n.node_id: n.to_passage() for n in house.store.select({})} == before


def test_the_ends_of_wordings_are_left_alone(house: House) -> None:
    library = house.document("library")
    old, _ = house.store.select({"document_id": [library.id]}, with_vectors=True)
    old.metadata["effective_until"] = 20200101
    house.store.upsert([old])
    assert house.wrong() == {}
    house.store.set_payload(ids_of(house.store, library.id), {"title": "Another"})
    house.mend()
    (kept,) = house.store.retrieve([old.node_id])
    assert kept.metadata["effective_until"] == 20200101


def test_an_interrupted_change_is_brought_to_its_end(house: House) -> None:
    music = house.document("music")
    DocumentLedger(house.registry).begin([music.id, "new"])
    assert house.wrong() == {music.id: Kind.UNFINISHED, "new": Kind.UNFINISHED}
    house.mend()
    assert house.wrong() == {}


def test_files_without_document_are_deleted_and_missing_ones_told(house: House) -> None:
    stray = str(uuid.uuid4())
    folder = house.files[0].parent / "originals" / stray
    folder.mkdir(parents=True)
    (folder / ("0" * 64)).touch()
    assert house.wrong() == {stray: Kind.STRAY_FILE}
    house.mend()
    assert house.wrong() == {}
    assert house.wrong(keeps_originals=True) == {
        record.id: Kind.NO_FILE for record in house.registry.documents()
    }


# The command


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["doctor", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def fresh_settings(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> Iterator[None]:
    """The commands read the environment of this test."""
    monkeypatch.setenv("TRILOGUE_EMBEDDER", str(tiny_model))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.usefixtures("fresh_settings")
def test_the_command_tells_by_its_exit_code_and_mends(house: House) -> None:
    house.registry.delete(house.document("sports").id)
    house.store.close()
    code, output = run("--deep", "--json")
    assert code == 1
    (found,) = json.loads(output[output.index("[\n") :])
    assert found["kind"] == "passages without document"
    code, output = run("--deep", "--mend")
    assert code == 0, output
    assert "1 of 1 mended." in output
    assert run("--deep")[0] == 0


@pytest.mark.usefixtures("fresh_settings")
@pytest.mark.parametrize(
    ("values", "service", "told"),
    [
        ({}, RunningService("http://127.0.0.1:1", "token"), "has the index open"),
        ({}, RunningService("http://elsewhere", None), "another data folder"),
        (
            {"qdrant_url": "http://127.0.0.1:9"},
            RunningService("http://127.0.0.1:1", "token"),
            "may change documents meanwhile",
        ),
    ],
)
def test_a_service_is_not_looked_at_from_beside(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], service: RunningService, told: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"TRILOGUE_{name.upper()}", value)
    monkeypatch.setattr(doctor_command, "running_service", lambda _: service)
    code, output = run("--deep", "--mend")
    assert code == 3
    assert told in output
