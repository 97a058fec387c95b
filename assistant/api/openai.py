"""The OpenAI-compatible routes, for clients that people already have.

Citations come as numbered marks in the text and in an extra field ``citations``.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from assistant.answering.reply import EvidenceFound, Reply, SentenceReady
from assistant.api import convert, problems
from assistant.api.dependencies import ServiceDep
from assistant.api.schemas import ChatRequest, ChatResponse, Citation, Message, Outcome
from assistant.api.service import Service
from assistant.errors import InvalidInputError

MODEL = "trilogue"

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])


class CompletionMessage(BaseModel):
    """A message as OpenAI's clients send it; only text is read."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "developer", "user", "assistant"]
    content: str


class CompletionRequest(BaseModel):
    """``POST /v1/chat/completions``. A parameter that is not listed here is an error."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(description=f"Always {MODEL!r}: the generator is the operator's choice.")
    messages: list[CompletionMessage] = Field(min_length=1, max_length=200)
    stream: bool = False


class CompletionChoice(BaseModel):
    """The one choice of a completion."""

    index: int = 0
    message: dict[str, str]
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """A completion as OpenAI's clients read it, with the reply's outcome and citations."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[CompletionChoice]
    outcome: Outcome
    notice: str | None
    citations: list[Citation]


class Model(BaseModel):
    """One entry of ``GET /v1/models``."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "trilogue"


class ModelList(BaseModel):
    """``GET /v1/models``."""

    object: Literal["list"] = "list"
    data: list[Model]


@router.get("/models")
async def models() -> ModelList:
    """The one model that this service is to its clients."""
    return ModelList(data=[Model(id=MODEL)])


@router.post("/chat/completions", response_model=Completion)
async def completions(request: CompletionRequest, service: ServiceDep) -> Response | Completion:
    """Answer the last message from the documents, in OpenAI's format.

    System messages are not read: the service's own instructions are not the caller's to change.
    """
    if request.model != MODEL:
        raise InvalidInputError(f"There is no model {request.model!r}.", f"Ask for {MODEL!r}.")
    messages = [
        Message(role=message.role, content=message.content)
        for message in request.messages
        if message.role in ("user", "assistant")
    ]
    if not messages:
        raise InvalidInputError("There is no user's message.", "End with a question.")
    chat = ChatRequest(messages=messages)
    service.check(chat)
    completion_id = convert.new_id("chatcmpl")
    if request.stream:
        return StreamingResponse(
            _chunks(service, chat, completion_id), media_type="text/event-stream"
        )
    reply = await service.assistant.reply(convert.question(chat))
    response = convert.chat_response(completion_id, "", reply)
    return Completion(
        id=completion_id,
        created=int(time.time()),
        choices=[CompletionChoice(message={"role": "assistant", "content": response.answer})],
        outcome=response.outcome,
        notice=response.notice,
        citations=response.citations,
    )


async def _chunks(
    service: Service, chat: ChatRequest, completion_id: str
) -> AsyncGenerator[bytes, None]:
    yield _chunk(completion_id, {"role": "assistant", "content": ""})
    sent = ""
    try:
        async with aclosing(service.assistant.stream(convert.question(chat))) as events:
            async for event in events:
                match event:
                    case EvidenceFound():
                        pass
                    case SentenceReady():
                        piece = f" {event.text}" if sent else event.text
                        sent += piece
                        yield _chunk(completion_id, {"content": piece})
                    case Reply():
                        response = convert.chat_response(completion_id, "", event)
                        if not sent:
                            yield _chunk(completion_id, {"content": response.answer})
                        yield _chunk(completion_id, {}, response)
        yield format_sse_event(data_str="[DONE]")
    except Exception as error:  # the status has been sent: the stream itself must tell
        problem = problems.problem_of(error)
        body = f'{{"error": {problem.model_dump_json(exclude_none=True)}}}'
        yield format_sse_event(data_str=body)


class _Chunk(BaseModel):
    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[dict[str, Any]]
    outcome: Outcome | None = None
    notice: str | None = None
    citations: list[Citation] | None = None


def _chunk(completion_id: str, delta: dict[str, str], final: ChatResponse | None = None) -> bytes:
    chunk = _Chunk(
        id=completion_id,
        created=int(time.time()),
        choices=[{"index": 0, "delta": delta, "finish_reason": "stop" if final else None}],
        outcome=final.outcome if final else None,
        notice=final.notice if final else None,
        citations=final.citations if final else None,
    )
    return format_sse_event(
        data_str=chunk.model_dump_json(
            exclude={"outcome", "notice", "citations"} if not final else None
        )
    )
