"""The service's ingestions: one after another, in a thread, resumed after a restart."""

from __future__ import annotations

import logging
import math
import queue
import secrets
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

from assistant.errors import NotFoundError, TrilogueError, UnavailableError
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.progress import Progress
from assistant.ingestion.queue import Ingestion, IngestionCounts
from assistant.ingestion.removal import remove_document
from assistant.ingestion.report import FileResult, Report
from assistant.ingestion.uploads import keep
from assistant.models.embedder import Embedder
from assistant.settings import Settings
from assistant.storage.ingestions import UNFINISHED, IngestionRecord
from assistant.storage.records import Records
from assistant.storage.registry import DocumentRecord
from ingest.discovery import check_paths
from ingest.job import IngestionJob, JobStoppedError

_log = logging.getLogger(__name__)

#: Seconds between two attempts while the database or the index is unavailable, and how long a
#: job is tried again before it fails.
_PAUSE = 5.0
_PATIENCE = 600.0

T = TypeVar("T")


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


class ThreadedIngestionQueue:
    """The queue of a service whose own process ingests (see `IngestionQueue`).

    Args:
        settings: Limits and folders.
        store: The service's index.
        embedder: The service's embedder.
        records: The service's database.
        writer: What changes the service's documents.
    """

    def __init__(
        self,
        settings: Settings,
        store: PassageStore,
        embedder: Embedder,
        records: Records,
        writer: DocumentWriter,
    ) -> None:
        self._counts = IngestionCounts()
        self._uploads = settings.uploads_dir
        self._registry = records.documents
        self._log = records.ingestions
        self._locks = records.locks
        self._writer = writer
        self._job = IngestionJob(settings, store, records.documents, embedder, writer)
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._live: dict[str, _Live] = {}
        self._stop = Event()
        self._thread = Thread(target=self._work, name="ingestions", daemon=True)

    @property
    def counts(self) -> IngestionCounts:
        """What this process has ingested, as it goes on."""
        return self._counts

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

    def submit(self, paths: Sequence[Path], options: JobOptions) -> Ingestion:
        """Ingest files and folders of this machine.

        Raises:
            InvalidInputError: A path does not exist.
        """
        check_paths(paths)
        new_id = f"ingestion-{secrets.token_hex(12)}"
        task = {
            "paths": [str(path) for path in paths],
            "collection": options.collection,
            "stated": dict(options.stated),
            "prune": options.prune,
            "dry_run": options.dry_run,
            "accept_losses": options.accept_losses,
            "known_as": [str(path) for path in options.known_as] if options.known_as else None,
        }
        record = IngestionRecord(id=new_id, state="queued", task=task)
        self._locks.keep(new_id)
        self._log.save(record)
        self._queue.put(new_id)
        return self._known(record)

    def get(self, ingestion_id: str) -> Ingestion:
        """How far an ingestion is.

        Raises:
            NotFoundError: There is none of this id.
        """
        return self._known(self._record(ingestion_id))

    def page(
        self, collections: Sequence[str] | None, limit: int, offset: int
    ) -> Sequence[Ingestion]:
        """Ingestions into these collections (None: into any), the latest first."""
        return [self._known(record) for record in self._log.page(collections, limit, offset)]

    def remove(self, document: DocumentRecord) -> None:
        """Delete a document: its passages, its record, and its file if it was sent to us."""
        remove_document(document, self._writer, self._registry, self._uploads)

    def _record(self, ingestion_id: str) -> IngestionRecord:
        record = self._log.get(ingestion_id)
        if record is None:
            raise NotFoundError(f"There is no ingestion {ingestion_id!r}.")
        return record

    def _known(self, record: IngestionRecord) -> Ingestion:
        # The record was read first: what is live is gone when the record says that it is over.
        live = self._live.get(record.id) or _Live()
        return Ingestion(
            id=record.id,
            collection=record.task["collection"],
            state=record.state,
            created_at=record.created_at,
            progress=live.progress,
            results=list(live.results.values()),
            report=Report.from_json(record.report) if record.report else None,
            error=record.error,
        )

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
        self._counts.done(record.state, report)
        self._patiently(lambda: self._log.save(record))
        del self._live[ingestion_id]
        self._patiently(lambda: self._locks.release(ingestion_id))

    def _begun(self, ingestion_id: str) -> IngestionRecord | None:
        """The record of an ingestion that begins now; None if it is not ours (any more)."""
        if not self._locks.keep(ingestion_id):
            return None
        record = self._record(ingestion_id)
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
    _log.warning("An ingestion waits: %s", state.outcome and state.outcome.exception())


def _options(task: Mapping[str, Any]) -> JobOptions:
    known_as = task["known_as"]
    return JobOptions(
        collection=task["collection"],
        stated=task["stated"],
        prune=task["prune"],
        dry_run=task["dry_run"],
        # Ingestions that an earlier version had begun have none.
        accept_losses=task.get("accept_losses", False),
        known_as=(Path(known_as[0]), Path(known_as[1])) if known_as else None,
    )
