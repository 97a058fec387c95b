"""``/v1/conversations``: what was asked and replied, each key's own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from assistant.api.access import Caller
from assistant.api.dependencies import ChatCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.schemas import chat_schemas as schemas
from assistant.errors import NotFoundError
from assistant.storage.conversations import UNFINISHED, ConversationRecord, TurnRecord
from assistant.storage.feedback import FeedbackRecord

router = APIRouter(prefix="/v1/conversations", tags=["Conversations"])

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Containing = Annotated[str | None, Query(min_length=1, max_length=200, pattern=schemas.NO_CONTROLS)]
_NOT_FOUND: dict[int | str, dict[str, object]] = {404: PROBLEM}


@router.get("")
async def conversations(
    service: ServiceDep,
    caller: ChatCaller,
    user: schemas.UserId | None = None,
    containing: Containing = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> schemas.ConversationList:
    """The key's conversations, the latest first; of one user where one is named, and those with
    a text in their title or in a question where one is given."""
    store = service.records.conversations
    found = await asyncio.to_thread(store.list, caller.id, limit, offset, user, containing)
    return schemas.ConversationList(conversations=[summary(record) for record in found])


@router.get("/{conversation_id}", responses=_NOT_FOUND)
async def conversation(
    conversation_id: Name, service: ServiceDep, caller: ChatCaller
) -> schemas.Conversation:
    """One conversation with its turns, the oldest first."""
    records = service.records
    found = await asyncio.to_thread(records.conversations.get, caller.id, conversation_id)
    if found is None:
        raise _unknown(conversation_id)
    replies = [turn.reply_id for turn in found[1]]
    given = await asyncio.to_thread(records.feedback.latest, caller.id, replies)
    return whole(*found, caller, given)


@router.patch("/{conversation_id}", responses=_NOT_FOUND)
async def rename(
    conversation_id: Name,
    body: schemas.ConversationTitle,
    service: ServiceDep,
    caller: ChatCaller,
) -> schemas.ConversationSummary:
    """Give a conversation another title."""
    store = service.records.conversations
    found = await asyncio.to_thread(store.rename, caller.id, conversation_id, body.title)
    if found is None:
        raise _unknown(conversation_id)
    return summary(found)


@router.delete("/{conversation_id}", status_code=204, responses=_NOT_FOUND)
async def delete(conversation_id: Name, service: ServiceDep, caller: ChatCaller) -> Response:
    """Delete a conversation with everything in it."""
    store = service.records.conversations
    if not await asyncio.to_thread(store.delete, caller.id, conversation_id):
        raise _unknown(conversation_id)
    return Response(status_code=204)


@router.put("/{conversation_id}/share", responses=_NOT_FOUND)
async def share(
    conversation_id: Name, service: ServiceDep, caller: ChatCaller
) -> schemas.ConversationShare:
    """Share a conversation as far as it has come. Whoever learns the id can be shown it; asked
    again, the id stays and what has come since is shared as well."""
    store = service.records.conversations
    found = await asyncio.to_thread(store.share, caller.id, conversation_id)
    shared = summary(found).share if found else None
    if shared is None:
        raise _unknown(conversation_id)
    return shared


@router.delete("/{conversation_id}/share", status_code=204, responses=_NOT_FOUND)
async def unshare(conversation_id: Name, service: ServiceDep, caller: ChatCaller) -> Response:
    """Share a conversation no longer. Its id is never used again."""
    store = service.records.conversations
    if not await asyncio.to_thread(store.unshare, caller.id, conversation_id):
        raise _unknown(conversation_id)
    return Response(status_code=204)


def summary(record: ConversationRecord) -> schemas.ConversationSummary:
    """A conversation as lists show it."""
    return schemas.ConversationSummary(
        id=record.name,
        user=record.user,
        title=record.title,
        created_at=record.created_at,
        updated_at=record.updated_at,
        share=schemas.ConversationShare(id=record.share_id, shared_at=record.shared_at)
        if record.share_id and record.shared_at
        else None,
    )


def whole(
    record: ConversationRecord,
    turns: Sequence[TurnRecord],
    caller: Caller,
    given: Mapping[str, FeedbackRecord],
) -> schemas.Conversation:
    """A conversation with its turns, and the feedback that was given on them. A reply that names
    documents of a collection which the key is no longer granted is withheld."""
    return schemas.Conversation(
        **summary(record).model_dump(),
        turns=[turn_view(turn, caller, given.get(turn.reply_id)) for turn in turns],
    )


def turn_view(
    turn: TurnRecord, caller: Caller, given: FeedbackRecord | None = None
) -> schemas.ConversationTurn:
    """A question with its reply, which is withheld as `whole` says."""
    granted = all(caller.sees(name) for name in turn.collections)
    return schemas.ConversationTurn(
        reply_id=turn.reply_id,
        question=turn.question or "",
        reply=schemas.ChatResponse.model_validate(turn.reply) if turn.reply and granted else None,
        unfinished=turn.outcome == UNFINISHED,
        replaced=turn.replaced_by is not None,
        feedback=feedback_view(given) if given else None,
        created_at=turn.created_at,
    )


def feedback_view(record: FeedbackRecord) -> schemas.Feedback:
    """Feedback as the API sends it."""
    return schemas.Feedback.model_validate(record, from_attributes=True)


def _unknown(name: str) -> NotFoundError:
    return NotFoundError(f"There is no conversation {name!r}.", "It may have been deleted.")
