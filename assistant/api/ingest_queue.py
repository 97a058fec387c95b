"""Ingestions of the running service: one after another, in a thread, resumed after a restart."""

from __future__ import annotations

import hashlib
import logging
import queue
import secrets
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from assistant.errors import NotFoundError, TrilogueError
from assistant.index.store import PassageStore
from assistant.models.answer_cache import AnswerCache
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.documents import DocumentLedger
from assistant.storage.ingestions import IngestionRecord
from assistant.storage.records import Records
from assistant.storage.registry import DocumentRecord
from ingest.commit import DocumentWriter
from ingest.examine import JobOptions
from ingest.job import IngestionJob, JobStoppedError
from ingest.metadata import sidecar_of
from ingest.progress import Progress
from ingest.report import FileResult, Outcome, Report

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IngestionCounts:
    """What this process has ingested: ingestions by how they ended, files by their outcome."""

    ingestions: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    def done(self, state: str, report: Report | None = None) -> None:
        """Count an ingestion that is over."""
        self.ingestions[state] += 1
        self.files.update(report.counts if report and not report.dry_run else {})


@dataclass
class _Live:
    """What is known of an ingestion while it runs; only its thread writes it."""

    progress: Progress | None = None
    results: list[FileResult] = field(default_factory=list)

    def watch(self, progress: Progress) -> None:
        self.progress = progress
        if progress.result is not None:
            self.results.append(progress.result)


class Ingestions:
    """The service's ingestions and its documents.

    Args:
        settings: Limits and folders.
        store: The service's index.
        embedder: The service's embedder.
        records: The service's database.
        answers: The service's cache, which forgets what was made from documents that change.
    """

    def __init__(
        self,
        settings: Settings,
        store: PassageStore,
        embedder: SentenceTransformerEmbedder,
        records: Records,
        answers: AnswerCache,
    ) -> None:
        #: Opens what only the operator of this machine may do; a new one with each start.
        self.token = secrets.token_urlsafe(32)
        self.settings = settings
        self.counts = IngestionCounts()
        self.registry = records.documents
        self.ledger = DocumentLedger(self.registry)
        self._log = records.ingestions
        self._writer = DocumentWriter(store, self.registry, answers.drop_document)
        self._job = IngestionJob(settings, store, self.registry, embedder, self._writer)
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._live: dict[str, _Live] = {}
        self._stop = Event()
        self._thread = Thread(target=self._work, name="ingestions", daemon=True)

    def start(self) -> None:
        """Finish what a killed service had begun, and take its ingestions up again."""
        self._writer.recover()
        for record in self._log.unfinished():
            self._queue.put(record.id)
        self._thread.start()

    def close(self) -> None:
        """End after the documents at hand; the ingestion goes on when the service starts again."""
        self._stop.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def submit_paths(self, paths: Sequence[Path], options: JobOptions) -> IngestionRecord:
        """Ingest files and folders of this machine."""
        return self._submit(_new_id(), [str(path) for path in paths], options)

    def upload(self, collection: str | None) -> Upload:
        """A place for files that a client sends; `submit_upload` ingests them."""
        return Upload(self.settings.uploads_dir, _new_id(), collection)

    def submit_upload(self, upload: Upload, options: JobOptions) -> IngestionRecord:
        """Ingest the files of an upload, and keep them."""
        return self._submit(upload.id, [str(upload.incoming)], options)

    def _submit(self, new_id: str, paths: list[str], options: JobOptions) -> IngestionRecord:
        task = {
            "paths": paths,
            "collection": options.collection,
            "stated": dict(options.stated),
            "prune": options.prune,
            "dry_run": options.dry_run,
            "known_as": [str(path) for path in options.known_as] if options.known_as else None,
        }
        record = IngestionRecord(id=new_id, state="queued", task=task)
        self._log.save(record)
        self._queue.put(new_id)
        return record

    def get(self, ingestion_id: str) -> IngestionRecord:
        """An ingestion.

        Raises:
            NotFoundError: There is none of this id.
        """
        record = self._log.get(ingestion_id)
        if record is None:
            raise NotFoundError(f"There is no ingestion {ingestion_id!r}.")
        return record

    def live(self, ingestion_id: str, after: int = 0) -> tuple[Progress | None, list[FileResult]]:
        """How far an ingestion is, and the files that are done after the first ``after``."""
        live = self._live.get(ingestion_id)
        return (live.progress, live.results[after:]) if live else (None, [])

    def delete(self, record: DocumentRecord) -> None:
        """Delete a document: its passages, its record, and its file if it was sent to us."""
        self._writer.delete([record.id])
        file = Path(record.origin.split("!/", 1)[0])
        kept = self.settings.uploads_dir.resolve() / "files"
        in_use = any(
            other.origin.split("!/", 1)[0] == str(file) for other in self.registry.documents()
        )
        if file.is_relative_to(kept) and not in_use:
            file.unlink(missing_ok=True)
            sidecar_of(file).unlink(missing_ok=True)

    def _work(self) -> None:
        while (ingestion_id := self._queue.get()) is not None and not self._stop.is_set():
            try:
                self._run(self.get(ingestion_id))
            except TrilogueError as error:
                _log.error("Ingestion %s: %s", ingestion_id, error)

    def _run(self, record: IngestionRecord) -> None:
        live = self._live[record.id] = _Live()
        record.state = "running"
        self._log.save(record)
        options = _options(record.task)
        report: Report | None = None
        try:
            paths = [Path(path) for path in record.task["paths"]]
            report = self._job.run(paths, options, live.watch, self._stop)
        except JobStoppedError:
            return  # still "running": it is taken up again
        except TrilogueError as error:
            record.state, record.error = "failed", str(error)
        except Exception as error:  # the next ingestion must not suffer from it
            _log.exception("Ingestion %s failed", record.id)
            record.state = "failed"
            record.error = f"Something unexpected went wrong: {type(error).__name__}."
        else:
            record.state, record.report = "done", report.to_json()
            if options.known_as:
                _keep(report, *options.known_as)
        self.counts.done(record.state, report)
        self._log.save(record)
        del self._live[record.id]


