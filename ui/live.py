"""Replies on their way: asked for by this process and followed by as many pages as like.

The reply does not depend on the page that asked: a reader whose connection breaks, or who loads
the page anew, finds it again, as far as it has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from cachetools import TTLCache

from assistant.api.schemas.chat_schemas import ChatRequest, ChatResponse
from ui.client import ChatClient, ChatError
from ui.conversation import AS_IT_IS, AskOptions, ShownConversation, ShownTurn
from ui.pace import Pace

#: Replies that are remembered, and for how many seconds.
_KEPT, _SECONDS = 2000, 1800.0
#: Seconds between two signs of life to a page that follows a reply.
SIGN_OF_LIFE = 10.0


@dataclass
class LiveReply:
    """A reply that this process asked for.

    Attributes:
        conversation: What it is part of.
        turn: What has come of it.
        user: The browser that asked.
    """

    conversation: ShownConversation
    turn: ShownTurn
    user: str | None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Wake whoever follows."""
        self.changed.set()
        self.changed = asyncio.Event()


class LiveReplies:
    """Asks the service, and keeps what comes.

    Attributes:
        pace: How long replies take.
    """

    def __init__(self, client: ChatClient) -> None:
        self._client = client
        self.pace = Pace()
        self._replies: TTLCache[str, LiveReply] = TTLCache(_KEPT, _SECONDS)
        self._conversations: TTLCache[tuple[str | None, str], ShownConversation] = TTLCache(
            _KEPT, _SECONDS
        )

    def start(
        self,
        conversation: ShownConversation,
        question: str,
        user: str | None,
        options: AskOptions = AS_IT_IS,
        instead_of: ShownTurn | None = None,
    ) -> ShownTurn:
        """Ask a question as the conversation's next, or in the place of one of its turns; the new
        turn fills by itself."""
        turn, request = conversation.begin(question, user, options, instead_of)
        live = LiveReply(conversation, turn, user)
        self._replies[turn.key] = live
        self._conversations[user, conversation.id] = conversation
        live.task = asyncio.get_running_loop().create_task(self._receive(live, request))
        return turn

    def find(self, key: str, user: str | None) -> LiveReply | None:
        """A reply that this browser asked for, or None."""
        live = self._replies.get(key)
        return live if live and live.user == user else None

    def conversation(self, conversation_id: str, user: str | None) -> ShownConversation | None:
        """A conversation of this browser's of which there is more to show than the service has
        stored: a reply on its way, or what had come of one that was stopped or failed."""
        found = self._conversations.get((user, conversation_id))
        more = found and any(t.pending or t.stopped or t.failure for t in found.turns)
        return found if more else None

    def forget(self, user: str | None, conversation_id: str | None = None) -> None:
        """Forget a conversation of this browser's that was deleted, or all of them."""
        for known in list(self._conversations):
            if known[0] == user and conversation_id in (None, known[1]):
                del self._conversations[known]

    def stop(self, key: str, user: str | None) -> None:
        """Keep what has come of a reply, and end the request."""
        live = self.find(key, user)
        if live and live.turn.pending:
            live.turn.stopped = True
            if live.task:
                live.task.cancel()
            live.notify()

    async def follow(self, live: LiveReply) -> AsyncGenerator[ShownTurn, None]:
        """The turn now and whenever it has changed, until it is complete."""
        while True:
            changed = live.changed
            yield live.turn
            if not live.turn.pending:
                return
            try:
                async with asyncio.timeout(SIGN_OF_LIFE):
                    await changed.wait()
            except TimeoutError:
                continue

    async def _receive(self, live: LiveReply, request: ChatRequest) -> None:
        try:
            async with aclosing(self._client.ask(request)) as events:
                async for event in events:
                    live.turn.receive(event)
                    if isinstance(event, ChatResponse):
                        self.pace.add(event)
                    live.notify()
        except ChatError as error:
            live.turn.failure = error
        finally:
            live.notify()
