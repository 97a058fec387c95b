"""``GET /v1/limits``: what clients can tell their readers before they send anything."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.api.dependencies import ChatCaller, ServiceDep
from assistant.api.schemas.chat_schemas import RequestLimits

router = APIRouter(prefix="/v1", tags=["Chat"])


@router.get("/limits")
async def limits(service: ServiceDep, caller: ChatCaller) -> RequestLimits:
    """What the service reads at most."""
    return RequestLimits(max_question_chars=service.settings.max_question_chars)
