"""Documents whose files are gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from assistant.errors import InvalidInputError
from assistant.ingestion.options import JobOptions
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.discovery import Candidate


def gone_documents(
    paths: Sequence[Path],
    candidates: Collection[Candidate],
    registry: DocumentRegistry,
    options: JobOptions,
) -> list[DocumentRecord]:
    """Documents that came from below ``paths`` and whose files are there no more.

    Args:
        paths: What the job was given.
        candidates: What it found there.
        registry: Where documents are recorded.
        options: With a collection, only its documents are looked at. Without one, documents
            that another caller put into a collection of his choice are left alone.

    Raises:
        InvalidInputError: There are documents from below ``paths``, and no file at all is there
            any more: more likely a disk that is not mounted than an empty collection.
    """
    found = {candidate.origin for candidate in candidates}
    # What could not be looked into may well hold its documents still.
    closed = [candidate.origin for candidate in candidates if candidate.problem]
    roots = [path.resolve() for path in paths]
    below = [
        record
        for record in registry.documents(options.collection)
        if (options.collection is not None or not record.named_by_caller)
        and _is_below(record, roots)
        and not _is_below(record, [Path(origin) for origin in closed])
        and not record.origin.startswith(tuple(f"{origin}!/" for origin in closed))
    ]
    gone = [record for record in below if record.origin not in found]
    if gone and not candidates:
        raise InvalidInputError(
            f"There is no document left below {', '.join(map(str, paths))}, and {len(gone)} came "
            "from there.",
            "If they are to go, delete them with 'trilogue documents delete'.",
        )
    return gone


def _is_below(record: DocumentRecord, roots: Sequence[Path]) -> bool:
    file = Path(record.origin.split("!/", 1)[0])
    return any(file == root or root in file.parents for root in roots)
