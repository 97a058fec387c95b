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
from assistant.api.routes.conversations import Limit, Offset
from assistant.api.schemas.document_schemas import (
    FileReport,
    IngestionList,
    IngestionProgress,
    IngestionReport,
    IngestionRequest,
    IngestionView,
)
from assistant.codes import FileOutcome
from assistant.errors import InvalidInputError, NotFoundError
from assistant.event_stream import event_stream, sse
from assistant.ingestion.metadata_keys import KEYS
from assistant.ingestion.options import JobOptions
from assistant.ingestion.progress import Progress
from assistant.ingestion.queue import Ingestion, IngestionQueue
from assistant.ingestion.report import FileResult, Report

router = APIRouter(prefix="/v1/ingestions", tags=["Ingestion"])

#: Seconds between two looks at a running ingestion, and between signs of life.
_POLL = 0.5
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
    check_metadata(request.metadata)
    options = JobOptions(
        request.collection,
        request.metadata,
        prune=request.prune,
        dry_run=request.dry_run,
        accept_losses=request.accept_losses,
    )
    started = await asyncio.to_thread(service.ingestions.submit, paths, options)
    return view(started, caller)


@router.get("")
async def ingestions(
    service: ServiceDep, caller: IngestCaller, limit: Limit = 50, offset: Offset = 0
) -> IngestionList:
    """The latest ingestions; their reports give counts and no files."""
    found = await asyncio.to_thread(service.ingestions.page, caller.collections, limit, offset)
    views = [view(one, caller) for one in found]
    for shown in views:
        if shown.report:
            shown.report.files = None
    return IngestionList(ingestions=views)


@router.get("/{ingestion_id}", responses=_NOT_THERE)
async def ingestion(
    ingestion_id: IngestionId, service: ServiceDep, caller: IngestCaller
) -> IngestionView:
    """How far an ingestion is, and its report when it is done."""
    found = await asyncio.to_thread(_granted, ingestion_id, service.ingestions, caller)
    return view(found, caller)


@router.post("/{ingestion_id}/cancel", responses=_NOT_THERE)
async def cancel_ingestion(
    ingestion_id: IngestionId, service: ServiceDep, caller: IngestCaller
) -> IngestionView:
    """End an ingestion after the documents at hand: what is in the index by then stays there, and
    its report names it. One that is over stays as it is."""
    await asyncio.to_thread(_granted, ingestion_id, service.ingestions, caller)
    return view(await asyncio.to_thread(service.ingestions.cancel, ingestion_id), caller)


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


def _granted(ingestion_id: str, ingestions: IngestionQueue, caller: Caller) -> Ingestion:
    """An ingestion into a collection that the caller is granted. One that leaves the collection
    to its documents is for those alone who may see all."""
    found = ingestions.get(ingestion_id)
    if caller.collections is not None and found.collection not in caller.collections:
        raise NotFoundError(f"There is no ingestion {ingestion_id!r}.")
    return found


async def _events(
    ingestions: IngestionQueue, ingestion_id: str, caller: Caller
) -> AsyncGenerator[bytes, None]:
    told: set[str] = set()
    last: Progress | None = None
    silent, known = 0.0, 0
    while True:
        now = await asyncio.to_thread(ingestions.get, ingestion_id, known)
        known += len(now.results)
        for result in now.report.files if now.report else now.results:
            if result.path not in told:
                told.add(result.path)
                yield sse(_file(result, caller), "file")
        silent += _POLL
        if now.progress is not None and (now.progress != last or silent > _SIGN_OF_LIFE):
            last, silent = now.progress, 0.0
            yield sse(progress_view(now.progress), "progress")
        elif silent > _SIGN_OF_LIFE:
            silent = 0.0
            yield sse(comment="waiting")
        if now.is_over:
            yield sse(view(now, caller), "report")
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


def view(ingestion: Ingestion, caller: Caller) -> IngestionView:
    """An ingestion as the API sends it."""
    return IngestionView(
        ingestion_id=ingestion.id,
        collection=ingestion.collection,
        state=ingestion.state,
        created_at=ingestion.created_at,
        progress=progress_view(ingestion.progress) if ingestion.progress else None,
        report=_report(ingestion.report, caller) if ingestion.report else None,
        error=ingestion.error,
    )


def _report(report: Report, caller: Caller) -> IngestionReport:
    return IngestionReport.model_validate(
        report.to_json() | {"files": [_file(result, caller) for result in report.files]}
    )


def _file(result: FileResult, caller: Caller) -> FileReport:
    """A file of a report. Where it lies on the service's machine is told to the operator only."""
    told = FileReport.model_validate(asdict(result))
    if caller != OPERATOR:
        place, inside, member = told.path.partition("!/")
        told.path = f"{Path(place).name}{inside}{member}"
        if told.outcome == FileOutcome.DUPLICATE:
            # It names the other file by its path; its document_id is there as well.
            told.reason = "same content"
    return told
