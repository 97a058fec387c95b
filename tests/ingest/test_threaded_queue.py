"""The queue of ingestions when the database goes away, and with several replicas."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from postgres_server import PostgresServer

from assistant.errors import NotFoundError, UnavailableError
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.queue import Ingestion
from assistant.ingestion.uploads import Upload, kept_files
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage import ingestions as ingestions_table
from assistant.storage.database import Database
from assistant.storage.file_parts import files_of
from assistant.storage.ingestions import IngestionLog, IngestionRecord
from assistant.storage.records import Records
from ingest import running, threaded_queue
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
    with ExitStack() as opened:

        def make(records: Records) -> ThreadedIngestionQueue:
            writer = DocumentWriter(store, records.documents)
            ingestions = ThreadedIngestionQueue(settings, store, tiny_embedder, records, writer)
            opened.callback(records.close)
            opened.callback(ingestions.close)
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


def held_at_the_first(ingestions: ThreadedIngestionQueue) -> tuple[Event, Event]:
    """Hold a queue's job at the first document that it writes: set when it is there, and to be set
    for it to go on."""
    reached, go_on = Event(), Event()

    def hold() -> None:
        reached.set()
        assert go_on.wait(60)

    failing_once(ingestions, hold)
    return reached, go_on


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


def sent(settings: Settings, *files: tuple[str, str]) -> Upload:
    """Files as the API has received them."""
    upload = Upload(settings.uploads_dir, "students")
    for name, content in files:
        (upload.incoming / name).write_text(content)
    return upload


@pytest.fixture
def shared(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Records]:
    """Gives each replica its own connections to one database, in which a worker that is silent
    for two seconds is dead."""
    monkeypatch.setattr(ingestions_table, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(running, "_BEAT", 0.2)
    url = postgres.empty()
    return lambda: Records.over(Database(url))


def dies(ingestions: ThreadedIngestionQueue) -> None:
    """Leave a replica's ingestions as a killed one would: claimed, and without signs of life."""
    ingestions._log.release = lambda worker=None: None  # type: ignore[method-assign]
    ingestions.close()


def dies_at_the_first(ingestions: ThreadedIngestionQueue, upload: Upload) -> Ingestion:
    """Give a replica files, and let it die before it has written the first document."""
    reached = Event()
    failing_once(ingestions, lambda: (reached.set(), ingestions._closing.wait(60), gone(None)))
    started = ingestions.submit(upload.files, upload.options)
    ingestions.start()
    assert reached.wait(60)
    dies(ingestions)
    return started


def test_files_that_one_replica_got_are_ingested_by_another(
    replica: Replica, shared: Callable[[], Records], settings: Settings, store: PassageStore
) -> None:
    records = shared()
    got, other = replica(records), replica(shared())
    upload = sent(settings, ("a.md", RULES), ("a.meta.yaml", "issuer: KAIST"))
    started = got.submit(upload.files, upload.options)
    assert not upload.incoming.exists(), "they are in the database"
    other.start()
    assert state_of(got, started.id) == "done"
    (document,) = records.documents.documents()
    details = records.ledger.details(document.id)
    assert details is not None
    assert (document.origin, details.issuer) == (
        f"/sent/{upload.incoming.name}/a.md",
        "KAIST",
    )
    with records.database.session() as session:
        assert files_of(session, started.id) == []
    again = sent(settings, ("a.md", RULES.replace("March", "May")))
    got.submit(again.files, again.options)
    other.remove(document)
    assert store.count() == 0


def test_an_ingestion_of_a_dead_replica_is_taken_up_with_its_files(
    replica: Replica, shared: Callable[[], Records], settings: Settings, store: PassageStore
) -> None:
    dying, other = replica(shared()), replica(shared())
    started = dies_at_the_first(dying, sent(settings, ("a.md", RULES)))
    assert other.get(started.id).state == "running"
    other.start()
    assert state_of(other, started.id) == "done"
    assert store.count() == 1


