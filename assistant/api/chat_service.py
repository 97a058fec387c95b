"""From a chat request to the events of its reply: measured, limited in time, and stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from assistant.answering.question import Question, Turn
from assistant.answering.reply import EvidenceFound, Reply, SentenceReady
from assistant.api import convert, explaining
from assistant.api.access import Caller
from assistant.api.middleware import logs, tracing
from assistant.api.middleware.metrics import Metrics
from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    SentenceEvent,
    StoredReply,
)
from assistant.api.service import Service
from assistant.errors import DeadlineError, TrilogueError
from assistant.models.session import GenerationSession, SamplingOptions
from assistant.storage.conversations import UNFINISHED, Exchange

_log = logging.getLogger(__name__)

#: Writes the fields of a `StoredReply` and no others: rejected sentences stand in a trace alone.
_STORED = TypeAdapter(StoredReply)

ApiEvent = EvidenceEvent | SentenceEvent | ChatResponse


@dataclass(frozen=True)
class ChatTask:
    """A chat request that was found in order.

    Attributes:
        request: As it came.
        caller: Who asks.
        options: What the caller asks of the generator.
        reply_id: Id of the reply to come.
        conversation_id: The caller's, or a new one.
    """

    request: ChatRequest
    caller: Caller
    options: SamplingOptions = field(default_factory=SamplingOptions)
    reply_id: str = field(default_factory=lambda: convert.new_id("reply"))
    conversation_id: str = field(default_factory=lambda: convert.new_id("conversation"))


def accept(
    service: Service,
    caller: Caller,
    request: ChatRequest,
    options: SamplingOptions | None = None,
    kind: str = "reply",
) -> ChatTask:
    """Take a request on.

    Raises:
        InvalidInputError: It does not end with a question that can be answered.
        ForbiddenError: It wants an explanation, and the caller is no administrator.
    """
    if request.explain:
        caller.require("admin")
    service.check(request)
    return ChatTask(
        request,
        caller,
        options or SamplingOptions(),
        convert.new_id(kind),
        request.conversation_id or convert.new_id("conversation"),
    )


async def reply(service: Service, task: ChatTask, metrics: Metrics | None = None) -> ChatResponse:
    """The whole reply. See `stream`."""
    async with aclosing(stream(service, task, metrics)) as events:
        async for event in events:
            if isinstance(event, ChatResponse):
                return event
    raise AssertionError("stream() ends with a ChatResponse")


async def stream(
    service: Service, task: ChatTask, metrics: Metrics | None = None
) -> AsyncGenerator[ApiEvent, None]:
    """The events of a reply as the API sends them; closing the iterator stops generation.

    The question is stored before it is answered. Where nobody waits for the reply any more, it
    stays without one; where the reply fails, it is taken back.

    Raises:
        DeadlineError: It takes longer than a request may.
        UnavailableError: The index fails.
    """
    session = service.session(task.options)
    question = convert.question(task.request, task.caller, await _history(service, task))
    begun = _keeps(service) and await _store(service, _asked(task))
    try:
        async with aclosing(_events(service, task, question, session, metrics, begun)) as events:
            async for event in events:
                yield event
    except Exception:
        if begun:
            await _forget(service, task)
        raise


async def _events(
    service: Service,
    task: ChatTask,
    question: Question,
    session: GenerationSession,
    metrics: Metrics | None,
    begun: bool,
) -> AsyncGenerator[ApiEvent, None]:
    async with aclosing(_in_time(service, question, session)) as events:
        async for event in events:
            match event:
                case EvidenceFound():
                    yield convert.evidence_event(task.reply_id, event, service.links)
                case SentenceReady():
                    yield SentenceEvent(text=event.text)
                case Reply():
                    response = convert.chat_response(
                        task.reply_id, task.conversation_id, event, service.links, session.usage
                    )
                    tracing.tell_reply(response)
                    answered = _answered(task, event, response)
                    if metrics:
                        drafts = event.trace.drafts
                        metrics.reply(response, session.usage, drafts, answered.collections)
                    stored = await _store(service, answered, begun)
                    if metrics and not stored:
                        metrics.unsaved()
                    if task.request.explain:
                        response.trace = explaining.trace(event.trace, session.usage)
                    yield response


async def _in_time(
    service: Service, question: Question, session: GenerationSession
) -> AsyncGenerator[EvidenceFound | SentenceReady | Reply, None]:
    seconds = service.settings.request_seconds
    deadline = asyncio.get_running_loop().time() + seconds
    async with aclosing(service.assistant.stream(question, session)) as events:
        while True:
            # Only the wait for the next event is limited: a slow reader is not our lateness.
            try:
                async with asyncio.timeout_at(deadline):
                    event = await anext(events)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise DeadlineError(
                    f"The reply took longer than {seconds:.0f} seconds.",
                    "Try again when the service is less busy.",
                ) from error
            yield event


async def _history(service: Service, task: ChatTask) -> Sequence[Turn]:
    """The stored conversation, for a request that continues one and brings no history."""
    if task.request.conversation_id is None or len(task.request.messages) > 1:
        return ()
    found = await asyncio.to_thread(
        service.records.conversations.get, task.caller.id, task.conversation_id
    )
    if found is None:
        return ()
    turns: list[Turn] = []
    for turn in found[1]:
        if turn.reply_id == task.request.replaces:
            break
        if turn.reply and all(task.caller.sees(name) for name in turn.collections):
            turns.append(Turn("user", turn.question or ""))
            turns.append(Turn("assistant", str(turn.reply["answer"])))
    return turns


def _asked(task: ChatTask) -> Exchange:
    """What is stored of a question before its reply is there."""
    return Exchange(
        owner=task.caller.id,
        conversation=task.conversation_id,
        reply_id=task.reply_id,
        question=task.request.messages[-1].content,
        reply=None,
        collections=(),
        outcome=UNFINISHED,
        trace_id=logs.request_id.get(),
        user=task.request.user,
        replaces=task.request.replaces,
    )


def _answered(task: ChatTask, told: Reply, response: StoredReply) -> Exchange:
    """What is stored of a question with its reply."""
    return replace(
        _asked(task),
        reply=_STORED.dump_python(response, mode="json"),
        collections=[e.passage.collection for e in told.citations]
        + [passage.collection for passage in told.nearest],
        outcome=response.outcome,
    )


def _keeps(service: Service) -> bool:
    return service.settings.conversation_days > 0


async def _store(service: Service, exchange: Exchange, begun: bool = False) -> bool:
    """Store what there is of a reply; whether that went well. A reply that cannot be stored is
    sent all the same, and that is logged."""
    record = service.records.conversations.record
    try:
        await asyncio.to_thread(record, exchange, _keeps(service), begun)
    except TrilogueError as error:
        _log.error("Reply %s could not be stored: %s", exchange.reply_id, error)
        return False
    return True


async def _forget(service: Service, task: ChatTask) -> None:
    """Take a question back whose reply failed."""
    try:
        await asyncio.to_thread(service.records.conversations.forget, task.caller.id, task.reply_id)
    except TrilogueError as error:
        _log.error("Question %s could not be taken back: %s", task.reply_id, error)
