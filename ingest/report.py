"""What an ingestion job did with each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True)
class FileResult:
    """One file of the job. ``reason`` says why it failed, or of what it is a duplicate."""

    path: str
    outcome: Outcome
    passages: int = 0
    document_id: str | None = None
    language: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Report:
    """All files of a job, in order, and how long it took."""

    files: Sequence[FileResult]
    seconds: float

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome."""
        return dict(Counter(str(result.outcome) for result in self.files))

    @property
    def passages(self) -> int:
        """How many passages were written."""
        written = {Outcome.ADDED, Outcome.UPDATED}
        return sum(result.passages for result in self.files if result.outcome in written)

    @property
    def failed(self) -> bool:
        """Whether any file failed."""
        return any(result.outcome == Outcome.FAILED for result in self.files)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "files": [asdict(result) for result in self.files],
            "counts": self.counts,
            "passages": self.passages,
            "seconds": round(self.seconds, 3),
        }