def test_an_ingestion_that_ends_every_process_is_given_up(
    replica: Replica, shared: Callable[[], Records], settings: Settings, store: PassageStore
) -> None:
    started = dies_at_the_first(replica(shared()), sent(settings, ("a.md", RULES)))
    log = shared().ingestions
    for worker in ("second", "third"):
        time.sleep(2.2)
        assert log.claim(started.id, worker)
    time.sleep(2.2)
    other = replica(shared())
    other.start()
    assert state_of(other, started.id) == "failed"
    assert "ended 3 times" in (other.get(started.id).error or "")
    assert store.count() == 0


def test_a_lost_process_counts_no_more_once_a_file_is_done(records: Records) -> None:
    log = records.ingestions
    record = IngestionRecord(id="ingestion-1", state="queued", task={"collection": None})
    log.add(record)
    assert log.claim("ingestion-1", "first")
    log.release()  # as a service on SQLite that starts after a crash
    assert log.claim("ingestion-1", "second")
    assert lost(log) == 1
    log.tell("ingestion-1", "second", {}, [])
    assert lost(log) == 1
    log.tell("ingestion-1", "second", {}, [{"path": "a.md"}])
    assert lost(log) == 0
    log.release("second")  # as one that is stopped
    assert log.claim("ingestion-1", "third")
    assert lost(log) == 0


def lost(log: IngestionLog) -> int:
    record = log.get("ingestion-1")
    assert record
    return record.lost


