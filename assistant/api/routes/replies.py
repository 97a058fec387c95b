"""``/v1/replies/{id}`` and ``/v1/questions``: single replies, and questions by their outcome."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from assistant.api.dependencies import AdminCaller, ChatCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.conversations import Limit, Offset, turn_view
from assistant.api.schemas.chat_schemas import ReplyId
from assistant.api.schemas.reader_schemas import (
    AskedQuestion,
    QuestionList,
    ReplyRecord,
)
from assistant.codes import Outcome
from assistant.errors import NotFoundError
from assistant.storage.conversations import TurnRecord

router = APIRouter(prefix="/v1", tags=["Conversations"])


@router.get("/replies/{reply_id}", responses={404: PROBLEM})
async def reply(reply_id: ReplyId, service: ServiceDep, caller: ChatCaller) -> ReplyRecord:
    """One reply of the key's own with its question; with scope admin, of any key."""
    owner = None if caller.may("admin") else caller.id
    found = await asyncio.to_thread(service.records.conversations.turn, owner, reply_id)
    turn = turn_view(found[0], caller) if found else None
    if turn is None or turn.reply is None:
        raise NotFoundError(f"There is no reply {reply_id!r}.", "It may have been deleted.")
    return ReplyRecord(question=turn.question, reply=turn.reply, created_at=turn.created_at)


@router.get("/questions")
async def questions(
    service: ServiceDep,
    caller: AdminCaller,
    outcome: Annotated[list[Outcome] | None, Query(max_length=3)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> QuestionList:
    """Questions of all keys as far as they are kept, by default those without an answer in the
    documents. For operators."""
    total, turns = await asyncio.to_thread(
        service.records.conversations.turns, outcome or ["not_found"], limit, offset
    )
    return QuestionList(total=total, questions=[_asked(turn) for turn in turns])


def _asked(turn: TurnRecord) -> AskedQuestion:
    return AskedQuestion.model_validate(
        {
            "reply_id": turn.reply_id,
            "question": turn.question,
            "outcome": turn.outcome,
            "nearest_documents": (turn.reply or {}).get("nearest_documents", []),
            "created_at": turn.created_at,
        }
    )
