"""``POST /v1/chat``: a reply, whole or streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request, Response

from assistant.api import chat_service
from assistant.api.chat_service import ChatTask
from assistant.api.dependencies import ChatCaller, ChatPlace, MetricsDep, ServiceDep
from assistant.api.description import STREAMED
from assistant.api.middleware import problems
from assistant.api.middleware.connection import while_connected
from assistant.api.middleware.metrics import Metrics
from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    SentenceEvent,
)
from assistant.api.service import Service
from assistant.event_stream import event_stream, sse

router = APIRouter(prefix="/v1", tags=["Chat"])


@router.post("/chat", response_model=ChatResponse, responses=STREAMED, dependencies=[ChatPlace])
async def chat(
    body: ChatRequest,
    request: Request,
    service: ServiceDep,
    caller: ChatCaller,
    metrics: MetricsDep,
) -> Response | ChatResponse:
    """Answer the last message from the documents.

    With ``"stream": true`` the reply is sent as server-sent events: ``evidence`` at once, then
    ``sentence`` for each checked sentence, then ``reply``; or ``error``.
    """
    task = chat_service.accept(service, caller, body)
    if body.stream:
        return event_stream(_events(service, task, metrics))
    return await while_connected(request, chat_service.reply(service, task, metrics))


async def _events(
    service: Service, task: ChatTask, metrics: Metrics
) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(chat_service.stream(service, task, metrics)) as events:
            async for event in events:
                match event:
                    case EvidenceEvent():
                        yield sse(event, "evidence")
                    case SentenceEvent():
                        yield sse(event, "sentence")
                    case ChatResponse():
                        yield sse(event, "reply")
    except Exception as error:  # the status has been sent: the stream itself must tell
        yield sse(problems.problem_of(error).model_dump_json(exclude_none=True), "error")
