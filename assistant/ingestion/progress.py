"""How far an ingestion job is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from assistant.ingestion.report import FileResult


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        files: Files that are done, of ``files_total``.
        bytes: Size of the files that are done, of ``bytes_total``: what the time left is told
            from.
        passages: Passages embedded so far.
        name: The file at hand.
        result: A file that is done now, if any.
    """

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    passages: int
    name: str = ""
    result: FileResult | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)
