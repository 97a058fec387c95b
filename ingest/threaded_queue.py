"""The service's ingestions: one after another, in a thread, resumed after a restart."""

from __future__ import annotations

import logging
import math
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    wait_fixed,
)

from assistant.codes import FileOutcome
from assistant.errors import NotFoundError, TrilogueError, UnavailableError
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.queue import Ingestion, IngestionCounts
from assistant.ingestion.removal import remove_document
from assistant.ingestion.report import FileResult, Report
from assistant.ingestion.uploads import keep
from assistant.models.embedder import Embedder
from assistant.settings import Settings
from assistant.storage.database import now
from assistant.storage.ingestions import UNFINISHED, IngestionRecord
from assistant.storage.records import Records
from assistant.storage.registry import DocumentRecord
from ingest.discovery import check_paths
from ingest.job import IngestionJob, JobStoppedError
from ingest.running import Heartbeat, Running
from ingest.tasks import known_ingestion, options_of, task_of

_log = logging.getLogger(__name__)

#: Seconds between two attempts while the database or the index is unavailable, and between two
#: looks for what other replicas have left; and how long a job is tried again, or waits for the
#: machine that has its files, before it fails.
_PAUSE = 5.0
_PATIENCE = 600.0
#: So many processes one after another may end without a word at an ingestion that gets no further.
_MOST_LOST = 3
_ENDS_PROCESSES = (
    f"The service ended {_MOST_LOST} times without a word while it was at the same files. Look at "
    "its memory (TRILOGUE_READ_MEMORY_BYTES, TRILOGUE_INGEST_WORKERS) and at its log, or send the "
    "files one by one."
)

