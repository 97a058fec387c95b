"""``/v1/documents``: send, list, show and delete documents."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import regex
import yaml
from fastapi import APIRouter, Depends, File, Form, Header, Query, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from assistant.api.access import Caller
from assistant.api.dependencies import IngestCaller, ReaderCaller, ServiceDep, UploadRoute
from assistant.api.description import PROBLEM
from assistant.api.routes.ingestions import check_metadata, view
from assistant.api.schemas.chat_schemas import NO_CONTROLS
from assistant.api.schemas.document_schemas import (
    DocumentList,
    DocumentSummary,
    DocumentView,
    IngestionView,
)
from assistant.api.schemas.text import Text
from assistant.api.service import Service
from assistant.errors import ForbiddenError, InvalidInputError, NotFoundError
from assistant.ingestion.metadata_keys import SIDECAR_SUFFIX, sidecar_of
from assistant.ingestion.originals import originals_of
from assistant.ingestion.uploads import Upload
from assistant.language import LANGUAGES
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.documents import DocumentDetails, DocumentLedger
from assistant.storage.registry import DocumentRecord, DocumentRegistry

router = APIRouter(prefix="/v1/documents", tags=["Documents"])
#: Of its own because its requests may be larger than all others.
uploads = APIRouter(prefix="/v1/documents", tags=["Documents"], route_class=UploadRoute)

#: Room for what a form has besides the files.
FORM_BYTES = 1 << 20
_CHUNK = 1 << 20
_NOT_THERE: dict[int | str, dict[str, object]] = {
    404: {**PROBLEM, "description": "Not there, or not in the key's collections"}
}

Collection = Annotated[str | None, Query(max_length=200, pattern=NO_CONTROLS)]
_METADATA = TypeAdapter(dict[Text, Text])
_UNSAFE = regex.compile(r"[\p{C}/\\:*?\"<>|]")


def refuse_other_origins(
    service: ServiceDep,
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
    host: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> None:
    """Browsers send forms to other sites without asking first: a page must not fill the index.

    Raises:
        ForbiddenError: The request comes from a page of another origin.
    """
    allowed = service.settings.cors_origins
    if origin is not None and origin not in allowed and urlsplit(origin).netloc != host:
        raise ForbiddenError(f"Pages of {origin} may not send documents.")


@uploads.post("", status_code=202, dependencies=[Depends(refuse_other_origins)])
async def send(
    service: ServiceDep,
    caller: IngestCaller,
    response: Response,
    files: Annotated[list[UploadFile], File(description="One file or several.")],
    collection: Annotated[str | None, Form(max_length=200, pattern=NO_CONTROLS)] = None,
    metadata: Annotated[
        str | None, Form(description="JSON object of metadata for all the files.")
    ] = None,
    accept_losses: Annotated[
        bool, Form(description="Take files of which much would be in no passage, too.")
    ] = False,
) -> IngestionView:
    """Send documents: they are ingested one after another.

    A file of the same name in the same collection takes the place of the one before it. The
    reply names the ingestion, whose report tells what became of each file. A key that is not
    granted every collection names the one that the documents go to, unless it has only one.
    """
    stated = _metadata(metadata)
    collection = _target(caller, collection)
    upload = await asyncio.to_thread(
        Upload, service.settings.uploads_dir, collection, accept_losses
    )
    try:
        await _receive(files, upload, stated)
        started = await asyncio.to_thread(service.ingestions.submit, upload.files, upload.options)
    except BaseException:
        upload.discard()
        raise
    response.headers["Location"] = f"/v1/ingestions/{started.id}"
    return view(started, caller)


@router.get("")
async def documents(
    service: ServiceDep,
    caller: ReaderCaller,
    collection: Collection = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> DocumentList:
    """All documents, or those of a collection, by collection and file name."""
    chosen = caller.narrowed(None if collection is None else [collection])
    return await asyncio.to_thread(
        document_page, service.records.documents, service.records.ledger, chosen, limit, offset
    )


@router.get("/{document_id}", responses=_NOT_THERE)
async def document(document_id: UUID, service: ServiceDep, caller: ReaderCaller) -> DocumentView:
    """A document with its metadata and its quality report."""
    record = await asyncio.to_thread(granted, document_id, service, caller)
    return await asyncio.to_thread(
        document_view, record, service.records.database, service.settings
    )


@router.delete("/{document_id}", status_code=204, responses=_NOT_THERE)
async def delete(document_id: UUID, service: ServiceDep, caller: IngestCaller) -> None:
    """Delete a document: its passages, its record, its original, and its file if it was sent
    here."""
    record = await asyncio.to_thread(granted, document_id, service, caller)
    await asyncio.to_thread(service.ingestions.remove, record)


def granted(document_id: UUID, service: Service, caller: Caller) -> DocumentRecord:
    """The record of a document that the caller may see.

    Raises:
        NotFoundError: There is none, or not for this caller.
    """
    record = known(str(document_id), service.records.documents)
    if not caller.sees(record.collection):
        raise _unknown(record.id)
    return record


def has_original(record: DocumentRecord, settings: Settings, database: Database) -> bool:
    """Whether the file of a document is kept."""
    originals = originals_of(settings, database)
    return settings.keep_originals and originals.has(record.id, record.content_hash)


def _target(caller: Caller, named: str | None) -> str | None:
    """The collection of an upload; None leaves it to the documents, which only a key for all
    collections may."""
    if caller.collections is None:
        return named
    if named is None:
        if len(caller.collections) != 1:
            raise InvalidInputError(
                "The request names no collection.", "Name one that the key is granted."
            )
        return caller.collections[0]
    caller.require_collection(named)
    return named


def known(document_id: str, registry: DocumentRegistry) -> DocumentRecord:
    """The record of a document.

    Raises:
        NotFoundError: There is none.
    """
    record = registry.get(document_id)
    if record is None:
        raise _unknown(document_id)
    return record


def _unknown(document_id: str) -> NotFoundError:
    return NotFoundError(f"There is no document {document_id}.", "It may have been replaced.")


def document_page(
    registry: DocumentRegistry,
    ledger: DocumentLedger,
    collections: Sequence[str] | None,
    limit: int,
    offset: int,
) -> DocumentList:
    """Some of the documents of these collections (None: of all), and how many there are."""
    total, records = registry.page(collections, limit, offset)
    details = ledger.details_of([record.id for record in records])
    listed = [_summary(record, details.get(record.id)) for record in records]
    return DocumentList(total=total, documents=listed)


def _summary(record: DocumentRecord, details: DocumentDetails | None) -> DocumentSummary:
    return DocumentSummary(
        document_id=record.id,
        collection=record.collection,
        source=record.source,
        title=record.title,
        language=record.language,
        work_id=record.work_id,
        passages=record.passages,
        ingested_at=record.ingested_at,
        effective_from=details.effective_from if details else None,
        effective_until=details.effective_until if details else None,
        repealed=details is not None and details.repealed,
    )


def document_view(record: DocumentRecord, database: Database, settings: Settings) -> DocumentView:
    """A document with all that is known of it."""
    ledger = DocumentLedger(DocumentRegistry(database))
    details = ledger.details(record.id)
    values = _summary(record, details).model_dump()
    values["original"] = has_original(record, settings, database)
    editions = ledger.editions(record)
    values["editions"] = editions
    values["editions_missing"] = [code for code in LANGUAGES if code not in editions]
    if details:
        for name in ("format", "bytes", "issuer", "version", "source_url", "quality"):
            values[name] = getattr(details, name)
    return DocumentView.model_validate(values)


def _metadata(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        values = _METADATA.validate_python(json.loads(text), strict=True)
    except ValidationError as error:
        places = [{**item, "loc": ("body", "metadata", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(places) from error
    except ValueError as error:
        raise InvalidInputError(f"metadata is no JSON: {error}") from error
    check_metadata(values)
    return values


async def _receive(files: list[UploadFile], upload: Upload, stated: dict[str, str]) -> None:
    """Write the files of a request to the upload's folder, and a sidecar for each."""
    for file in files:
        path = upload.incoming / safe_name(file.filename or "")
        if path.exists():
            raise InvalidInputError(f"{path.name} is there twice.", "Give files different names.")
        with path.open("wb") as target:
            while chunk := await file.read(_CHUNK):
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
