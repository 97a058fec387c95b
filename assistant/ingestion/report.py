"""What an ingestion job did, or would do, with each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.codes import Fault, FileOutcome


@dataclass(frozen=True)
class PassageChange:
    """A passage that a dry run found to be new, gone or worded differently.

    ``old`` or ``new`` is None for one that is new or gone.
    """

    locator: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class FileResult:
    """One file of the job.

    Attributes:
        path: Its origin: a path, or ``archive.zip!/member``.
        outcome: What became of it.
        passages: How many passages it has in the index.
        document_id, language: Of the document, where there is one.
        reason: Why it failed, or of what it is a duplicate, in English.
        fault: Why it failed; None in a report of a version that did not tell it apart.
        remarks: What an operator should know about the text, in English.
        changes: In a dry run, what would change in an updated document.
    """

    path: str
    outcome: FileOutcome
    passages: int = 0
    document_id: str | None = None
    language: str | None = None
    reason: str | None = None
    fault: Fault | None = None
    remarks: Sequence[str] = ()
    changes: Sequence[PassageChange] = ()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> FileResult:
        """A result of its JSON values, as `dataclasses.asdict` gives them."""
        return cls(
            **{
                **values,
                "outcome": FileOutcome(values["outcome"]),
                "fault": Fault(values["fault"]) if values.get("fault") else None,
                "changes": [PassageChange(**change) for change in values["changes"]],
            }
        )


@dataclass(frozen=True)
class Report:
    """All files of a job, in order, and how long it took. ``dry_run``: nothing was changed."""

    files: Sequence[FileResult]
    seconds: float
    dry_run: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome."""
        return dict(Counter(str(result.outcome) for result in self.files))

    @property
    def passages(self) -> int:
        """How many passages were written, or would be."""
        written = {FileOutcome.ADDED, FileOutcome.UPDATED}
        return sum(result.passages for result in self.files if result.outcome in written)

    @property
    def failed(self) -> bool:
        """Whether any file failed."""
        return any(result.outcome == FileOutcome.FAILED for result in self.files)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "files": [asdict(result) for result in self.files],
            "counts": self.counts,
            "passages": self.passages,
            "seconds": round(self.seconds, 3),
            "dry_run": self.dry_run,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Report:
        """The inverse of `to_json`."""
        files = [FileResult.from_json(item) for item in values["files"]]
        return cls(files, values["seconds"], values["dry_run"])
