"""The FastAPI application: routes and what they depend on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from assistant import __version__
from assistant.answering.reply import EvidenceFound, Question, Reply, SentenceReady
from assistant.api import convert, documents, ingestions, openai, problems
from assistant.api.dependencies import ServiceDep
from assistant.api.schemas import (
    ChatRequest,
    ChatResponse,
    Health,
    Problem,
    SearchRequest,
    SearchResponse,
    SentenceEvent,
)
from assistant.api.service import Service

_PROBLEM = {"model": Problem, "content": {problems.MEDIA_TYPE: {}}}


#: A conversation of 200 long messages fits in; more is refused before it is read.
_MAX_BODY = 2 * 2**20


def create_app(service: Service) -> FastAPI:
    """The application over an open service; whoever opened the service closes it."""
    app = FastAPI(
        title="Trilogue",
        version=__version__,
        description="Answers about policy documents in Korean, Arabic and English, with evidence.",
        responses={422: _PROBLEM, 503: _PROBLEM},
        max_body_size=_MAX_BODY,
        # FastAPI's documentation pages load their scripts from a public CDN.
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    problems.install(app)
    app.add_api_route("/v1/search", search, methods=["POST"], response_model=SearchResponse)
    app.add_api_route("/v1/chat", chat, methods=["POST"], response_model=ChatResponse)
    app.include_router(openai.router)
    app.include_router(documents.router)
    app.include_router(ingestions.router)
    app.add_api_route("/healthz", health, response_model=Health)
    app.add_api_route(
        "/readyz", readiness, response_model=Health, responses={503: {"model": Health}}
    )
    return app


async def search(request: SearchRequest, service: ServiceDep) -> SearchResponse:
    """Find passages in any of the three languages."""
    service.assistant.check(request.query)
    scope = convert.search_scope(request)
    found = await service.searcher.search(request.query, request.top_k, scope)
    return SearchResponse(results=[convert.search_result(hit) for hit in found.hits])


async def chat(request: ChatRequest, service: ServiceDep) -> Response | ChatResponse:
    """Answer the last message from the documents.

    With ``"stream": true`` the reply is sent as server-sent events: ``evidence`` at once, then
    ``sentence`` for each checked sentence, then ``reply``; or ``error``.
    """
    service.check(request)
    question = convert.question(request)
    reply_id = convert.new_id("reply")
    conversation = request.conversation_id or convert.new_id("conversation")
    if request.stream:
        return StreamingResponse(
            _events(service, question, reply_id, conversation),
            media_type="text/event-stream",
            # Proxies must not hold events back.
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
    reply = await service.assistant.reply(question)
    return convert.chat_response(reply_id, conversation, reply)


async def _events(
    service: Service, question: Question, reply_id: str, conversation: str
) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(service.assistant.stream(question)) as events:
            async for event in events:
                match event:
                    case EvidenceFound():
                        yield _sse("evidence", convert.evidence_event(reply_id, event))
                    case SentenceReady():
                        yield _sse("sentence", SentenceEvent(text=event.text))
                    case Reply():
                        yield _sse("reply", convert.chat_response(reply_id, conversation, event))
    except Exception as error:  # the status has been sent: the stream itself must tell
        yield _sse("error", problems.problem_of(error))


def _sse(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json())


async def health() -> Health:
    """Whether the process answers."""
    return Health(status="ok")


async def readiness(service: ServiceDep, response: Response) -> Health:
    """Whether questions can be answered: the index and the generator are there."""
    checks = {"index": await _index_answers(service), "generator": await service.generator.ready()}
    ready = all(checks.values())
    if not ready:
        response.status_code = 503
    return Health(status="ok" if ready else "unavailable", checks=checks)


async def _index_answers(service: Service) -> bool:
    try:
        await asyncio.to_thread(service.store.count)
    except Exception:  # whatever it is, the index does not answer
        return False
    return True