def test_an_ingestion_that_gets_further_is_not_given_up(
    replica: Replica, records: Records, store: PassageStore, write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(threaded_queue, "_PATIENCE", 0.3)
    ingestions = replica(records)
    failing_once(ingestions, lambda: (time.sleep(0.5), gone(None)))
    ingestions.start()
    started = ingestions.submit([write("a.md", RULES)], JobOptions())
    assert state_of(ingestions, started.id) == "done", "it had worked for longer than that"
    assert store.count() == 1


def test_a_failed_ingestion_leaves_no_file_behind_and_keeps_what_it_wrote(
    replica: Replica, records: Records, settings: Settings, store: PassageStore
) -> None:
    ingestions = replica(records)
    upload = sent(settings, ("a.md", long_rules("March")), ("b.md", long_rules("May")))
    write = ingestions._writer.write

    def fail_at_the_second(changes: Any) -> None:
        if any(change.record.source.endswith("b.md") for change in changes):
            raise RuntimeError
        write(changes)

    ingestions._writer.write = fail_at_the_second  # type: ignore[method-assign]
    ingestions.start()
    started = ingestions.submit(upload.files, upload.options)
    assert state_of(ingestions, started.id) == "failed"
    assert store.count() > 0
    assert not upload.incoming.exists()
    kept = [path.name for path in kept_files(settings.uploads_dir).rglob("*.md")]
    assert kept == ["a.md"]


def test_files_of_a_replicas_machine_wait_for_it_while_it_lives(
    replica: Replica, shared: Callable[[], Records], store: PassageStore, write: Write
) -> None:
    living, other = replica(shared()), replica(shared())
    living._heartbeat.start()
    started = living.submit([write("a.md", RULES)], JobOptions())
    other.start()
    time.sleep(3)
    assert other.get(started.id).state == "queued", "it waits for its own replica"
    living._heartbeat.close()
    assert state_of(other, started.id) == "done"
    assert store.count() == 1


def test_a_replica_sees_how_far_anothers_ingestion_is(
    replica: Replica, shared: Callable[[], Records], settings: Settings
) -> None:
    busy, other = replica(shared()), replica(shared())
    reached, go_on = held_at_the_first(busy)
    upload = sent(settings, ("a.md", RULES), ("b.exe", "MZ"))
    started = busy.submit(upload.files, upload.options)
    busy.start()
    assert reached.wait(60)
    deadline = time.monotonic() + 60
    while not (seen := other.get(started.id)).results:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert seen.state == "running"
    assert seen.progress is not None
    assert (seen.progress.files, seen.progress.files_total) == (1, 2)
    assert [Path(result.path).name for result in seen.results] == ["b.exe"]
    other.start()
    time.sleep(3)
    assert other.get(started.id).state == "running", "it is not taken from a living replica"
    go_on.set()
    assert state_of(other, started.id) == "done"
    assert other.get(started.id).progress is None


def test_a_replica_that_was_asleep_gives_up_what_another_has_taken(
    replica: Replica, shared: Callable[[], Records], settings: Settings, store: PassageStore
) -> None:
    asleep, other = replica(shared()), replica(shared())
    reached, awake = Event(), Event()

    def sleep() -> None:
        reached.set()
        assert awake.wait(60)
        gone(None)  # and then the job would be tried again

    failing_once(asleep, sleep)
    upload = sent(settings, ("a.md", RULES))
    started = asleep.submit(upload.files, upload.options)
    asleep._thread.start()  # without signs of life
    assert reached.wait(60)
    time.sleep(2.5)
    other.start()
    assert state_of(other, started.id) == "done"
    asleep._heartbeat.start()
    awake.set()
    asleep.close()
    assert (+asleep.counts.ingestions, +other.counts.ingestions) == ({}, {"done": 1})
    assert store.count() == 1


def test_of_two_editions_sent_in_turn_the_later_one_stays(
    replica: Replica, shared: Callable[[], Records], settings: Settings, store: PassageStore
) -> None:
    first, second = replica(shared()), replica(shared())
    reached, go_on = held_at_the_first(first)
    for month in ("March", "April"):
        upload = sent(settings, ("a.md", RULES.replace("March", month)))
        last = first.submit(upload.files, upload.options)
    first.start()
    assert reached.wait(60)
    second.start()
    time.sleep(1)
    assert second.get(last.id).state == "queued", "one after another into one collection"
    go_on.set()
    assert state_of(second, last.id) == "done"
    assert [node.text for node in store.select({})] == ["Students apply in April."]


def test_an_ingestion_that_is_done_is_not_taken_for_another_replicas(
    replica: Replica,
    shared: Callable[[], Records],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = replica(shared())
    finish = queue._log.finish

    def late(*arguments: Any) -> bool:
        ours = finish(*arguments)
        time.sleep(2)  # signs of life come while it is done and not yet forgotten
        return ours

    queue._log.finish = late  # type: ignore[method-assign]
    upload = sent(settings, ("a.md", RULES))
    started = queue.submit(upload.files, upload.options)
    queue.start()
    assert state_of(queue, started.id) == "done"
    time.sleep(1)
    queue.close()
    assert +queue.counts.ingestions == {"done": 1}
    assert "another replica" not in caplog.text


def long_rules(month: str) -> str:
    """Rules with more passages than are written at once."""
    articles = (f"## Article {n}\n\nStudents of year {n} apply in {month}.\n" for n in range(300))
    return "# Exchange\n\n" + "\n".join(articles)


def test_a_cancelled_ingestion_ends_after_the_documents_at_hand(
    replica: Replica, records: Records, settings: Settings, store: PassageStore
) -> None:
    ingestions = replica(records)
    reached, go_on = held_at_the_first(ingestions)
    upload = sent(settings, ("a.md", long_rules("March")), ("b.md", long_rules("May")))
    started = ingestions.submit(upload.files, upload.options)
    ingestions.start()
    assert reached.wait(60)
    assert ingestions.cancel(started.id).state == "cancelling"
    go_on.set()
    assert state_of(ingestions, started.id) == "cancelled"
    report = ingestions.get(started.id).report
    assert report is not None
    assert [Path(file.path).name for file in report.files] == ["a.md"]
    (document,) = records.documents.documents()
    assert document.source == "a.md"
    assert Path(document.origin).is_file(), "the file of what is in the index is kept"
    assert not upload.incoming.exists()
    assert +ingestions.counts.ingestions == {"cancelled": 1}
    assert ingestions.cancel(started.id).state == "cancelled", "it is over"
    later = ingestions.submit([Path(document.origin)], JobOptions())
    assert state_of(ingestions, later.id) == "done", "the queue goes on"


def test_an_ingestion_that_waits_is_cancelled_at_once(
    replica: Replica, records: Records, settings: Settings, store: PassageStore, write: Write
) -> None:
    ingestions = replica(records)
    reached, go_on = held_at_the_first(ingestions)
    first = ingestions.submit([write("a.md", RULES)], JobOptions())
    ingestions.start()
    assert reached.wait(60)
    upload = sent(settings, ("b.md", RULES.replace("March", "May")))
    waiting = ingestions.submit(upload.files, upload.options)
    cancelled = ingestions.cancel(waiting.id)
    assert (cancelled.state, cancelled.report and cancelled.report.files) == ("cancelled", [])
    assert not upload.incoming.exists()
    go_on.set()
    assert state_of(ingestions, first.id) == "done"
    assert store.count() == 1
    with pytest.raises(NotFoundError):
        ingestions.cancel(f"ingestion-{0:024x}")


def test_what_is_cancelled_stays_so_when_the_service_starts_again(
    replica: Replica, records: Records, write: Write, store: PassageStore
) -> None:
    before = replica(records)
    started = before.submit([write("a.md", RULES)], JobOptions())
    before._log.claim(started.id, before._worker)
    before._log.cancel(started.id, before._worker)
    after = replica(records)
    after.start()
    assert state_of(after, started.id) == "cancelled"
    assert store.count() == 0


def test_any_replica_cancels_what_another_is_at(
    replica: Replica, shared: Callable[[], Records], settings: Settings
) -> None:
    busy, other = replica(shared()), replica(shared())
    reached, go_on = held_at_the_first(busy)
    upload = sent(settings, ("a.md", long_rules("March")), ("b.md", long_rules("May")))
    started = busy.submit(upload.files, upload.options)
    busy.start()
    assert reached.wait(60)
    assert other.cancel(started.id).state == "cancelling"
    running = busy._heartbeat.running
    assert running is not None
    assert running.stop.wait(10), "a sign of life brings it"
    go_on.set()
    assert state_of(other, started.id) == "cancelled"
    assert other.cancel(started.id).report is not None


def test_what_a_dead_replica_was_at_is_cancelled_by_another(
    replica: Replica, shared: Callable[[], Records], settings: Settings, store: PassageStore
) -> None:
    dying, other = replica(shared()), replica(shared())
    started = dies_at_the_first(dying, sent(settings, ("a.md", RULES)))
    time.sleep(2.5)
    assert other.cancel(started.id).state == "cancelled"
    other.start()
    time.sleep(1)
    assert other.get(started.id).state == "cancelled"


def test_what_waits_for_another_replicas_machine_is_cancelled_at_once(
    replica: Replica, shared: Callable[[], Records], write: Write
) -> None:
    living, other = replica(shared()), replica(shared())
    living._heartbeat.start()
    started = living.submit([write("a.md", RULES)], JobOptions())
    other._log.cancel(started.id, "a replica that dies here")
    time.sleep(2.2)  # then it is not that one's for ever
    assert other.cancel(started.id).state == "cancelled"
    living._thread.start()
    time.sleep(1)
    assert living.get(started.id).state == "cancelled"


def test_nothing_is_pruned_once_a_job_is_cancelled(
    replica: Replica, records: Records, write: Write, store: PassageStore
) -> None:
    ingestions = replica(records)
    kept = write("rules/a.md", RULES)
    gone_one = write("rules/b.md", RULES.replace("March", "May"))
    ingestions.start()
    first = ingestions.submit([kept.parent], JobOptions())
    assert state_of(ingestions, first.id) == "done"
    gone_one.unlink()
    kept.write_text(RULES.replace("March", "June"))
    reached, go_on = held_at_the_first(ingestions)
    pruning = ingestions.submit([kept.parent], JobOptions(prune=True))
    assert reached.wait(60)
    ingestions.cancel(pruning.id)
    go_on.set()
    assert state_of(ingestions, pruning.id) == "cancelled"
    assert store.count() == 2, "what is gone is still there"
    report = ingestions.get(pruning.id).report
    assert report is not None
    assert report.counts == {"updated": 1}


def test_the_queue_goes_on_when_a_cancelled_job_cannot_be_tidied_up(
    replica: Replica, records: Records, settings: Settings, store: PassageStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(threaded_queue, "keep", full)
    ingestions = replica(records)
    reached, go_on = held_at_the_first(ingestions)
    upload = sent(settings, ("a.md", long_rules("March")), ("b.md", long_rules("May")))
    started = ingestions.submit(upload.files, upload.options)
    ingestions.start()
    assert reached.wait(60)
    ingestions.cancel(started.id)
    go_on.set()
    assert state_of(ingestions, started.id) == "cancelled"
    assert ingestions._thread.is_alive()
