"""``/v1/documents/{id}/original``: the file that a document was read from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse

from assistant.api.access import Caller
from assistant.api.dependencies import ReaderCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.documents import granted, has_original
from assistant.api.service import Service
from assistant.errors import NotKeptError
from assistant.ingestion.originals import originals_of
from assistant.storage.documents import DocumentDetails
from assistant.storage.registry import DocumentRecord

router = APIRouter(prefix="/v1/documents", tags=["Documents"])

#: For web pages, which a browser would run as pages of ours, for texts, whose encoding would have
#: to be told, and for all that has no type of its own.
BINARY: Final = "application/octet-stream"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_TYPES: Final = {
    "PDF": "application/pdf",
    "DOCX": f"{_OFFICE}.wordprocessingml.document",
    "PPTX": f"{_OFFICE}.presentationml.presentation",
    "EPUB": "application/epub+zip",
    "ODT": "application/vnd.oasis.opendocument.text",
    "HWP": "application/x-hwp",
    "HWPX": "application/hwp+zip",
}
#: Whatever a browser makes of a file, it may not act for its reader.
_HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True)
class KeptOriginal:
    """The file of a document, for the time of a request."""

    record: DocumentRecord
    details: DocumentDetails | None
    path: Path


def kept(
    document_id: UUID, service: Service, caller: Caller
) -> tuple[DocumentRecord, DocumentDetails | None]:
    """A document that the caller may see, and whose file is kept.

    Raises:
        NotFoundError: There is none, or not for this caller.
        NotKeptError: Its file is not kept.
    """
    record = granted(document_id, service, caller)
    if has_original(record, service.settings, service.records.database):
        return record, service.records.ledger.details(record.id)
    if not service.settings.keep_originals:
        raise NotKeptError(
            "This service keeps no original files.",
            "Its operator decides: TRILOGUE_KEEP_ORIGINALS.",
        )
    raise NotKeptError(
        f"The original file of {record.source} is not kept.",
        "Ingest it again: what was ingested before files were kept has none.",
    )


@contextmanager
def lent(record: DocumentRecord, service: Service) -> Iterator[Path]:
    """The file of a document, for as long as the block runs.

    Raises:
        NotKeptError: It is there no more.
    """
    originals = originals_of(service.settings, service.records.database)
    with originals.lend(record.id, record.content_hash) as path:
        if path is None:
            raise NotKeptError(f"The original file of {record.source} was just replaced.")
        yield path


def lent_original(
    document_id: UUID, service: ServiceDep, caller: ReaderCaller
) -> Iterator[KeptOriginal]:
    """The file of a document until it is sent."""
    record, details = kept(document_id, service, caller)
    with lent(record, service) as path:
        yield KeptOriginal(record, details, path)


@router.get(
    "/{document_id}/original",
    response_class=FileResponse,
    responses={
        200: {
            "content": {BINARY: {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file, of a type that browsers save and do not run",
        },
        404: {**PROBLEM, "description": "Not there, not kept, or not in the key's collections"},
    },
)
async def original(kept: Annotated[KeptOriginal, Depends(lent_original)]) -> FileResponse:
    """Download the file of a document, where the service keeps files (`TRILOGUE_KEEP_ORIGINALS`).

    Without that, and for documents that were ingested before, it is 404 with the title
    `Original not kept`.
    """
    return FileResponse(
        kept.path,
        media_type=_TYPES.get(kept.details.format, BINARY) if kept.details else BINARY,
        filename=kept.record.source,
        headers={**_HEADERS, "ETag": f'"{kept.record.content_hash}"'},
    )
