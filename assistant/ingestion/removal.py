"""Taking a document out: of the index, of the database, and of the files that were sent."""

from __future__ import annotations

from pathlib import Path

from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.metadata_keys import sidecar_of
from assistant.ingestion.uploads import kept_files
from assistant.storage.registry import DocumentRecord, DocumentRegistry


def remove_document(
    document: DocumentRecord, writer: DocumentWriter, registry: DocumentRegistry, uploads: Path
) -> None:
    """Delete a document: its passages, its record, and its file if it was sent to the service.

    Args:
        document: Which one.
        writer: What changes documents in this process.
        registry: Tells whether another document is of the same file.
        uploads: The folder of all uploads; files elsewhere are not ours to delete.

    Raises:
        UnavailableError: The index or the database fails.
    """
    writer.delete([document.id])
    file = Path(document.origin.split("!/", 1)[0])
    if file.is_relative_to(kept_files(uploads)) and not registry.has_any_of(str(file)):
        file.unlink(missing_ok=True)
        sidecar_of(file).unlink(missing_ok=True)
