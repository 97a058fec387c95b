"""Files that clients send: on their way in, and where they are kept."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from ingest.metadata import sidecar_of
from ingest.report import FileOutcome, Report


class Upload:
    """Files on their way in: written to a folder of their own, moved when they are ingested.

    Args:
        folder: The folder of all uploads.
        upload_id: The id of the ingestion that it will be.
        collection: The collection that the caller names, if any: files of one name in two
            collections are two files.
    """

    def __init__(self, folder: Path, upload_id: str, collection: str | None) -> None:
        self.id = upload_id
        place = hashlib.sha256((collection or "").encode()).hexdigest()[:16]
        self.incoming = folder.resolve() / "incoming" / upload_id / place
        self.kept = folder.resolve() / "files" / place
        self.incoming.mkdir(parents=True)

    def discard(self) -> None:
        """Forget the files."""
        shutil.rmtree(self.incoming.parent, ignore_errors=True)


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
