"""How far a job is, for whoever watches it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.ingestion.progress import Progress
from assistant.ingestion.report import FileResult
from ingest.discovery import Candidate

#: Called whenever something is done.
Watch = Callable[[Progress], None]


def unwatched(progress: Progress) -> None:
    """Watches nothing."""


class Tally:
    """Counts what a job has done, and tells whoever watches.

    Args:
        candidates: The files of the job.
        watch: Who is told.
    """

    def __init__(self, candidates: Sequence[Candidate], watch: Watch) -> None:
        self.candidates = candidates
        self.results: dict[Candidate, FileResult] = {}
        self._watch = watch
        self._total = sum(candidate.size for candidate in candidates)
        self._bytes = 0
        self._passages = 0
        self._tell()

    def done(self, candidate: Candidate, result: FileResult) -> None:
        """A file is done."""
        self.results[candidate] = result
        self._bytes += candidate.size
        self._tell(candidate.source, result)

    def embedded(self, passages: int, name: str) -> None:
        """Passages got their vectors; ``name`` is a file that they are of."""
        self._passages += passages
        self._tell(name)

    def _tell(self, name: str = "", result: FileResult | None = None) -> None:
        files, bytes_ = (len(self.results), len(self.candidates)), (self._bytes, self._total)
        self._watch(Progress(*files, *bytes_, self._passages, name, result))
