"""Files that clients send: on their way in, and where they are kept."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path
from typing import Final

from assistant.codes import FileOutcome
from assistant.ingestion.metadata_keys import SIDECAR_SUFFIX, sidecar_of
from assistant.ingestion.options import JobOptions
from assistant.ingestion.report import Report

#: Where files that replicas share are known to be. They are in no folder: once they are ingested
#: they are kept as originals or not at all.
SENT: Final = Path("/sent")


class Upload:
    """Files on their way in: written to a folder of their own, moved when they are ingested.

    Args:
        folder: The folder of all uploads.
        collection: The collection that the caller names, if any: files of one name in two
            collections are two files.
        accept_losses: Whether files are taken of which much would be in no passage.
    """

    def __init__(self, folder: Path, collection: str | None, accept_losses: bool = False) -> None:
        place = hashlib.sha256((collection or "").encode()).hexdigest()[:16]
        self._collection = collection
        self._accept_losses = accept_losses
        self._kept = kept_files(folder) / place
        #: Where the files are to be written.
        self.incoming = folder.resolve() / "incoming" / secrets.token_hex(12) / place
        self.incoming.mkdir(parents=True)

    @property
    def files(self) -> list[Path]:
        """What is to be ingested, sorted.

        The files are named one by one: those of unknown kinds are passed over in a folder, and
        whoever sent one is to be told.
        """
        return sorted(
            file for file in self.incoming.iterdir() if not file.name.endswith(SIDECAR_SUFFIX)
        )

    @property
    def options(self) -> JobOptions:
        """What a job is to do with the files."""
        return JobOptions(
            self._collection,
            accept_losses=self._accept_losses,
            known_as=(self.incoming, self._kept),
        )

    def discard(self) -> None:
        """Forget the files."""
        shutil.rmtree(self.incoming.parent, ignore_errors=True)


def kept_files(folder: Path) -> Path:
    """Where the files that were ingested are kept, below the folder of all uploads."""
    return folder.resolve() / "files"


def keep(report: Report, incoming: Path, kept: Path) -> None:
    """Move the files that were ingested to where they are known, and drop the others."""
    kept.mkdir(parents=True, exist_ok=True)
    good = {FileOutcome.ADDED, FileOutcome.UPDATED, FileOutcome.UNCHANGED}
    names = {
        Path(result.path.split("!/", 1)[0]).name
        for result in report.files
        if result.outcome in good
    }
    for name in names:
        for source in (incoming / name, sidecar_of(incoming / name)):
            if source.is_file():
                source.replace(kept / source.name)
    shutil.rmtree(incoming.parent, ignore_errors=True)
