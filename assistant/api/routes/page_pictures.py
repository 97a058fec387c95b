"""``/v1/documents/{id}/pages/{n}.png``: a page of a PDF as it looks, with a quote marked."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import ExitStack
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response

from assistant.api.dependencies import PicturePlace, ReaderCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.originals import kept, lent
from assistant.api.schemas.text import Text
from assistant.api.service import Service
from assistant.errors import NotFoundError, NotKeptError
from assistant.ingestion.page_pictures import PagePicture, WantedPage
from assistant.storage.registry import DocumentRecord

router = APIRouter(prefix="/v1/documents", tags=["Passages"])

#: The format of documents that there are pictures of.
PDF: Final = "PDF"
#: Characters of a quote at most: more than a passage has.
LONGEST_QUOTE: Final = 4000
#: Changes when pictures are drawn in another way, so that none of before is taken for one of now.
_VERSION: Final = 1


@router.get(
    "/{document_id}/pages/{page}.png",
    response_class=Response,
    dependencies=[PicturePlace],
    responses={
        200: {
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The picture",
            "headers": {
                "X-Quote-Found": {
                    "description": "Whether the quote is marked: `true` or `false`; missing where "
                    "no quote was asked for.",
                    "schema": {"type": "string", "enum": ["true", "false"]},
                },
                "ETag": {"schema": {"type": "string"}},
            },
        },
        304: {"description": "The picture that `If-None-Match` names is still right"},
        404: {
            **PROBLEM,
            "description": "No such document or page, no PDF, not kept, or not in the key's "
            "collections",
        },
    },
)
async def page_picture(
    service: ServiceDep,
    caller: ReaderCaller,
    document_id: UUID,
    page: Annotated[int, Path(ge=1, le=1_000_000, description="From 1.")],
    quote: Annotated[
        Text, Query(max_length=LONGEST_QUOTE, description="What to mark, as a citation quotes it.")
    ] = "",
    width: Annotated[int, Query(ge=100, le=2400, description="Of the picture, in pixels.")] = 1000,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """A page of a PDF as a picture, with a quote marked, where the service keeps files.

    A quote that begins on the page before or ends on the next one is marked as far as it is on
    this page. One that is not found leaves the page without marks, as a scan has no text.
    """
    record, details = await asyncio.to_thread(kept, document_id, service, caller)
    if details is None or details.format != PDF:
        raise NotFoundError(f"{record.source} is no PDF.", "There are pictures of PDFs only.")
    wanted = WantedPage(page, quote, width)
    headers = {"Cache-Control": "private, no-cache", "ETag": _etag(record.content_hash, wanted)}
    if headers["ETag"] in (if_none_match or ""):
        return Response(status_code=304, headers=headers)
    try:
        picture = await service.pictures.picture(
            (record.id, record.content_hash), wanted, lambda: _painted(service, record, wanted)
        )
    except FileNotFoundError as error:
        raise NotKeptError(f"The original file of {record.source} was just replaced.") from error
    if quote:
        headers["X-Quote-Found"] = str(picture.found).lower()
    return Response(picture.png, media_type="image/png", headers=headers)


async def _painted(service: Service, record: DocumentRecord, wanted: WantedPage) -> PagePicture:
    with ExitStack() as lending:
        path = await asyncio.to_thread(lending.enter_context, lent(record, service))
        return await service.painter.paint(path, record.source, wanted)


def _etag(content_hash: str, wanted: WantedPage) -> str:
    told = f"{_VERSION}\n{content_hash}\n{wanted.number}\n{wanted.width}\n{wanted.quote}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:40]}"'
