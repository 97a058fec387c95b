"""``/v1/documents/{id}/original``: the file that a document was read from."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import FileResponse

from assistant.api.access import Caller
from assistant.api.dependencies import ReaderCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.documents import find_original, granted
from assistant.api.service import Service
from assistant.errors import NotKeptError
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
async def original(document_id: UUID, service: ServiceDep, caller: ReaderCaller) -> FileResponse:
    """Download the file of a document, where the service keeps files (`TRILOGUE_KEEP_ORIGINALS`).

    Without that, and for documents that were ingested before, it is 404 with the title
    `Original not kept`.
    """
    record, details, path = await asyncio.to_thread(kept, document_id, service, caller)
    return FileResponse(
        path,
        media_type=_TYPES.get(details.format, BINARY) if details else BINARY,
        filename=record.source,
        headers={**_HEADERS, "ETag": f'"{record.content_hash}"'},
    )


def kept(
    document_id: UUID, service: Service, caller: Caller
) -> tuple[DocumentRecord, DocumentDetails | None, Path]:
    """A document that the caller may see, and its file.

    Raises:
        NotFoundError: There is none, or not for this caller.
        NotKeptError: Its file is not kept.
    """
    record = granted(document_id, service, caller)
    path = find_original(record, service.settings)
    if path is not None:
        return record, service.records.ledger.details(record.id), path
    if not service.settings.keep_originals:
        raise NotKeptError(
            "This service keeps no original files.",
            "Its operator decides: TRILOGUE_KEEP_ORIGINALS.",
        )
    raise NotKeptError(
        f"The original file of {record.source} is not kept.",
        "Ingest it again: what was ingested before files were kept has none.",
    )
