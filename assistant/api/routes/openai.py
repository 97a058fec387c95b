"""The OpenAI-compatible routes for chat and models, for clients that people already have.

Citations come as numbered marks in the text, as ``annotations`` with URLs, and in an extra
field ``citations``.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import regex
from fastapi import APIRouter, Request, Response

from assistant.api import chat_service
from assistant.api.access import Caller
from assistant.api.chat_service import ChatTask
from assistant.api.dependencies import ChatCaller, ChatPlace, MetricsDep, ServiceDep
from assistant.api.description import PROBLEM, STREAMED
from assistant.api.middleware import problems
from assistant.api.middleware.connection import while_connected
from assistant.api.middleware.metrics import Metrics
from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    Citation,
    EvidenceEvent,
    Message,
    SentenceEvent,
)
from assistant.api.schemas.openai_schemas import (
    MODEL,
    Annotation,
    AnswerMessage,
    Chunk,
    Completion,
    CompletionChoice,
    CompletionRequest,
    Model,
    ModelList,
    UrlCitation,
)
from assistant.api.service import Service
from assistant.errors import InvalidInputError, NotFoundError
from assistant.event_stream import event_stream, sse
from assistant.language import unify_digits
from assistant.models.session import SamplingOptions

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

_MARK = regex.compile(r"\[(\p{Nd}+)\]")


@router.get("/models")
async def models(service: ServiceDep, caller: ChatCaller) -> ModelList:
    """The model that chats and the model that embeds."""
    return ModelList(data=[Model(id=MODEL), Model(id=service.embedder.model_name)])


@router.get("/models/{model}", responses={404: PROBLEM})
async def model(model: str, service: ServiceDep, caller: ChatCaller) -> Model:
    """One of the models."""
    if model not in (MODEL, service.embedder.model_name):
        raise NotFoundError(f"There is no model {model!r}.", "GET /v1/models lists them.")
    return Model(id=model)


@router.post(
    "/chat/completions",
    response_model=Completion,
    responses=STREAMED,
    dependencies=[ChatPlace],
)
async def completions(
    body: CompletionRequest,
    request: Request,
    service: ServiceDep,
    caller: ChatCaller,
    metrics: MetricsDep,
) -> Response | Completion:
    """Answer the last message from the documents, in OpenAI's format.

    System messages have no effect, and ``warnings`` says so: the service's own instructions are
    not the caller's to change.
    """
    task, warnings = _task_of(service, caller, body)
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        return event_stream(_chunks(service, task, metrics, warnings, usage))
    reply = await while_connected(request, chat_service.reply(service, task, metrics))
    message = AnswerMessage(content=reply.answer, annotations=_annotations(reply))
    return Completion(
        id=reply.id,
        created=int(time.time()),
        choices=[CompletionChoice(message=message)],
        usage=reply.usage,
        outcome=reply.outcome,
        notice=reply.notice,
        citations=reply.citations,
        conversation_id=reply.conversation_id,
        warnings=warnings,
    )


def _task_of(
    service: Service, caller: Caller, body: CompletionRequest
) -> tuple[ChatTask, list[str]]:
    """The chat that a completion asks for, and what of the request has no effect."""
    if body.model != MODEL:
        raise InvalidInputError(f"There is no model {body.model!r}.", f"Ask for {MODEL!r}.")
    warnings: list[str] = []
    messages: list[Message] = []
    for number, message in enumerate(body.messages):
        if message.role in ("user", "assistant"):
            messages.append(Message(role=message.role, content=message.text))
        else:
            warnings.append(f"messages[{number}] has the role {message.role} and was not read.")
    if not messages:
        raise InvalidInputError("There is no user's message.", "End with a question.")
    limits = [n for n in (body.max_tokens, body.max_completion_tokens) if n is not None]
    options = SamplingOptions(body.temperature, body.top_p, body.seed, min(limits, default=None))
    chat = ChatRequest(
        messages=messages,
        language=body.language,
        collections=body.collections,
        document_ids=body.document_ids,
        conversation_id=body.conversation_id,
        user=body.user,
    )
    return chat_service.accept(service, caller, chat, options, "chatcmpl"), warnings


def _annotations(reply: ChatResponse) -> list[Annotation]:
    """A citation for each mark in the answer, in OpenAI's form."""
    by_number: dict[int, Citation] = {item.number: item for item in reply.citations}
    return [
        Annotation(
            url_citation=UrlCitation(
                url=cited.url, title=cited.title, start_index=mark.start(), end_index=mark.end()
            )
        )
        for mark in _MARK.finditer(reply.answer)
        if (cited := by_number.get(int(unify_digits(mark.group(1)))))
    ]


async def _chunks(
    service: Service, task: ChatTask, metrics: Metrics, warnings: Sequence[str], usage: bool
) -> AsyncGenerator[bytes, None]:
    def chunk(delta: dict[str, Any], **fields: Any) -> bytes:
        finish = "stop" if "outcome" in fields else None
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return _event(task, choices=choices, **fields)

    yield chunk({"role": "assistant", "content": ""})
    sent = ""
    try:
        async with aclosing(chat_service.stream(service, task, metrics)) as events:
            async for event in events:
                match event:
                    case EvidenceEvent():
                        pass
                    case SentenceEvent():
                        piece = f" {event.text}" if sent else event.text
                        sent += piece
                        yield chunk({"content": piece})
                    case ChatResponse():
                        if not sent:
                            yield chunk({"content": event.answer})
                        marks = [item.model_dump() for item in _annotations(event)]
                        yield chunk(
                            {"annotations": marks} if marks else {},
                            outcome=event.outcome,
                            notice=event.notice,
                            citations=event.citations,
                            conversation_id=event.conversation_id,
                            warnings=list(warnings) or None,
                        )
                        if usage:
                            yield _event(task, choices=[], usage=event.usage)
        yield sse("[DONE]")
    except Exception as error:  # the status has been sent: the stream itself must tell
        problem = problems.problem_of(error)
        told = problems.openai_error(problem, error).model_dump_json()
        yield sse(f'{{"error": {told}}}')


def _event(task: ChatTask, **fields: Any) -> bytes:
    chunk = Chunk(id=task.reply_id, created=int(time.time()), **fields)
    absent = {name for name in Chunk.model_fields if getattr(chunk, name) is None}
    return sse(chunk.model_dump_json(exclude=absent))
