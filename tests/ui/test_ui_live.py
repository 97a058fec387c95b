"""A reply does not depend on the page that asked for it."""

from __future__ import annotations

import asyncio
import threading

from fake_service import FakeService

from assistant.api.schemas.chat_schemas import ChatResponse, EvidenceEvent
from ui.client import ChatClient
from ui.conversation import ShownConversation, ShownTurn
from ui.live import LiveReplies


def test_two_pages_follow_one_reply_and_a_late_one_sees_all_of_it(
    service: FakeService, evidence: EvidenceEvent, reply: ChatResponse
) -> None:
    last = threading.Event()
    service.scripts = [[evidence, last, reply]]

    async def run() -> tuple[ShownTurn, list[bool]]:
        live = LiveReplies(ChatClient(service.url))
        conversation = ShownConversation()
        turn = live.start(conversation, "?", "ui-1")
        found = live.find(turn.key, "ui-1")
        assert found is not None
        assert live.find(turn.key, "ui-2") is None
        assert live.conversation(conversation.id, "ui-1") is conversation
        first = live.follow(found)
        while (await anext(first)).evidence is None:
            pass
        await first.aclose()  # The first page goes away; the reply comes all the same.
        last.set()
        seen = [t.pending async for t in live.follow(found)]
        return turn, seen

    turn, seen = asyncio.run(run())
    assert turn.reply == reply
    assert seen[-1] is False


def test_a_stopped_reply_ends_the_request(service: FakeService, evidence: EvidenceEvent) -> None:
    service.scripts = [[evidence, threading.Event()]]

    async def run() -> ShownTurn:
        live = LiveReplies(ChatClient(service.url))
        turn = live.start(ShownConversation(), "?", None)
        found = live.find(turn.key, None)
        assert found is not None
        async for seen in live.follow(found):
            if seen.evidence:
                live.stop(turn.key, None)
        return turn

    turn = asyncio.run(run())
    assert turn.stopped
    assert turn.evidence
    assert service.disconnected.wait(5)
