"""The ingestion job: every file read, cut, embedded and written, or reported with a reason."""

from __future__ import annotations

import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeVar

from llama_index.core.ingestion import IngestionPipeline

from assistant.codes import Fault, FileOutcome
from assistant.errors import UnavailableError
from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import Change, DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.originals import OriginalFile, originals_of
from assistant.ingestion.report import FileResult, Report
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.attachments import detach
from ingest.containers import ContainerOpener
from ingest.differences import differences
from ingest.discovery import Candidate, discover
from ingest.draft import Draft, draft
from ingest.errors import UnreadableFileError
from ingest.examine import Examiner, Wanted
from ingest.passages import PassageVectorizer
from ingest.progress import Tally, Watch, unwatched
from ingest.prune import gone_documents
from ingest.readers import Limits, SourceText
from ingest.reading import ReadingPool, read_twice

#: Passages that are embedded and written together: enough for batches of similar length, few
#: enough that little is lost when the job is killed. A longer document is embedded in parts of
#: this size and written whole.
WINDOW = 256
#: Files that are read ahead for each worker: the next batch is ready when the embedder is.
_AHEAD = 4

T = TypeVar("T")


class JobStoppedError(UnavailableError):
    """The job was asked to stop before it was done."""

    title = "The ingestion was interrupted"


