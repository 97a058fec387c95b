"""Original files: kept where the operator wants it, in step with their documents."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from assistant.errors import UnavailableError
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.originals import (
    DatabaseOriginals,
    FolderOriginals,
    OriginalFile,
    originals_of,
)
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.file_parts import PART, all_files, files_of, write_file
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.job import IngestionJob

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def keeping(
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
) -> IngestionJob:
    """A job of an operator who keeps files."""
    kept = settings.model_copy(update={"keep_originals": True})
    return IngestionJob(kept, store, registry, tiny_embedder)


@pytest.fixture
def originals(settings: Settings) -> FolderOriginals:
    return FolderOriginals(settings.originals_dir)


def files(settings: Settings) -> list[bytes]:
    """All that is kept."""
    return sorted(p.read_bytes() for p in settings.originals_dir.rglob("*") if p.is_file())


def record(registry: DocumentRegistry, source: str) -> DocumentRecord:
    (found,) = [one for one in registry.documents() if one.source == source]
    return found


def test_no_file_is_kept_unless_the_operator_wants_it(
    job: IngestionJob, settings: Settings, write: Write
) -> None:
    job.run([write("a.md", "The rule of all.")])
    assert not settings.originals_dir.exists()


def test_the_file_of_a_document_is_kept_for_the_service_alone(
    keeping: IngestionJob, registry: DocumentRegistry, originals: FolderOriginals, write: Write
) -> None:
    keeping.run([write("a.md", "The rule of all.\r\n")])
    document = record(registry, "a.md")
    path = originals.find(document.id, document.content_hash)
    assert path is not None
    assert path.read_bytes() == b"The rule of all.\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_entry_of_an_archive_is_kept_and_not_the_archive(
    keeping: IngestionJob, settings: Settings, write: Write
) -> None:
    archive = write("all.zip", b"")
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("a/one.md", "The first rule.")
        target.writestr("b/two.md", "The second rule.")
    keeping.run([archive])
    assert files(settings) == [b"The first rule.", b"The second rule."]


def test_an_update_replaces_the_file(
    keeping: IngestionJob, job: IngestionJob, settings: Settings, write: Write
) -> None:
    keeping.run([write("a.md", "The old rule.")])
    keeping.run([write("a.md", "The new rule.")])
    assert files(settings) == [b"The new rule."]
    job.run([write("a.md", "A rule whose file is not to be kept.")])
    assert files(settings) == [], "that of before is no file of this document"


def test_a_document_from_before_gets_its_file_from_the_next_ingestion(
    job: IngestionJob, keeping: IngestionJob, settings: Settings, write: Write
) -> None:
    path = write("a.md", "The rule of all.")
    job.run([path])
    assert keeping.run([path], JobOptions(dry_run=True)).counts == {"unchanged": 1}
    assert files(settings) == []
    assert keeping.run([path]).counts == {"unchanged": 1}
    assert files(settings) == [b"The rule of all."]


def test_documents_with_the_same_bytes_do_not_lose_each_others_file(
    keeping: IngestionJob,
    store: PassageStore,
    registry: DocumentRegistry,
    originals: FolderOriginals,
    settings: Settings,
    write: Write,
) -> None:
    path = write("a.md", "The rule of all.")
    for collection in ("students", "staff"):
        keeping.run([path], JobOptions(collection))
    assert len(files(settings)) == 2
    gone, stays = registry.documents()
    DocumentWriter(store, registry, originals=originals).delete([gone.id])
    assert originals.find(gone.id, gone.content_hash) is None
    assert originals.find(stays.id, stays.content_hash)
    assert not (settings.originals_dir / gone.id).exists()


def test_a_document_that_is_pruned_or_moved_leaves_no_file(
    keeping: IngestionJob, settings: Settings, write: Write
) -> None:
    folder = write("a.md", "The first rule.").parent
    write("b.md", "The second rule.")
    keeping.run([folder])
    (folder / "a.md").unlink()
    (folder / "b.md").rename(folder / "c.md")
    assert keeping.run([folder], JobOptions(prune=True)).counts["removed"] >= 1
    assert files(settings) == [b"The second rule."]


def test_what_a_killed_process_left_is_tidied_up_by_the_next(
    keeping: IngestionJob,
    store: PassageStore,
    registry: DocumentRegistry,
    originals: FolderOriginals,
    settings: Settings,
    write: Write,
) -> None:
    keeping.run([write("a.md", "The rule of all.")])
    document = record(registry, "a.md")
    folder = settings.originals_dir / document.id
    # Killed while it copied, after it copied and before the registry knew, and after a deletion.
    (folder / "0123456789abcdef.partial").write_bytes(b"The new ru")
    (folder / ("f" * 64)).write_bytes(b"The new rule.")
    gone = settings.originals_dir / "00000000-0000-4000-8000-000000000000"
    gone.mkdir()
    (gone / ("e" * 64)).write_bytes(b"Deleted.")
    foreign = settings.originals_dir / "lost+found"
    foreign.mkdir()
    DocumentWriter(store, registry, originals=originals).recover()
    assert files(settings) == [b"The rule of all."]
    assert not gone.exists()
    assert foreign.exists()


def test_a_file_that_has_changed_since_it_was_read_is_not_kept(
    originals: FolderOriginals, settings: Settings, write: Write
) -> None:
    path = write("a.md", "Another rule by now.")
    assert not originals.keep("d", "c", OriginalFile(path, "0" * 64))
    assert not originals.keep("d", "c", OriginalFile(path.with_name("gone.md"), "0" * 64))
    assert files(settings) == []


def test_a_folder_that_cannot_be_written_to_stops_the_job_and_says_so(
    keeping: IngestionJob, settings: Settings, registry: DocumentRegistry, write: Write
) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    settings.originals_dir.write_text("a file where the folder should be")
    with pytest.raises(UnavailableError, match="Original files cannot be kept"):
        keeping.run([write("a.md", "The rule of all.")])
    assert registry.documents() == []


# Where replicas share a database, it has the files


@pytest.fixture
def replicas(postgres: PostgresServer) -> Iterator[tuple[Database, Database]]:
    """Two replicas' connections to one database."""
    databases = Database(postgres.empty()), Database(postgres.url)
    yield databases
    for database in databases:
        database.close()


