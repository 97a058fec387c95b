"""Ingestions of the running service: one after another, in a thread, resumed after a restart."""

from __future__ import annotations

import logging
import math
import queue
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_before_delay,
    wait_fixed,
)

from assistant.api.ingestion.uploads import Upload, keep
from assistant.errors import NotFoundError, TrilogueError, UnavailableError
from assistant.index.store import PassageStore
from assistant.models.answer_cache import AnswerCache
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.documents import DocumentLedger
from assistant.storage.ingestions import UNFINISHED, IngestionRecord
from assistant.storage.records import Records
from assistant.storage.registry import DocumentRecord
from ingest.commit import DocumentWriter
from ingest.examine import JobOptions
from ingest.job import IngestionJob, JobStoppedError
from ingest.metadata import SIDECAR_SUFFIX, sidecar_of
from ingest.progress import Progress
from ingest.report import FileResult, Report

_log = logging.getLogger(__name__)

#: Seconds between two attempts while the database or the index is unavailable, and how long a
#: job is tried again before it fails.
_PAUSE = 5.0
_PATIENCE = 600.0

T = TypeVar("T")


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
    """What is known of an ingestion while it runs; only its thread writes it.

    Attributes:
        progress: The last that the job told.
        results: The files that are done, in order: each as it was told first, although another
            attempt finds it unchanged.
    """

    progress: Progress | None = None
    results: dict[str, FileResult] = field(default_factory=dict)

    def watch(self, progress: Progress) -> None:
        self.progress = progress
        if progress.result is not None:
            self.results.setdefault(progress.result.path, progress.result)


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
        self._locks = records.locks
        self._writer = DocumentWriter(store, self.registry, answers.drop_document)
        self._job = IngestionJob(settings, store, self.registry, embedder, self._writer)
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._live: dict[str, _Live] = {}
        self._stop = Event()
        self._thread = Thread(target=self._work, name="ingestions", daemon=True)

    def start(self) -> None:
        """Finish what a killed service had begun, and take its ingestions up again.

        Of several replicas over one database each has its own, and one takes up those of a
        replica that is gone.
        """
        self._writer.recover()
        for record in self._log.unfinished():
            if self._locks.keep(record.id):
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
        """Ingest the files of an upload, and keep them.

        They are named one by one: files of unknown kinds are passed over in a folder, and whoever
        sent one is to be told.
        """
        files = sorted(upload.incoming.iterdir())
        paths = [str(file) for file in files if not file.name.endswith(SIDECAR_SUFFIX)]
        return self._submit(upload.id, paths, options)

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
        self._locks.keep(new_id)
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
        return (live.progress, list(live.results.values())[after:]) if live else (None, [])

    def delete(self, record: DocumentRecord) -> None:
        """Delete a document: its passages, its record, and its file if it was sent to us."""
        self._writer.delete([record.id])
        file = Path(record.origin.split("!/", 1)[0])
        kept = self.settings.uploads_dir.resolve() / "files"
        if file.is_relative_to(kept) and not self.registry.has_any_of(str(file)):
            file.unlink(missing_ok=True)
            sidecar_of(file).unlink(missing_ok=True)

    def _work(self) -> None:
        while (ingestion_id := self._queue.get()) is not None and not self._stop.is_set():
            try:
                self._see_through(ingestion_id)
            except JobStoppedError:
                pass  # still "running": it is taken up again when the service starts
            except TrilogueError as error:
                _log.error("Ingestion %s: %s", ingestion_id, error)

    def _see_through(self, ingestion_id: str) -> None:
        """Bring an ingestion to its end, through times in which the database is away.

        Documents that were written before are found unchanged by the next attempt.

        Raises:
            NotFoundError: There is none of this id.
            JobStoppedError: The service stops.
        """
        record = self._patiently(lambda: self._begun(ingestion_id))
        if record is None:
            return
        live = self._live[ingestion_id] = _Live()
        report = self._run(record, live)
        self.counts.done(record.state, report)
        self._patiently(lambda: self._log.save(record))
        del self._live[ingestion_id]
        self._patiently(lambda: self._locks.release(ingestion_id))

    def _begun(self, ingestion_id: str) -> IngestionRecord | None:
        """The record of an ingestion that begins now; None if it is not ours (any more)."""
        if not self._locks.keep(ingestion_id):
            return None
        record = self.get(ingestion_id)
        if record.state not in UNFINISHED:
            return None
        record.state = "running"
        self._log.save(record)
        return record

    def _run(self, record: IngestionRecord, live: _Live) -> Report | None:
        """Run the job, and note in the record how it ended."""
        options = _options(record.task)
        paths = [Path(path) for path in record.task["paths"]]
        try:
            report = self._patiently(
                lambda: self._job.run(paths, options, live.watch, self._stop), _PATIENCE
            )
        except JobStoppedError:
            raise
        except TrilogueError as error:
            record.state, record.error = "failed", str(error)
        except Exception as error:  # the next ingestion must not suffer from it
            _log.exception("Ingestion %s failed", record.id)
            record.state = "failed"
            record.error = f"Something unexpected went wrong: {type(error).__name__}."
        else:
            record.state, record.report = "done", report.to_json()
            if options.known_as:
                keep(report, *options.known_as)
            return report
        return None

    def _patiently(self, step: Callable[[], T], patience: float = math.inf) -> T:
        """A step that is tried again for as long as what it needs is unavailable.

        Args:
            step: What to do.
            patience: Seconds after which it is not tried again.

        Raises:
            UnavailableError: It still is after that time.
            JobStoppedError: The service stops.
        """
        retrying = Retrying(
            retry=retry_if_exception(
                lambda error: (
                    isinstance(error, UnavailableError) and not isinstance(error, JobStoppedError)
                )
            ),
            wait=wait_fixed(_PAUSE),
            stop=stop_before_delay(patience),
            before_sleep=_log_waiting,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(step)

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise JobStoppedError("The service stops.", "It goes on when it starts again.")


def _log_waiting(state: RetryCallState) -> None:
    assert state.outcome
    _log.warning("An ingestion waits: %s", state.outcome.exception())


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
