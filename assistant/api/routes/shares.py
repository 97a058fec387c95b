"""``/v1/shares/{id}``: a conversation for those whom its reader gave the link."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path

from assistant.api.dependencies import ChatCaller, ServiceDep
from assistant.api.description import PROBLEM
from assistant.api.routes.conversations import turn_view
from assistant.api.schemas import chat_schemas as schemas
from assistant.errors import NotFoundError

router = APIRouter(prefix="/v1/shares", tags=["Conversations"])

ShareId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@router.get("/{share_id}", responses={404: PROBLEM})
async def shared(
    share_id: ShareId, service: ServiceDep, caller: ChatCaller
) -> schemas.SharedConversation:
    """What is shared of a conversation of the key's own. Whose it is, it does not say."""
    store = service.records.conversations
    found = await asyncio.to_thread(store.shared, caller.id, share_id)
    if found is None or found[0].shared_at is None:
        raise NotFoundError(
            "There is no such shared conversation.", "It may be shared no longer, or be deleted."
        )
    record, turns = found
    return schemas.SharedConversation(
        title=record.title,
        shared_at=found[0].shared_at,
        turns=[turn_view(turn, caller) for turn in turns],
    )