T = TypeVar("T")


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
        self._shared = records.database.shared
        self._store = store
        self._writer = writer
        self._job = IngestionJob(settings, store, records.documents, embedder, writer)
        self._worker = secrets.token_hex(16)
        self._heartbeat = Heartbeat(self._log, self._worker)
        #: Held while an ingestion is taken on, or one is ended that nobody is at.
        self._taking = Lock()
        self._more = Event()
        self._closing = Event()
        self._thread = Thread(target=self._work, name="ingestions", daemon=True)

    @property
    def counts(self) -> IngestionCounts:
        """What this process has ingested, as it goes on."""
        return self._counts

    def start(self) -> None:
        """Finish what a killed service had begun, and take its ingestions up again.

        Of several replicas over one database one takes up those of a replica that is gone, half a
        minute after its last sign of life.
        """
        self._writer.recover()
        if not self._shared:
            self._log.release()
        self._heartbeat.start()
        self._thread.start()

    def close(self) -> None:
        """End after the documents at hand; the ingestion goes on in another replica, or when the
        service starts again."""
        self._closing.set()
        self._more.set()
        if running := self._heartbeat.running:
            running.stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._heartbeat.close()
        with suppress(UnavailableError):
            self._log.release(self._worker)

    def submit(self, paths: Sequence[Path], options: JobOptions) -> Ingestion:
        """Ingest files and folders of this machine, or files that a client has sent.

        Over a database that replicas share, files that were sent go there: any replica ingests
        them. Those of this machine are ingested by this replica for as long as it is there.

        Raises:
            InvalidInputError: A path does not exist.
        """
        check_paths(paths)
        sent = self._shared and options.known_as is not None
        record = IngestionRecord(
            id=f"ingestion-{secrets.token_hex(12)}",
            state="queued",
            task=task_of(paths, options, sent),
            worker=None if sent else self._worker,
        )
        if sent:
            incoming = options.known_as[0]  # type: ignore[index]
            self._log.add(record, [file for file in incoming.iterdir() if file.is_file()])
            shutil.rmtree(incoming.parent, ignore_errors=True)
        else:
            with self._heartbeat.reserving(record.id):
                self._log.add(record)
        self._more.set()
        return known_ingestion(record)

    def get(self, ingestion_id: str, known: int = 0) -> Ingestion:
        """How far an ingestion is.

        Raises:
            NotFoundError: There is none of this id.
        """
        record = self._record(ingestion_id)
        results = self._log.results(ingestion_id, known) if record.state in UNFINISHED else ()
        return known_ingestion(record, results)

    def cancel(self, ingestion_id: str) -> Ingestion:
        """End an ingestion after the documents at hand; one that is over stays as it is. What is in
        the index by then stays there.

        One that nobody is at is over at once; the replica that is at it hears of it within a
        second.

        Raises:
            NotFoundError: There is none of this id.
        """
        self._record(ingestion_id)
        self._log.cancel(ingestion_id, self._worker)
        with self._taking:
            running = self._heartbeat.running
            if running is not None and running.id == ingestion_id:
                running.stop.set()
            elif self._log.claim(ingestion_id, self._worker):
                self._end_cancelled(self._record(ingestion_id))
        return self.get(ingestion_id)

    def page(
        self, collections: Sequence[str] | None, limit: int, offset: int
    ) -> Sequence[Ingestion]:
        """Ingestions into these collections (None: into any), the latest first."""
        return [known_ingestion(record) for record in self._log.page(collections, limit, offset)]

    def remove(self, document: DocumentRecord) -> None:
        """Delete a document: its passages, its record, and its file if it was sent to us."""
        remove_document(document, self._writer, self._registry, self._uploads)

    def _record(self, ingestion_id: str) -> IngestionRecord:
        record = self._log.get(ingestion_id)
        if record is None:
            raise NotFoundError(f"There is no ingestion {ingestion_id!r}.")
        return record

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                if taken := self._next():
                    self._see_through(*taken)
                    continue
            except JobStoppedError:
                continue  # it is another replica's now, or goes on when the service starts again
            except TrilogueError as error:
                _log.warning("Ingestions wait: %s", error)
            except Exception:  # those that wait must not suffer from it
                _log.exception("Ingestions wait after something unexpected")
            self._more.wait(_PAUSE)
            self._more.clear()

    def _next(self) -> tuple[IngestionRecord, Running] | None:
        """The oldest ingestion that this process may run, which it is at from now on.

        Into one collection goes one after another, in all replicas: of two editions of a file the
        later one is to stay.
        """
        busy: set[str | None] = set()
        for record in self._log.unfinished():
            if record.task["collection"] in busy and record.state != "cancelling":
                continue
            busy.add(record.task["collection"])
            with self._taking:
                if self._can_run(record) and self._log.claim(record.id, self._worker):
                    told = {result["path"] for result in self._log.results(record.id)}
                    running = self._heartbeat.running = Running(record.id, told)
                    return self._record(record.id), running
        return None

    def _can_run(self, record: IngestionRecord) -> bool:
        """Whether its files are here, or not needed, or nobody has come who has them."""
        if record.worker == self._worker or record.task.get("sent"):
            return True
        if record.state == "cancelling":
            return True
        waited = now() - (record.seen_at or record.created_at)
        here = all(Path(path).exists() for path in record.task["paths"])
        return here or not self._shared or waited.total_seconds() > _PATIENCE

    def _see_through(self, record: IngestionRecord, running: Running) -> None:
        """Bring an ingestion to its end, through times in which the database is away.

        Documents that were written before are found unchanged by the next attempt.

        Raises:
            JobStoppedError: The service stops, or another replica has taken it over.
        """
        if self._closing.is_set():
            running.stop.set()
        try:
            if record.state == "cancelling":
                self._end_cancelled(record)
                return
            report = self._run(record, running)
            if record.state == "failed":
                self._patiently(lambda: self._keep_what_is_known(record, running), running)
            if self._patiently(lambda: self._log.finish(record, self._worker), running):
                self._counts.done(record.state, report)
        except JobStoppedError:
            self._wind_up(record, running)
        finally:
            self._heartbeat.running = None
            self._heartbeat.reserved.discard(record.id)

    def _run(self, record: IngestionRecord, running: Running) -> Report | None:
        """Run the job, and note in the record how it ended."""
        if record.lost >= _MOST_LOST:
            record.state, record.error = "failed", _ENDS_PROCESSES
            return None
        try:
            with self._files(record, running) as (paths, options):
                report = self._patiently(
                    lambda: self._job.run(paths, options, running.watch, running.stop),
                    running,
                    _PATIENCE,
                )
                if options.known_as and not record.task.get("sent"):
                    keep(report, *options.known_as)
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
            return report
        return None

    def _wind_up(self, record: IngestionRecord, running: Running) -> None:
        """Bring an ingestion that was stopped to its end, if it is to be cancelled.

        Raises:
            JobStoppedError: It goes on elsewhere or later.
        """
        while True:
            try:
                self._heartbeat.tell(running)
                cancelled = self._record(record.id).state == "cancelling"
                if cancelled and record.state in UNFINISHED:
                    self._end_cancelled(record, running.seconds)
                elif cancelled and self._log.finish(record, self._worker):
                    self._counts.done(record.state)  # it had ended before it could be told so
                break
            except UnavailableError as error:
                _log.warning("An ingestion waits to be cancelled: %s", error)
            if self._closing.wait(_PAUSE):
                cancelled = False
                break
        if not cancelled:
            raise JobStoppedError("The ingestion was interrupted.", "It goes on later.")
        self._store.optimize(self._closing)  # as a job does that goes through

    def _end_cancelled(self, record: IngestionRecord, seconds: float = 0.0) -> None:
        """Note what was done of an ingestion that is cancelled, and keep the files of that.

        Args:
            record: The ingestion, which is this worker's.
            seconds: How long it took.
        """
        report = self._keep_files(record, seconds)
        record.state, record.report, record.error = "cancelled", report.to_json(), None
        if self._log.finish(record, self._worker):
            self._counts.done(record.state, report)
        self._heartbeat.reserved.discard(record.id)

    def _keep_what_is_known(self, record: IngestionRecord, running: Running) -> None:
        """Keep the files of what was written before an ingestion failed."""
        self._heartbeat.tell(running)
        self._keep_files(record, running.seconds)

    def _keep_files(self, record: IngestionRecord, seconds: float) -> Report:
        """Keep the files that were sent of documents that were written, of an ingestion that ends
        before its end, and drop the others; what became of its files as far as it went."""
        results = [FileResult.from_json(result) for result in self._log.results(record.id)]
        options = options_of(record.task)
        # Of what was not written, no other file is a duplicate.
        known = [r for r in results if r.outcome != FileOutcome.DUPLICATE or self._is_known(r)]
        report = Report(known, seconds, options.dry_run)
        try:
            if options.known_as and not record.task.get("sent"):
                keep(report, *options.known_as)
        except Exception:  # what is written is written
            _log.exception("Ingestion %s broke off; its files may be left over", record.id)
        return report

    def _is_known(self, result: FileResult) -> bool:
        return result.document_id is not None and bool(self._registry.get(result.document_id))

    @contextmanager
    def _files(
        self, record: IngestionRecord, running: Running
    ) -> Iterator[tuple[Sequence[Path], JobOptions]]:
        """The files of an ingestion on this machine; those that were sent, while the block
        runs."""
        options = options_of(record.task)
        if not record.task.get("sent"):
            yield [Path(path) for path in record.task["paths"]], options
            return
        with TemporaryDirectory(prefix="trilogue-sent-") as name:
            folder = Path(name).resolve()
            self._patiently(lambda: self._log.fetch(record.id, folder), running)
            known_as = (folder, Path(record.task["known_as"][1]))
            paths = [folder / path for path in record.task["paths"]]
            yield paths, replace(options, known_as=known_as)

    def _patiently(self, step: Callable[[], T], running: Running, patience: float = math.inf) -> T:
        """A step that is tried again for as long as what it needs is unavailable.

        Args:
            step: What to do.
            running: The ingestion that it is a step of.
            patience: Seconds without any file more after which it is not tried again.

        Raises:
            UnavailableError: It still is after that time.
            JobStoppedError: The ingestion was stopped.
        """

        done, failing_since = -1, 0.0

        def gave_up(state: RetryCallState) -> bool:
            nonlocal done, failing_since
            if done != len(running.told):  # further than the attempt before
                done, failing_since = len(running.told), time.monotonic()
            return time.monotonic() - failing_since + _PAUSE > patience

        def sleep(seconds: float) -> None:
            if running.stop.wait(seconds):
                raise JobStoppedError("The ingestion was interrupted.", "It goes on later.")

        retrying = Retrying(
            retry=retry_if_exception(
                lambda error: (
                    isinstance(error, UnavailableError) and not isinstance(error, JobStoppedError)
                )
            ),
            wait=wait_fixed(_PAUSE),
            stop=gave_up,
            before_sleep=_log_waiting,
            sleep=sleep,
            reraise=True,
        )
        return retrying(step)


def _log_waiting(state: RetryCallState) -> None:
    _log.warning("An ingestion waits: %s", state.outcome and state.outcome.exception())
