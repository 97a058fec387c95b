"""``/v1/ingestions``: local paths for the operator, and how far each ingestion is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from assistant.api.access import OPERATOR, Caller
from assistant.api.dependencies import IngestCaller, OperatorCaller, ServiceDep
from assistant.api.description import EVENT_STREAM, PROBLEM
from assistant.api.ingestion.ingest_queue import Ingestions
from assistant.api.routes.conversations import Limit, Offset
from assistant.api.schemas.document_schemas import (
    FileReport,
    IngestionList,
    IngestionProgress,
    IngestionReport,
    IngestionRequest,
    IngestionView,
)
from assistant.errors import InvalidInputError, NotFoundError
from assistant.event_stream import event_stream, sse
from assistant.storage.ingestions import UNFINISHED, IngestionRecord
from ingest.discovery import check_paths
from ingest.examine import JobOptions
from ingest.metadata import KEYS
from ingest.progress import Progress

router = APIRouter(prefix="/v1/ingestions", tags=["Ingestion"])

#: Seconds between two looks at a running ingestion, and between signs of life.
_POLL = 0.2
_SIGN_OF_LIFE = 10.0
_NOT_THERE: dict[int | str, dict[str, Any]] = {
    404: {**PROBLEM, "description": "Not there, or not in the key's collections"}
}
_EVENTS: dict[int | str, dict[str, Any]] = {200: {"content": EVENT_STREAM}}

IngestionId = Annotated[str, PathParameter(pattern=r"^ingestion-[0-9a-f]{24}$")]


@router.post("", status_code=202)
async def ingest_paths(
    request: IngestionRequest, service: ServiceDep, caller: OperatorCaller
) -> IngestionView:
    """Ingest files and folders of the service's own machine, for its operator.

    The token stands in ``service.json`` in the data folder, which the operator can read; it
    changes with each start. Other callers send files to ``POST /v1/documents``.
    """
    paths = [Path(path) for path in request.paths]
    if not all(path.is_absolute() for path in paths):
        raise InvalidInputError("Paths have to be absolute.")
    await asyncio.to_thread(check_paths, paths)
    check_metadata(request.metadata)
    options = JobOptions(
        request.collection, request.metadata, prune=request.prune, dry_run=request.dry_run
    )
    record = await asyncio.to_thread(service.ingestions.submit_paths, paths, options)
    return view(record, service.ingestions, caller)


@router.get("")
async def ingestions(
    service: ServiceDep, caller: IngestCaller, limit: Limit = 50, offset: Offset = 0
) -> IngestionList:
    """The latest ingestions; their reports give counts and no files."""
    found = await asyncio.to_thread(
        service.records.ingestions.page, caller.collections, limit, offset
    )
    views = [view(record, service.ingestions, caller) for record in found]
    for shown in views:
        if shown.report:
            shown.report.files = None
    return IngestionList(ingestions=views)


@router.get("/{ingestion_id}", responses=_NOT_THERE)
async def ingestion(
    ingestion_id: IngestionId, service: ServiceDep, caller: IngestCaller
) -> IngestionView:
    """How far an ingestion is, and its report when it is done."""
    record = await asyncio.to_thread(_granted, ingestion_id, service.ingestions, caller)
    return view(record, service.ingestions, caller)


@router.get(
    "/{ingestion_id}/events",
    response_class=StreamingResponse,
    responses={**_NOT_THERE, **_EVENTS},
)
async def ingestion_events(
    ingestion_id: IngestionId, service: ServiceDep, caller: IngestCaller
) -> StreamingResponse:
    """The same as server-sent events: ``progress``, ``file`` for each that is done, ``report``."""
    await asyncio.to_thread(_granted, ingestion_id, service.ingestions, caller)
    return event_stream(_events(service.ingestions, ingestion_id, caller))


def _granted(ingestion_id: str, ingestions: Ingestions, caller: Caller) -> IngestionRecord:
    """An ingestion into a collection that the caller is granted. One that leaves the collection
    to its documents is for those alone who may see all."""
    record = ingestions.get(ingestion_id)
    collection = record.task["collection"]
    if caller.collections is not None and collection not in caller.collections:
        raise NotFoundError(f"There is no ingestion {ingestion_id!r}.")
    return record


async def _events(
    ingestions: Ingestions, ingestion_id: str, caller: Caller
) -> AsyncGenerator[bytes, None]:
    told = 0
    last: Progress | None = None
    silent = 0.0
    while True:
        # The record first: what is live is gone when the record says that it is over.
        record = await asyncio.to_thread(ingestions.get, ingestion_id)
        progress, results = ingestions.live(ingestion_id, told)
        for result in results:
            yield sse(_file(asdict(result), caller), "file")
        told += len(results)
        silent += _POLL
        if progress is not None and (progress != last or silent > _SIGN_OF_LIFE):
            last, silent = progress, 0.0
            yield sse(progress_view(progress), "progress")
        elif silent > _SIGN_OF_LIFE:
            silent = 0.0
            yield sse(comment="waiting")
        if record.state not in UNFINISHED:
            yield sse(view(record, ingestions, caller), "report")
            return
        await asyncio.sleep(_POLL)


def check_metadata(metadata: dict[str, str]) -> None:
    """Raises InvalidInputError for a field that documents do not have."""
    if unknown := sorted(set(metadata) - set(KEYS)):
        raise InvalidInputError(
            f"Unknown metadata: {', '.join(unknown)}.", f"Known: {', '.join(KEYS)}."
        )


def progress_view(progress: Progress) -> IngestionProgress:
    """Progress as the API sends it."""
    return IngestionProgress(
        files=progress.files,
        files_total=progress.files_total,
        bytes=progress.bytes,
        bytes_total=progress.bytes_total,
        passages=progress.passages,
        name=progress.name,
    )


def view(record: IngestionRecord, ingestions: Ingestions, caller: Caller) -> IngestionView:
    """An ingestion as the API sends it."""
    progress, _ = ingestions.live(record.id)
    return IngestionView(
        ingestion_id=record.id,
        collection=record.task["collection"],
        state=record.state,
        created_at=record.created_at,
        progress=progress_view(progress) if progress else None,
        report=_report(record.report, caller) if record.report else None,
        error=record.error,
    )


def _report(stored: dict[str, Any], caller: Caller) -> IngestionReport:
    return IngestionReport.model_validate(
        stored | {"files": [_file(result, caller) for result in stored["files"]]}
    )


def _file(result: dict[str, Any], caller: Caller) -> FileReport:
    """A file of a report. Where it lies on the service's machine is told to the operator only."""
    told = FileReport.model_validate(result)
    if caller != OPERATOR:
        place, inside, member = told.path.partition("!/")
        told.path = f"{Path(place).name}{inside}{member}"
        if told.outcome == "duplicate":
            # It names the other file by its path; its document_id is there as well.
            told.reason = "same content"
    return told
