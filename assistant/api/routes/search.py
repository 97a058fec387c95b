"""``POST /v1/search``."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from assistant.api import convert
from assistant.api.access import Caller
from assistant.api.dependencies import ChatCaller, SearchPlace, ServiceDep
from assistant.api.schemas.chat_schemas import SearchRequest, SearchResponse
from assistant.api.service import Service
from assistant.errors import DeadlineError

router = APIRouter(prefix="/v1", tags=["Search"])


@router.post("/search", dependencies=[SearchPlace])
async def search(request: SearchRequest, service: ServiceDep, caller: ChatCaller) -> SearchResponse:
    """Find passages in any of the three languages, in the collections of the key."""
    return await find(service, caller, request)


async def find(service: Service, caller: Caller, request: SearchRequest) -> SearchResponse:
    """The passages that a request finds.

    Raises:
        InvalidInputError: The query cannot be used.
        DeadlineError: It takes too long.
    """
    service.assistant.check(request.query)
    scope = convert.search_scope(request, caller)
    try:
        async with asyncio.timeout(service.settings.request_seconds):
            found = await service.searcher.search(request.query, request.top_k, scope)
    except TimeoutError as error:
        raise DeadlineError("The search took too long.", "Try again in a few seconds.") from error
    return SearchResponse(results=[convert.search_result(hit) for hit in found.hits])
