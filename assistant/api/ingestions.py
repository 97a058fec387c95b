"""``/v1/ingestions``: local paths for the operator, and how far each ingestion is."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from assistant.api.dependencies import ServiceDep
from assistant.api.document_schemas import IngestionProgress, IngestionRequest, IngestionView
from assistant.api.ingest_queue import Ingestions
from assistant.api.schemas import Problem
from assistant.errors import ForbiddenError, InvalidInputError
from assistant.storage.ingestions import UNFINISHED, IngestionRecord
from ingest.discovery import check_paths
from ingest.examine import JobOptions
from ingest.metadata import KEYS
from ingest.progress import Progress

router = APIRouter(prefix="/v1/ingestions", tags=["Ingestion"])

#: Seconds between two looks at a running ingestion, and between signs of life.
_POLL = 0.2
_SIGN_OF_LIFE = 10.0
_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}


@router.post("", status_code=202, responses={403: {"model": Problem}})
async def ingest_paths(
    request: IngestionRequest,
    service: ServiceDep,
    x_trilogue_token: Annotated[str | None, Header()] = None,
) -> IngestionView:
    """Ingest files and folders of the service's own machine, for its operator.

    The token stands in ``service.json`` in the data folder, which the operator can read; it
    changes with each start. Other callers send files to ``POST /v1/documents``.
    """
    token = service.ingestions.token
    if not secrets.compare_digest((x_trilogue_token or "").encode(), token.encode()):
        raise ForbiddenError(
            "Paths of this machine are ingested for its operator only.",
            "Run 'trilogue ingest' there, or send the files to POST /v1/documents.",
        )
    paths = [Path(path) for path in request.paths]
    if not all(path.is_absolute() for path in paths):
        raise InvalidInputError("Paths have to be absolute.")
    await asyncio.to_thread(check_paths, paths)
    check_metadata(request.metadata)
    options = JobOptions(
        request.collection, request.metadata, prune=request.prune, dry_run=request.dry_run
    )
    record = await asyncio.to_thread(service.ingestions.submit_paths, paths, options)
    return view(record, service.ingestions)


@router.get("/{ingestion_id}", responses=_NOT_THERE)
async def ingestion(ingestion_id: str, service: ServiceDep) -> IngestionView:
    """How far an ingestion is, and its report when it is done."""
    record = await asyncio.to_thread(service.ingestions.get, ingestion_id)
    return view(record, service.ingestions)


@router.get("/{ingestion_id}/events", response_class=StreamingResponse, responses=_NOT_THERE)
async def ingestion_events(ingestion_id: str, service: ServiceDep) -> StreamingResponse:
    """The same as server-sent events: ``progress``, ``file`` for each that is done, ``report``."""
    await asyncio.to_thread(service.ingestions.get, ingestion_id)
    return StreamingResponse(
        _events(service.ingestions, ingestion_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(ingestions: Ingestions, ingestion_id: str) -> AsyncGenerator[bytes, None]:
    told = 0
    last: Progress | None = None
    silent = 0.0
    while True:
        # The record first: what is live is gone when the record says that it is over.
        record = await asyncio.to_thread(ingestions.get, ingestion_id)
        progress, results = ingestions.live(ingestion_id, told)
        for result in results:
            yield _sse("file", json.dumps(asdict(result), ensure_ascii=False))
        told += len(results)
        silent += _POLL
        if progress is not None and (progress != last or silent > _SIGN_OF_LIFE):
            last, silent = progress, 0.0
            yield _sse("progress", progress_view(progress))
        elif silent > _SIGN_OF_LIFE:
            silent = 0.0
            yield b": waiting\n\n"
        if record.state not in UNFINISHED:
            yield _sse("report", view(record, ingestions))
            return
        await asyncio.sleep(_POLL)


def _sse(name: str, data: BaseModel | str) -> bytes:
    text = data if isinstance(data, str) else data.model_dump_json()
    return format_sse_event(event=name, data_str=text)


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


def view(record: IngestionRecord, ingestions: Ingestions) -> IngestionView:
    """An ingestion as the API sends it."""
    progress, _ = ingestions.live(record.id)
    return IngestionView(
        ingestion_id=record.id,
        state=record.state,
        created_at=record.created_at,
        progress=progress_view(progress) if progress else None,
        report=record.report,
        error=record.error,
    )
