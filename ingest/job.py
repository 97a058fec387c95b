"""The ingestion job: every file read, cut, embedded and written, or reported with a reason."""

from __future__ import annotations

import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeVar

from assistant.codes import Fault, FileOutcome
from assistant.errors import UnavailableError
from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import Change, DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.originals import OriginalFile, originals_of
from assistant.ingestion.report import FileResult, Report
from assistant.models.embedder import Embedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.attachments import detach
from ingest.containers import ContainerOpener
from ingest.differences import differences
from ingest.discovery import Candidate, discover
from ingest.draft import Draft, draft
from ingest.errors import UnreadableFileError
from ingest.examine import Examiner, Wanted
from ingest.executor import WINDOW, Executor, LocalExecutor, Pending
from ingest.progress import Tally, Watch, unwatched
from ingest.prune import gone_documents
from ingest.readers import SourceText
from ingest.reading import limits_of, reading_pool
from ingest.window import Window

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
        embedder: Gives passages their vectors, where the executor is this process.
        writer: What changes the documents, where others change them as well.
        executor: Where files are read and passages embedded; this process by default.
    """

    def __init__(
        self,
        settings: Settings,
        store: PassageStore,
        registry: DocumentRegistry,
        embedder: Embedder,
        writer: DocumentWriter | None = None,
        executor: Executor | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        originals = originals_of(settings, registry.database)
        self._writer = writer or DocumentWriter(store, registry, originals=originals)
        self._executor = executor or LocalExecutor(settings, embedder)

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
            _check(stop)
        files = [tally.results[candidate] for candidate in candidates]
        if gone and not options.dry_run:
            self._writer.delete([record.id for record in gone])
        files += [
            FileResult(r.origin, FileOutcome.REMOVED, r.passages, r.id, r.language) for r in gone
        ]
        report = Report(files, time.monotonic() - began, options.dry_run)
        if report.passages and not options.dry_run:
            self._store.optimize(stop)
        return replace(report, seconds=time.monotonic() - began)

    def _candidates(
        self, paths: Sequence[Path], scratch: Path, options: JobOptions
    ) -> list[Candidate]:
        # Mails are taken apart in a worker process: Python's parser of them has no limits.
        with reading_pool(self._settings, 1, partial(detach, scratch=scratch)) as mails:
            containers = ContainerOpener(
                scratch,
                limits_of(self._settings),
                lambda mail, limits: mails.result(mails.submit(mail, limits), mail.name),
            )
            return discover(paths, containers, options.origin)

    def _ingest(self, tally: Tally, options: JobOptions, stop: Event | None) -> None:
        drafts: list[Draft] = []
        under_way: deque[Window] = deque()
        for item in self._drafts(tally, options, stop):
            if options.dry_run:
                tally.done(item.candidate, self._foreseen(item))
                continue
            drafts.append(item)
            if sum(len(one.nodes) for one in drafts) >= WINDOW:
                under_way.append(Window(drafts, self._executor))
                drafts = []
            while sum(window.passages for window in under_way) > self._executor.embed_ahead:
                self._write(under_way.popleft(), tally)
                _check(stop)
        for window in (*under_way, Window(drafts, self._executor)):
            _check(stop)
            self._write(window, tally)

    def _drafts(self, tally: Tally, options: JobOptions, stop: Event | None) -> Iterator[Draft]:
        """The new and changed documents, read ahead, in order."""
        examiner = Examiner(
            self._settings, self._store, self._registry, options, self._keep_original
        )
        ahead: deque[tuple[Wanted, Pending[SourceText]]] = deque()
        with self._executor.reading() as read:

            def finish() -> Iterator[Draft]:
                _check(stop)
                wanted, source = ahead.popleft()
                outcome = _attempt(wanted.candidate, lambda: self._draft(wanted, source(), options))
                if isinstance(outcome, FileResult):
                    examiner.release(wanted)
                    tally.done(wanted.candidate, outcome)
                else:
                    yield outcome

            for candidate in tally.candidates:
                _check(stop)
                outcome = _attempt(candidate, lambda c=candidate: examiner.examine(c))  # type: ignore[misc]
                if isinstance(outcome, FileResult):
                    tally.done(candidate, outcome)
                    continue
                ahead.append((outcome, read(candidate.path, candidate.source)))
                if len(ahead) > self._executor.read_ahead:
                    yield from finish()
            while ahead:
                yield from finish()

    def _draft(self, wanted: Wanted, source: SourceText, options: JobOptions) -> Draft:
        least = 0.0 if options.accept_losses else self._settings.min_coverage
        return draft(wanted, source, self._registry, options, least)

    def _write(self, window: Window, tally: Tally) -> None:
        """Store the documents of a window; those that cannot be embedded fail alone."""
        embedded = list(window.drafts)
        try:
            nodes = window.embedded(tally)
        except UnavailableError:
            raise  # what embeds, not a document
        except Exception:  # which document it was is found out one by one
            alone = [(item, self._alone(item, tally)) for item in window.drafts]
            embedded = [item for item, done in alone if done is not None]
            nodes = {key: node for _, done in alone if done for key, node in done.items()}
        existed = {item.record.id for item in embedded if self._registry.get(item.record.id)}
        self._writer.write([self._change(item, nodes) for item in embedded])
        for item in embedded:
            outcome = FileOutcome.UPDATED if item.record.id in existed else FileOutcome.ADDED
            tally.done(item.candidate, item.result(outcome))

    def _change(self, item: Draft, embedded: Mapping[str, PassageNode]) -> Change:
        original = item.original if self._settings.keep_originals else None
        nodes = [embedded[node.node_id] for node in item.nodes]
        return Change(item.record, item.details, nodes, item.supersedes, original)

    def _keep_original(self, record: DocumentRecord, file: OriginalFile) -> None:
        """A document from before originals were kept gets its own."""
        if self._settings.keep_originals:
            self._writer.keep_original(record, file)

    def _alone(self, item: Draft, tally: Tally) -> Mapping[str, PassageNode] | None:
        """The passages of one document with their vectors; None where it cannot be embedded."""
        try:
            return Window([item], self._executor).embedded(tally)
        except UnavailableError:
            raise
        except Exception as error:  # the embedder's fault must not end the job
            reason = f"{item.record.source} cannot be embedded: {type(error).__name__}: {error}"
            tally.done(item.candidate, _failed(item.candidate, Fault.INTERNAL, reason))
            return None

    def _foreseen(self, item: Draft) -> FileResult:
        """What a dry run says of a document."""
        if self._registry.get(item.record.id) is None:
            return item.result(FileOutcome.ADDED)
        before = self._store.select({"document_id": [item.record.id]})
        changes = differences(
            [node.to_passage() for node in before], [node.to_passage() for node in item.nodes]
        )
        return replace(item.result(FileOutcome.UPDATED), changes=changes)


def _check(stop: Event | None) -> None:
    """Raises JobStoppedError where the job is to stop."""
    if stop is not None and stop.is_set():
        raise JobStoppedError("The ingestion was interrupted.", "Run it again.")


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
