"""``/v1/documents``: send, list, show and delete documents."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import regex
import yaml
from fastapi import APIRouter, Depends, File, Form, Header, Query, Response, UploadFile

from assistant.api.dependencies import ServiceDep
from assistant.api.document_schemas import (
    DocumentList,
    DocumentSummary,
    DocumentView,
    IngestionView,
)
from assistant.api.ingest_queue import Ingestions, Upload
from assistant.api.ingestions import check_metadata, view
from assistant.api.schemas import Problem
from assistant.errors import ForbiddenError, InvalidInputError, NotFoundError
from assistant.language import LANGUAGES
from assistant.settings import MAX_UPLOAD, Settings
from assistant.storage.documents import DocumentLedger
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.examine import JobOptions
from ingest.metadata import SIDECAR_SUFFIX, sidecar_of

router = APIRouter(prefix="/v1/documents", tags=["Documents"])

_CHUNK = 1 << 20
_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
_UNSAFE = regex.compile(r"[\p{C}/\\:*?\"<>|]")


def refuse_other_origins(
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
    host: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> None:
    """Browsers send forms to other sites without asking first: a page must not fill the index.

    Raises:
        ForbiddenError: The request comes from a page of another origin.
    """
    if origin is not None and urlsplit(origin).netloc != host:
        raise ForbiddenError(f"Pages of {origin} may not send documents.")


async def send(
    service: ServiceDep,
    response: Response,
    files: Annotated[list[UploadFile], File(description="One file or several.")],
    collection: Annotated[str | None, Form(max_length=200)] = None,
    metadata: Annotated[
        str | None, Form(description="JSON object of metadata for all the files.")
    ] = None,
) -> IngestionView:
    """Send documents: they are ingested one after another, and kept.

    A file of the same name in the same collection takes the place of the one before it. The
    reply names the ingestion, whose report tells what became of each file.
    """
    stated = _metadata(metadata)
    upload = await asyncio.to_thread(service.ingestions.upload, collection)
    try:
        await _receive(files, upload, stated, service.settings)
    except BaseException:
        upload.discard()
        raise
    options = JobOptions(collection, known_as=(upload.incoming, upload.kept))
    record = await asyncio.to_thread(service.ingestions.submit_upload, upload, options)
    response.headers["Location"] = f"/v1/ingestions/{record.id}"
    return view(record, service.ingestions)


# Files are larger than questions: the limit of the application does not hold here, but the
# settings' own, which is counted while the files are received.
router.add_api_route(
    "",
    send,
    methods=["POST"],
    status_code=202,
    response_model=IngestionView,
    responses={403: {"model": Problem}, 413: {"model": Problem}},
    dependencies=[Depends(refuse_other_origins)],
    max_body_size=MAX_UPLOAD,
)


@router.get("")
async def documents(
    service: ServiceDep,
    collection: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> DocumentList:
    """All documents, or those of a collection, by collection and file name."""
    found = await asyncio.to_thread(service.ingestions.registry.documents, collection)
    page = found[offset : offset + limit]
    return DocumentList(total=len(found), documents=[summary(record) for record in page])


@router.get("/{document_id}", responses=_NOT_THERE)
async def document(document_id: UUID, service: ServiceDep) -> DocumentView:
    """A document with its metadata and its quality report."""
    ingestions = service.ingestions
    return await asyncio.to_thread(
        document_view, str(document_id), ingestions.registry, ingestions.ledger
    )


@router.delete("/{document_id}", status_code=204, responses=_NOT_THERE)
async def delete(document_id: UUID, service: ServiceDep) -> None:
    """Delete a document: its passages, its record, and its file if it was sent here."""
    await asyncio.to_thread(_delete, str(document_id), service.ingestions)


def _delete(document_id: str, ingestions: Ingestions) -> None:
    ingestions.delete(known(document_id, ingestions.registry))


def known(document_id: str, registry: DocumentRegistry) -> DocumentRecord:
    """The record of a document.

    Raises:
        NotFoundError: There is none.
    """
    record = registry.get(document_id)
    if record is None:
        raise NotFoundError(
            f"There is no document {document_id}.", "'trilogue documents list' has them all."
        )
    return record


def summary(record: DocumentRecord) -> DocumentSummary:
    """A document as lists have it."""
    return DocumentSummary(
        document_id=record.id,
        collection=record.collection,
        source=record.source,
        title=record.title,
        language=record.language,
        work_id=record.work_id,
        passages=record.passages,
        ingested_at=record.ingested_at,
    )


def document_view(
    document_id: str, registry: DocumentRegistry, ledger: DocumentLedger
) -> DocumentView:
    """A document with all that is known of it.

    Raises:
        NotFoundError: There is none.
    """
    record = known(document_id, registry)
    values = summary(record).model_dump()
    editions = ledger.editions(record)
    values["editions"] = editions
    values["editions_missing"] = [code for code in LANGUAGES if code not in editions]
    if details := ledger.details(document_id):
        for name in (
            *("format", "bytes", "issuer", "version", "source_url"),
            *("effective_from", "effective_until", "repealed", "quality"),
        ):
            values[name] = getattr(details, name)
    return DocumentView.model_validate(values)


def _metadata(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InvalidInputError(f"metadata is no JSON: {error}") from error
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise InvalidInputError("metadata is not a JSON object of texts.")
    check_metadata(values)
    return values


async def _receive(
    files: list[UploadFile], upload: Upload, stated: dict[str, str], settings: Settings
) -> None:
    """Write the files of a request to the upload's folder, and a sidecar for each."""
    budget = settings.max_upload_bytes
    for file in files:
        path = upload.incoming / safe_name(file.filename or "")
        if path.exists():
            raise InvalidInputError(f"{path.name} is there twice.", "Give files different names.")
        with path.open("wb") as target:
            while chunk := await file.read(_CHUNK):
                budget -= len(chunk)
                if budget < 0:
                    raise InvalidInputError(
                        f"The files have more than {settings.max_upload_bytes >> 20} MiB.",
                        "Send fewer at a time, or raise TRILOGUE_MAX_UPLOAD_BYTES.",
                    )
                target.write(chunk)
        if stated and not path.name.endswith(SIDECAR_SUFFIX):
            sidecar_of(path).write_text(yaml.safe_dump(stated, allow_unicode=True), "utf-8")


def safe_name(name: str) -> str:
    """A file name that a client sent, as a name that is safe in a folder of ours.

    Raises:
        InvalidInputError: Nothing is left of it.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _UNSAFE.sub("_", last).strip().lstrip(".~$")
    while len(clean.encode()) > 200:
        stem, suffix = Path(clean).stem, Path(clean).suffix[:20]
        clean = stem[:-1] + suffix
    if not Path(clean).stem:
        raise InvalidInputError("A file has no name.", "Name each file, with its ending.")
    return clean