class IngestionJob:
    """Brings files into the index and keeps it in step with them.

    A file whose bytes are known changes nothing; a changed file replaces its passages; a file
    that cannot be read or embedded leaves the index as it was, and the others go on. A job that
    is killed is completed by running it again (see `DocumentWriter`).

    Args:
        settings: Limits and the default collection.
        store: Where passages go.
        registry: Where documents are recorded.
        embedder: Gives passages their vectors.
        writer: What changes the documents, where others change them as well.
    """

    def __init__(
        self,
        settings: Settings,
        store: PassageStore,
        registry: DocumentRegistry,
        embedder: SentenceTransformerEmbedder,
        writer: DocumentWriter | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        originals = originals_of(settings, registry.database)
        self._writer = writer or DocumentWriter(store, registry, originals=originals)
        self._pipeline = IngestionPipeline(
            transformations=[PassageVectorizer(embedder=embedder)], disable_cache=True
        )

    def run(
        self,
        paths: Sequence[Path],
        options: JobOptions | None = None,
        watch: Watch = unwatched,
        stop: Event | None = None,
    ) -> Report:
        """Ingest the files at and below ``paths``.

        Args:
            paths: Files, folders and archives.
            options: What else is asked.
            watch: Called whenever a file is done or passages are embedded.
            stop: When it is set, the job ends after the documents at hand.

        Raises:
            InvalidInputError: A path does not exist, or nothing is left where documents were.
            UnavailableError: The store or the database fails.
            JobStoppedError: ``stop`` was set.
        """
        began = time.monotonic()
        options = options or JobOptions()
        if not options.dry_run:
            self._writer.recover()
        with tempfile.TemporaryDirectory(prefix="trilogue-") as scratch:
            candidates = self._candidates(paths, Path(scratch), options)
            gone = (
                gone_documents(paths, candidates, self._registry, options) if options.prune else []
            )
            tally = Tally(candidates, watch)
            self._ingest(tally, options, stop)
        files = [tally.results[candidate] for candidate in candidates]
        if gone and not options.dry_run:
            self._writer.delete([record.id for record in gone])
        files += [
            FileResult(r.origin, FileOutcome.REMOVED, r.passages, r.id, r.language) for r in gone
        ]
        report = Report(files, time.monotonic() - began, options.dry_run)
        if report.passages and not options.dry_run:
            self._store.optimize()
        return replace(report, seconds=time.monotonic() - began)

    def _candidates(
        self, paths: Sequence[Path], scratch: Path, options: JobOptions
    ) -> list[Candidate]:
        # Mails are taken apart in a worker process: Python's parser of them has no limits.
        with self._pool(1, partial(detach, scratch=scratch)) as mails:
            containers = ContainerOpener(
                scratch,
                limits_of(self._settings),
                lambda mail, limits: mails.result(mails.submit(mail, limits), mail.name),
            )
            return discover(paths, containers, options.origin)

    def _pool(self, workers: int, reader: Callable[[Path, Limits], T]) -> ReadingPool[T]:
        settings = self._settings
        seconds, memory = settings.read_seconds, settings.read_memory_bytes
        return ReadingPool(workers, seconds, memory, limits_of(settings), reader)

    def _ingest(self, tally: Tally, options: JobOptions, stop: Event | None) -> None:
        window: list[Draft] = []
        for item in self._drafts(tally, options):
            if stop is not None and stop.is_set():
                raise JobStoppedError("The ingestion was interrupted.", "Run it again.")
            if options.dry_run:
                tally.done(item.candidate, self._foreseen(item))
                continue
            window.append(item)
            if sum(len(one.nodes) for one in window) >= WINDOW:
                self._write(window, tally)
                window = []
        self._write(window, tally)

    def _drafts(self, tally: Tally, options: JobOptions) -> Iterator[Draft]:
        """The new and changed documents, read ahead in worker processes, in order."""
        settings = self._settings
        examiner = Examiner(settings, self._store, self._registry, options, self._keep_original)
        ahead: deque[tuple[Wanted, Future[SourceText]]] = deque()
        with self._pool(settings.ingest_workers, read_twice) as pool:

            def finish() -> Iterator[Draft]:
                wanted, future = ahead.popleft()
                name = wanted.candidate.source
                outcome = _attempt(
                    wanted.candidate,
                    lambda: self._draft(wanted, pool.result(future, name), options),
                )
                if isinstance(outcome, FileResult):
                    examiner.release(wanted)
                    tally.done(wanted.candidate, outcome)
                else:
                    yield outcome

            for candidate in tally.candidates:
                outcome = _attempt(candidate, lambda c=candidate: examiner.examine(c))  # type: ignore[misc]
                if isinstance(outcome, FileResult):
                    tally.done(candidate, outcome)
                    continue
                ahead.append((outcome, pool.submit(outcome.candidate.path)))
                if len(ahead) > _AHEAD * settings.ingest_workers:
                    yield from finish()
            while ahead:
                yield from finish()

    def _draft(self, wanted: Wanted, source: SourceText, options: JobOptions) -> Draft:
        least = 0.0 if options.accept_losses else self._settings.min_coverage
        return draft(wanted, source, self._registry, options, least)

    def _write(self, window: Sequence[Draft], tally: Tally) -> None:
        """Embed and store the documents of a window; those that cannot be embedded fail alone."""
        embedded = list(window)
        try:
            self._embed([node for item in window for node in item.nodes], tally)
        except Exception:  # which document it was is found out one by one
            embedded = [item for item in window if self._embeds_alone(item, tally)]
        existed = {item.record.id for item in embedded if self._registry.get(item.record.id)}
        self._writer.write([self._change(item) for item in embedded])
        for item in embedded:
            outcome = FileOutcome.UPDATED if item.record.id in existed else FileOutcome.ADDED
            tally.done(item.candidate, item.result(outcome))

    def _change(self, item: Draft) -> Change:
        original = item.original if self._settings.keep_originals else None
        return Change(item.record, item.details, item.nodes, item.supersedes, original)

    def _keep_original(self, record: DocumentRecord, file: OriginalFile) -> None:
        """A document from before originals were kept gets its own."""
        if self._settings.keep_originals:
            self._writer.keep_original(record, file)

    def _embeds_alone(self, item: Draft, tally: Tally) -> bool:
        try:
            self._embed(item.nodes, tally)
        except Exception as error:  # the embedder's fault must not end the job
            reason = f"{item.record.source} cannot be embedded: {type(error).__name__}: {error}"
            tally.done(item.candidate, _failed(item.candidate, Fault.INTERNAL, reason))
            return False
        return True

    def _embed(self, nodes: Sequence[PassageNode], tally: Tally) -> None:
        """Vectors for passages, the longest first: batches of similar length waste little."""
        by_length = sorted(nodes, key=lambda node: -len(node.text))
        for i in range(0, len(by_length), WINDOW):
            part = by_length[i : i + WINDOW]
            self._pipeline.run(nodes=part)
            tally.embedded(len(part), part[0].metadata["source"])

    def _foreseen(self, item: Draft) -> FileResult:
        """What a dry run says of a document."""
        if self._registry.get(item.record.id) is None:
            return item.result(FileOutcome.ADDED)
        before = self._store.select({"document_id": [item.record.id]})
        changes = differences(
            [node.to_passage() for node in before], [node.to_passage() for node in item.nodes]
        )
        return replace(item.result(FileOutcome.UPDATED), changes=changes)


def _attempt(candidate: Candidate, step: Callable[[], T]) -> T | FileResult:
    """A step with one file; what goes wrong with the file is its result."""
    try:
        return step()
    except UnavailableError:
        raise  # the store or the database, not the file
    except UnreadableFileError as error:
        return _failed(candidate, error.fault, str(error))
    except OSError as error:
        reason = f"{candidate.source} cannot be read: {error.strerror or error}"
        return _failed(candidate, Fault.INACCESSIBLE, reason)
    except Exception as error:  # one file must not end the job
        reason = f"{candidate.source} cannot be ingested: {type(error).__name__}: {error}"
        return _failed(candidate, Fault.INTERNAL, reason)


def _failed(candidate: Candidate, fault: Fault, reason: str) -> FileResult:
    # Libraries like to name the whole path, which is nobody's business who sent the file.
    told = reason.replace(f"{candidate.path.parent}{os.sep}", "")
    return FileResult(candidate.origin, FileOutcome.FAILED, reason=told, fault=fault)


def limits_of(settings: Settings) -> Limits:
    """What a file may cost to read, by the settings."""
    return Limits(
        file_bytes=settings.max_file_bytes,
        unpacked_bytes=settings.max_unpacked_bytes,
        members=settings.max_archive_files,
        pages=settings.max_pdf_pages,
        characters=settings.max_text_chars,
    )
