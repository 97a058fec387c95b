"""``/v1/feedback``: what readers think of replies."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from assistant.api.dependencies import AdminCaller, ChatCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.conversations import Limit, Offset, feedback_view
from assistant.api.schemas import chat_schemas as schemas
from assistant.api.schemas.text import Text
from assistant.errors import NotFoundError
from assistant.storage.feedback import FeedbackRecord

router = APIRouter(prefix="/v1/feedback", tags=["Feedback"])

FeedbackId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]


@router.post("", status_code=201, responses={404: PROBLEM})
async def give(
    body: schemas.FeedbackRequest, service: ServiceDep, caller: ChatCaller
) -> schemas.Feedback:
    """Say whether a reply was good. It is stored for good when the response is 201."""
    found = await asyncio.to_thread(service.records.conversations.turn, caller.id, body.reply_id)
    if found is None:
        raise NotFoundError(
            f"There is no reply {body.reply_id!r}.", "Send the field 'id' of a reply."
        )
    turn, user = found
    record = FeedbackRecord(
        reply_id=body.reply_id,
        owner=caller.id,
        user=body.user or user,
        rating=body.rating,
        reason=body.reason,
        comment=body.comment,
        outcome=turn.outcome,
        trace_id=turn.trace_id,
    )
    await asyncio.to_thread(service.records.feedback.add, record)
    return feedback_view(record)


@router.get("")
async def feedback(
    service: ServiceDep,
    caller: AdminCaller,
    reply_id: Annotated[Text | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> schemas.FeedbackList:
    """All feedback, the latest first. For operators."""
    store = service.records.feedback
    found = await asyncio.to_thread(store.list, None, limit, offset, reply_id)
    return schemas.FeedbackList(feedback=[feedback_view(record) for record in found])


@router.delete("/{feedback_id}", status_code=204, responses={404: PROBLEM})
async def take_back(feedback_id: FeedbackId, service: ServiceDep, caller: ChatCaller) -> Response:
    """Take feedback back that was given with this key."""
    if not await asyncio.to_thread(service.records.feedback.delete, caller.id, feedback_id):
        raise NotFoundError(
            f"There is no feedback {feedback_id!r}.", "It may have been taken back already."
        )
    return Response(status_code=204)
