"""The queue of ingestions, as the service knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from assistant.codes import FileOutcome, IngestionState
from assistant.ingestion.options import JobOptions
from assistant.ingestion.progress import Progress
from assistant.ingestion.report import FileResult, Report
from assistant.storage.registry import DocumentRecord

#: States of an ingestion that will not change any more.
ENDED: Final[Sequence[IngestionState]] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Ingestion:
    """What is known of an ingestion.

    Attributes:
        id: What its client was told: ``ingestion-`` and 24 hexadecimal digits.
        collection: Where its documents go; None leaves it to them.
        state: How far it is.
        created_at: When it was asked for, in UTC.
        progress: How far the job is, while it runs.
        results: The files that are done, in order, while it runs.
        report: What became of all files, when it is done; of those that were done, when it was
            cancelled.
        error: Why it failed as a whole.
    """

    id: str
    collection: str | None
    state: IngestionState
    created_at: datetime
    progress: Progress | None = None
    results: Sequence[FileResult] = ()
    report: Report | None = None
    error: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more."""
        return self.state in ENDED


@dataclass(frozen=True)
class IngestionCounts:
    """What this process has ingested: ingestions by how they ended, files by their outcome. All
    are there from the start: whoever watches a count has to see it at zero to see it rise."""

    ingestions: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ENDED, 0)))
    files: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(FileOutcome, 0)))

    def done(self, state: IngestionState, report: Report | None = None) -> None:
        """Count an ingestion that is over."""
        self.ingestions[state] += 1
        self.files.update(report.counts if report and not report.dry_run else {})


class IngestionQueue(Protocol):
    """Ingests what is submitted, tells how far it is, and removes documents.

    Whatever is submitted outlives the process: it goes on when the queue is started again.
    Methods are called from several threads.
    """

    @property
    def counts(self) -> IngestionCounts:
        """What this process has ingested, as it goes on."""

    def start(self) -> None:
        """Take up what was left, and begin to work.

        Raises:
            UnavailableError: The index or the database fails.
        """

    def close(self) -> None:
        """Stop soon, and leave what is not done for the next start."""

    def submit(self, paths: Sequence[Path], options: JobOptions) -> Ingestion:
        """Ingest files and folders of this machine, after what was submitted before.

        Raises:
            InvalidInputError: A path does not exist.
            UnavailableError: The database fails.
        """

    def get(self, ingestion_id: str, known: int = 0) -> Ingestion:
        """How far an ingestion is.

        Args:
            ingestion_id: Which one.
            known: So many of the first results of a running one are left out.

        Raises:
            NotFoundError: There is none of this id.
            UnavailableError: The database fails.
        """

    def cancel(self, ingestion_id: str) -> Ingestion:
        """End an ingestion after the documents at hand; one that is over stays as it is. What is in
        the index by then stays there.

        Raises:
            NotFoundError: There is none of this id.
            UnavailableError: The database fails.
        """

    def page(
        self, collections: Sequence[str] | None, limit: int, offset: int
    ) -> Sequence[Ingestion]:
        """Ingestions into these collections (None: into any), the latest first.

        Raises:
            UnavailableError: The database fails.
        """

    def remove(self, document: DocumentRecord) -> None:
        """Delete a document: its passages, its record, and its file if it was sent here.

        Raises:
            UnavailableError: The index or the database fails.
        """