def lent(database: Database, document: DocumentRecord) -> bytes | None:
    """What a replica lends of a document."""
    settings = Settings(data_dir=Path("/nowhere"), _env_file=None)
    originals = originals_of(settings, database)
    with originals.lend(document.id, document.content_hash) as path:
        content = path.read_bytes() if path else None
    assert originals.has(document.id, document.content_hash) == (path is not None)
    assert path is None or not path.exists(), "nothing stays on the replica"
    return content


def test_replicas_lend_the_file_that_one_of_them_has_kept_and_none_when_it_is_gone(
    replicas: tuple[Database, Database],
    settings: Settings,
    store: PassageStore,
    tiny_embedder: SentenceTransformerEmbedder,
    write: Write,
) -> None:
    one, other = replicas
    registry = DocumentRegistry(one)
    kept = settings.model_copy(update={"keep_originals": True})
    job = IngestionJob(kept, store, registry, tiny_embedder)
    path = write("a.md", "The old rule.")
    IngestionJob(settings, store, registry, tiny_embedder).run([path])
    old = record(registry, "a.md")
    assert lent(other, old) is None
    assert job.run([path]).counts == {"unchanged": 1}
    assert lent(other, old) == b"The old rule."
    job.run([write("a.md", "The new rule.")])
    new = record(registry, "a.md")
    assert (lent(other, old), lent(other, new)) == (None, b"The new rule.")
    assert not settings.originals_dir.exists()
    DocumentWriter(store, registry, originals=originals_of(settings, one)).delete([new.id])
    with other.session() as session:
        assert all_files(session) == []


@pytest.mark.parametrize("size", [0, 1, PART, 2 * PART + 1])
def test_a_file_of_any_size_is_whole_in_the_database(
    replicas: tuple[Database, Database], write: Write, size: int
) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    path = write("a.bin", content)
    file = OriginalFile(path, hashlib.sha256(content).hexdigest())
    assert DatabaseOriginals(replicas[0]).keep("d", "c", file)
    with DatabaseOriginals(replicas[1]).lend("d", "c") as found:
        assert found is not None
        assert found.read_bytes() == content


def test_replicas_keep_no_file_that_has_changed_and_tidy_up_what_was_left(
    replicas: tuple[Database, Database], write: Write
) -> None:
    one, other = map(DatabaseOriginals, replicas)
    path = write("a.md", "Another rule by now.")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    left, stays = "00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000001"
    assert not one.keep(left, "c", OriginalFile(path, "0" * 64))
    assert not one.keep(left, "c", OriginalFile(path.with_name("gone.md"), digest))
    assert not other.has(left, "c")
    for document in (left, stays):
        assert one.keep(document, "c", OriginalFile(path, digest))
    with replicas[0].session() as session:
        write_file(session, "ingestion-1", "sent.md", path)
    other.sweep({stays: "c"})
    assert (one.has(left, "c"), one.has(stays, "c")) == (False, True)
    with replicas[0].session() as session:
        assert files_of(session, "ingestion-1") == ["sent.md"], "which waits for its ingestion"
