"""What an ingestion job is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class JobOptions:
    """What a job is asked to do.

    Attributes:
        collection: Collection of the documents; by default the one that a document's metadata
            names, else the settings' default.
        stated: Metadata that the caller states, before what the documents state.
        prune: Whether documents whose files are gone are removed.
        dry_run: Whether to tell what would be done, and to do nothing.
        known_as: Two folders: files below the first are known as if they were below the second,
            where they will be kept.
    """

    collection: str | None = None
    stated: Mapping[str, str] = field(default_factory=dict)
    prune: bool = False
    dry_run: bool = False
    known_as: tuple[Path, Path] | None = None

    def origin(self, path: Path) -> str:
        """What the document of a file is known by."""
        if self.known_as is not None and path.is_relative_to(self.known_as[0]):
            return str(self.known_as[1] / path.relative_to(self.known_as[0]))
        return str(path)
