"""The queue of ingestions when the database goes away, and with several replicas."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer

from assistant.errors import UnavailableError
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.records import Records
from ingest import threaded_queue
from ingest.threaded_queue import ThreadedIngestionQueue

Write = Callable[[str, str | bytes], Path]
Replica = Callable[[Records], ThreadedIngestionQueue]
RULES = "# Exchange\n\n## Article 1\n\nStudents apply in March.\n"


@pytest.fixture
def replica(
    settings: Settings,
    store: PassageStore,
    tiny_embedder: SentenceTransformerEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Replica]:
    """Makes a replica's queue over a database; it is not started."""
    monkeypatch.setattr(threaded_queue, "_PAUSE", 0.1)
    with ExitStack() as running:

        def make(records: Records) -> ThreadedIngestionQueue:
            writer = DocumentWriter(store, records.documents)
            ingestions = ThreadedIngestionQueue(settings, store, tiny_embedder, records, writer)
            running.callback(records.close)
            running.callback(ingestions.close)
            return ingestions

        yield make


def state_of(ingestions: ThreadedIngestionQueue, ingestion_id: str) -> str:
    """How an ingestion ends."""
    deadline = time.monotonic() + 60
    while not (found := ingestions.get(ingestion_id)).is_over:
        assert time.monotonic() < deadline, f"it stays {found.state}"
        time.sleep(0.05)
    return found.state


def failing_once(ingestions: ThreadedIngestionQueue, act: Callable[[], Any]) -> None:
    """Let something happen at the first document that a queue's job writes."""
    write = ingestions._writer.write

    def fail(changes: Any) -> None:
        ingestions._writer.write = write  # type: ignore[method-assign]
        act()
        write(changes)

    ingestions._writer.write = fail  # type: ignore[method-assign]


def test_an_ingestion_goes_on_when_the_database_returns(
    replica: Replica, postgres: PostgresServer, store: PassageStore, write: Write
) -> None:
    ingestions = replica(Records.over(Database(postgres.empty())))
    failing_once(ingestions, postgres.stop)
    ingestions.start()
    record = ingestions.submit([write("a.md", RULES)], JobOptions())
    while postgres_runs := (postgres._data / "postmaster.pid").exists():
        time.sleep(0.05)
    assert not postgres_runs
    time.sleep(0.5)
    postgres.start()
    assert state_of(ingestions, record.id) == "done"
    assert store.count() == 1


def gone(changes: Any) -> None:
    raise UnavailableError("The index does not answer.")


def test_an_ingestion_whose_index_stays_away_fails_in_the_end(
    replica: Replica, records: Records, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threaded_queue, "_PATIENCE", 0.3)
    ingestions = replica(records)

    ingestions._writer.write = gone  # type: ignore[method-assign]
    ingestions.start()
    record = ingestions.submit([write("a.md", RULES)], JobOptions())
    assert state_of(ingestions, record.id) == "failed"
    assert "The index does not answer" in str(ingestions.get(record.id).error)


def test_a_service_stops_while_it_waits_for_the_database(
    replica: Replica, records: Records, write: Write
) -> None:
    ingestions = replica(records)

    ingestions._writer.write = gone  # type: ignore[method-assign]
    ingestions.start()
    record = ingestions.submit([write("a.md", RULES)], JobOptions())
    time.sleep(0.3)
    ingestions.close()
    assert ingestions.get(record.id).state == "running", "the next start takes it up"


def test_a_replica_takes_up_what_a_dead_one_left_and_nothing_of_a_living_one(
    replica: Replica, postgres: PostgresServer, store: PassageStore, write: Write
) -> None:
    of_the_living = Records.over(Database(postgres.empty()))
    living = replica(of_the_living)
    record = living.submit([write("a.md", RULES)], JobOptions())
    starting = replica(Records.over(Database(postgres.url)))
    starting.start()
    time.sleep(0.5)
    assert starting.get(record.id).state == "queued", "it waits for its own replica"
    of_the_living.close()  # as a killed process's connections are
    another = replica(Records.over(Database(postgres.url)))
    another.start()
    assert state_of(another, record.id) == "done"
    assert store.count() == 1
