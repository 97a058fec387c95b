"""``/v1/users/{user}/data``: a person's right to see and to delete what is stored of them."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from assistant.api.access import Caller
from assistant.api.dependencies import ChatCaller, ServiceDep
from assistant.api.routes.conversations import feedback_view, whole
from assistant.api.schemas import chat_schemas as schemas

router = APIRouter(prefix="/v1/users", tags=["Personal data"])


# A user may be called by the address of a single sign-on.
@router.get("/{user:path}/data")
async def export(user: schemas.UserId, service: ServiceDep, caller: ChatCaller) -> schemas.UserData:
    """Everything that was stored of a user with this key; with scope admin, with any key."""
    records, owner = service.records, _owner(caller)
    conversations = await asyncio.to_thread(records.conversations.of_user, user, owner)
    feedback = await asyncio.to_thread(records.feedback.of_user, user, owner)
    return schemas.UserData(
        user=user,
        conversations=[whole(record, turns, caller, {}) for record, turns in conversations],
        feedback=[feedback_view(record) for record in feedback],
    )


@router.delete("/{user:path}/data")
async def delete(
    user: schemas.UserId, service: ServiceDep, caller: ChatCaller
) -> schemas.DeletedData:
    """Delete everything that was stored of a user with this key; with scope admin, with any."""
    records, owner = service.records, _owner(caller)
    conversations = await asyncio.to_thread(records.conversations.delete_user, user, owner)
    feedback = await asyncio.to_thread(records.feedback.delete_user, user, owner)
    return schemas.DeletedData(conversations=conversations, feedback=feedback)


def _owner(caller: Caller) -> str | None:
    return None if caller.may("admin") else caller.id
