"""kill -9 at random moments: every document is old or new, and the next job finishes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from assistant.index.open import open_store
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.originals import FolderOriginals
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob

ROOT = Path(__file__).parents[2]
DOCUMENTS = 24
#: Kills in a row over one index. TRILOGUE_TEST_KILLS=50 is what a release is tested with.
KILLS = int(os.environ.get("TRILOGUE_TEST_KILLS", "10"))


def text(number: int, edition: int) -> str:
    articles = 2 + (number * 7 + edition) % 9
    body = "\n\n".join(
        f"## Article {i}\n\nRule {i} of document {number} in edition {edition}."
        for i in range(1, articles + 1)
    )
    return f"# Document {number}\n\n{body}\n"


def write_edition(folder: Path, edition: int) -> None:
    for number in range(DOCUMENTS):
        (folder / f"{number}.md").write_text(text(number, edition))


def editions_in(store: PassageStore, registry: DocumentRegistry) -> dict[str, int]:
    """The edition of each document in the index; fails when any is not whole."""
    found = {}
    documents = {record.id: record for record in registry.documents()}
    by_document: dict[str, list[str]] = {}
    for node in store.select({}):
        by_document.setdefault(node.metadata["document_id"], []).append(node.text)
    assert set(by_document) == set(documents), "passages and records are of the same documents"
    for document_id, passages in by_document.items():
        record = documents[document_id]
        number = int(Path(record.origin).stem)
        edition = int(passages[0].split("edition ")[1].rstrip("."))
        assert len(passages) == 2 + (number * 7 + edition) % 9 == record.passages
        assert all(f"document {number} in edition {edition}." in passage for passage in passages)
        found[record.source] = edition
    return found


def originals_in(folder: Path, registry: DocumentRegistry) -> dict[str, int]:
    """The edition of each original file; fails when any is not whole, or is nobody's."""
    documents = {record.id: record for record in registry.documents()}
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            record = documents[path.parent.name]
            assert path.name == record.content_hash
            kept, number = path.read_text(), int(Path(record.source).stem)
            edition = int(kept.rsplit("edition ", 1)[1].split(".")[0])
            assert kept == text(number, edition)
            found[record.source] = edition
    return found


def test_a_job_killed_anywhere_leaves_whole_documents_and_is_finished_by_the_next(
    tmp_path: Path, tiny_model: Path, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    settings = Settings(
        data_dir=tmp_path / "data", embedder=str(tiny_model), keep_originals=True, _env_file=None
    )
    originals = FolderOriginals(settings.originals_dir)
    jobs = subprocess.Popen(
        [
            *(sys.executable, str(Path(__file__).with_name("kill_target.py"))),
            *(str(settings.data_dir), str(tiny_model), str(folder)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    rng = random.Random(0)
    seen: dict[str, int] = {}
    durations, killed, edition = [3.0], 0, 0
    write_edition(folder, edition)
    for _ in range(KILLS):
        # Any moment of a job is as likely as any other.
        ended, duration = run_and_kill(jobs, rng.uniform(0, durations[-1]))
        killed += not ended
        if ended:
            durations.append(duration)
        store, registry = (
            open_store(settings, tiny_embedder),
            DocumentRegistry(Database(settings.database)),
        )
        DocumentWriter(store, registry, originals=originals).recover()
        now = editions_in(store, registry)
        assert originals_in(settings.originals_dir, registry) == now
        store.close()
        registry.database.close()
        assert set(seen) <= set(now), "no document that was there is lost"
        assert all(now[source] >= known for source, known in seen.items())
        seen = now
        if ended or set(now.values()) == {edition}:
            edition += 1
            write_edition(folder, edition)
    assert jobs.stdin is not None
    jobs.stdin.close()
    jobs.wait()
    assert killed >= KILLS / 2, "most jobs were really interrupted"
    store, registry = (
        open_store(settings, tiny_embedder),
        DocumentRegistry(Database(settings.database)),
    )
    report = IngestionJob(settings, store, registry, tiny_embedder).run([folder])
    assert not report.failed
    assert editions_in(store, registry) == {f"{n}.md": edition for n in range(DOCUMENTS)}
    assert originals_in(settings.originals_dir, registry) == editions_in(store, registry)
    store.close()
    registry.database.close()


def run_and_kill(jobs: subprocess.Popen[str], seconds: float) -> tuple[bool, float]:
    """Start a job and kill it after a time; whether it had ended before, and after how long."""
    assert jobs.stdin is not None
    assert jobs.stdout is not None
    jobs.stdin.write("\n")
    jobs.stdin.flush()
    child = int(jobs.stdout.readline())
    began = time.monotonic()
    killer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
    killer.start()
    ended = jobs.stdout.readline() == "done\n"
    killer.cancel()
    return ended, time.monotonic() - began