class Upload:
    """Files on their way in: written to a folder of their own, moved when they are ingested.

    Args:
        folder: The folder of all uploads.
        upload_id: The id of the ingestion that it will be.
        collection: The collection that the caller names, if any: files of one name in two
            collections are two files.
    """

    def __init__(self, folder: Path, upload_id: str, collection: str | None) -> None:
        self.id = upload_id
        place = hashlib.sha256((collection or "").encode()).hexdigest()[:16]
        self.incoming = folder.resolve() / "incoming" / upload_id / place
        self.kept = folder.resolve() / "files" / place
        self.incoming.mkdir(parents=True)

    def discard(self) -> None:
        """Forget the files."""
        shutil.rmtree(self.incoming.parent, ignore_errors=True)


def _keep(report: Report, incoming: Path, kept: Path) -> None:
    """Move the files that were ingested to where they are known, and drop the others."""
    kept.mkdir(parents=True, exist_ok=True)
    good = {Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED}
    names = {
        Path(result.path.split("!/", 1)[0]).name
        for result in report.files
        if result.outcome in good
    }
    for name in names:
        for source in (incoming / name, sidecar_of(incoming / name)):
            if source.is_file():
                source.replace(kept / source.name)
    shutil.rmtree(incoming.parent, ignore_errors=True)


def _options(task: Mapping[str, Any]) -> JobOptions:
    known_as = task["known_as"]
    return JobOptions(
        collection=task["collection"],
        stated=task["stated"],
        prune=task["prune"],
        dry_run=task["dry_run"],
        known_as=(Path(known_as[0]), Path(known_as[1])) if known_as else None,
    )


def _new_id() -> str:
    return f"ingestion-{secrets.token_hex(12)}"
