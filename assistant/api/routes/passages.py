"""``/v1/documents/{id}/passages``: the text that citations point to."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.security import HTTPAuthorizationCredentials

from assistant.api import convert
from assistant.api.access import Caller
from assistant.api.dependencies import BEARER, ChatCaller, ServiceDep, get_caller
from assistant.api.description import PROBLEM
from assistant.api.routes import passage_page
from assistant.api.schemas.chat_schemas import PassageList, PassageQuote, PassageView
from assistant.errors import InvalidInputError, NotFoundError
from assistant.index.passage import Passage, PassageNode
from assistant.index.store import PassageStore

router = APIRouter(prefix="/v1/documents", tags=["Passages"])

_RESPONSES: dict[int | str, dict[str, object]] = {
    404: {**PROBLEM, "description": "Not there, or not in the key's collections"}
}


@router.get("/{document_id}/passages", responses=_RESPONSES)
async def passages(
    document_id: UUID,
    service: ServiceDep,
    caller: ChatCaller,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> PassageList:
    """The passages of a document, in its order."""
    found = await asyncio.to_thread(_of_document, service.store, document_id)
    seen = [passage for passage in found if caller.sees(passage.collection)]
    if not seen:
        raise unknown(f"document {document_id}")
    page = seen[offset : offset + limit]
    return PassageList(
        total=len(seen), passages=[convert.passage_view(p, service.links) for p in page]
    )


async def _reader(
    request: Request,
    service: ServiceDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
    document_id: UUID,
    passage_id: UUID,
    expires: Annotated[int | None, Query(ge=0, le=2**40)] = None,
    signature: Annotated[str | None, Query(max_length=64)] = None,
) -> Caller | None:
    """Who reads: a key with the scope chat, or None for whoever has a link that opens it."""
    if signature is not None and expires is not None and credentials is None:
        if service.links.opens(str(document_id), str(passage_id), expires, signature):
            return None
        raise NotFoundError("The link is wrong or has expired.", "Ask the question again.")
    caller = await get_caller(request, credentials)
    caller.require("chat")
    return caller


@router.get(
    "/{document_id}/passages/{passage_id}",
    response_model=PassageView,
    responses={
        **_RESPONSES,
        200: {
            "content": {"text/html": {"schema": {"type": "string"}}},
            "description": "JSON, or a page for a browser",
        },
    },
)
async def passage(
    request: Request,
    service: ServiceDep,
    caller: Annotated[Caller | None, Depends(_reader)],
    document_id: UUID,
    passage_id: UUID,
    start: Annotated[int | None, Query(ge=0, description="Where the quote begins.")] = None,
    end: Annotated[int | None, Query(ge=0, description="Where it ends.")] = None,
) -> Response | PassageView:
    """One passage, with the quote that a citation points to. A browser gets a page to read.

    Needs a key, or a link that a citation's ``url`` has signed.
    """
    found = await asyncio.to_thread(_of_document, service.store, document_id)
    wanted = next((p for p in found if p.id == str(passage_id)), None)
    if wanted is None or (caller is not None and not caller.sees(wanted.collection)):
        raise unknown(f"passage {passage_id} in document {document_id}")
    view = convert.passage_view(wanted, service.links, quote_of(wanted, start, end))
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(passage_page.render(view))
    return view


def _of_document(store: PassageStore, document_id: UUID) -> list[Passage]:
    nodes: list[PassageNode] = store.select({"document_id": [str(document_id)]})
    return [node.to_passage() for node in nodes]


def quote_of(passage: Passage, start: int | None, end: int | None) -> PassageQuote | None:
    """The part of a passage between two offsets, or None where none are given.

    Raises:
        InvalidInputError: They are no part of it.
    """
    if start is None and end is None:
        return None
    if start is None or end is None or not start < end <= len(passage.text):
        raise InvalidInputError(
            f"start and end are no part of a text of {len(passage.text)} characters.",
            "Send both, with start before end.",
        )
    return PassageQuote(start=start, end=end, text=passage.text[start:end])


def unknown(what: str) -> NotFoundError:
    """The error for something that is not there, or not for the caller."""
    return NotFoundError(f"There is no {what}.", "It may have been replaced or withdrawn.")
