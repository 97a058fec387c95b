"""Deleting documents: with their passages, and with their files where those were sent to us."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.commands import documents_command
from assistant.index.open import open_store
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.removal import remove_document
from assistant.ingestion.uploads import kept_files
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob

Write = Callable[[str, str | bytes], Path]
RULE = "# Exchange\n\n## Article 1\n\nStudents apply in March.\n"


@pytest.fixture
def remove(
    settings: Settings, store: PassageStore, registry: DocumentRegistry
) -> Callable[[str], None]:
    """Removes the document of an origin."""

    def _remove(origin: str) -> None:
        (document,) = registry.by_origin(origin)
        writer = DocumentWriter(store, registry)
        remove_document(document, writer, registry, settings.uploads_dir)

    return _remove


def kept(settings: Settings, name: str, content: str) -> Path:
    """A file among those that clients have sent."""
    path = kept_files(settings.uploads_dir) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_a_file_that_was_sent_goes_with_its_document_and_its_sidecar(
    settings: Settings, store: PassageStore, job: IngestionJob, remove: Callable[[str], None]
) -> None:
    file = kept(settings, "rule.md", RULE)
    sidecar = kept(settings, "rule.meta.yaml", "issuer: KAIST\n")
    other = kept(settings, "other.md", "Another rule.")
    job.run([file, other])
    assert store.count() == 2
    remove(str(file))
    assert store.count() == 1
    assert (file.exists(), sidecar.exists(), other.exists()) == (False, False, True)


def test_a_file_of_the_operators_stays(
    store: PassageStore, job: IngestionJob, write: Write, remove: Callable[[str], None]
) -> None:
    file = write("rule.md", RULE)
    job.run([file])
    remove(str(file))
    assert store.count() == 0
    assert file.exists()


def test_an_archive_stays_until_its_last_document_goes(
    settings: Settings, job: IngestionJob, remove: Callable[[str], None]
) -> None:
    archive = kept(settings, "all.zip", "")
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("one.md", "The first rule.")
        members.writestr("two.md", "The second rule.")
    job.run([archive])
    remove(f"{archive}!/one.md")
    assert archive.exists()
    remove(f"{archive}!/two.md")
    assert not archive.exists()


def test_the_command_deletes_where_no_service_runs(
    settings: Settings,
    tiny_embedder: SentenceTransformerEmbedder,
    registry: DocumentRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = kept(settings, "rule.md", RULE)
    store = open_store(settings, tiny_embedder)
    report = IngestionJob(settings, store, registry, tiny_embedder).run([file])
    store.close()
    monkeypatch.setattr(documents_command, "get_settings", lambda: settings)
    documents_command.documents_delete([str(report.files[0].document_id)])
    assert list(registry.documents()) == []
    assert not file.exists()
    store = open_store(settings, tiny_embedder)
    assert store.count() == 0
    store.close()
