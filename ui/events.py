"""What the chat page does when somebody uses it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import gradio as gr

from assistant.api.schemas.chat_schemas import Conversation, Feedback, FeedbackRequest
from assistant.client import endpoints
from assistant.codes import Rating, Reason
from ui.client import ChatClient, ChatError
from ui.conversation import ShownConversation, ShownTurn
from ui.library import Library
from ui.live import LiveReplies
from ui.page import Page, Updates, Visit
from ui.starters import Starters
from ui.texts import LANGUAGES, choose_language
from ui.visitor import LANGUAGE_COOKIE, visitor

#: How many works may be chosen: their ids stand in the page's address.
MOST_WORKS = 100


class Events:
    """The handlers of the page's events, over the service and the replies on their way."""

    def __init__(self, page: Page, client: ChatClient, live: LiveReplies, library: Library) -> None:
        self._page = page
        self._client = client
        self._live = live
        self._library = library
        self._starters = Starters(client, library)

    async def open(self, visit: Visit, request: gr.Request) -> Updates:
        """Show the page in the reader's language, with the conversation that the address names."""
        cookies, query = dict(request.cookies), dict(request.query_params)
        visit.user = visitor(cookies)
        visit.language = choose_language(
            query.get("lang"),
            cookies.get(LANGUAGE_COOKIE),
            request.headers.get("accept-language", ""),
        )
        if named := query.get("conversation"):
            await self._pick(visit, named)
        await self._list(visit)
        await self._look_in(visit, query.get("documents", "").split(","))
        with suppress(ChatError):  # Without the service there is nothing to be too long for.
            visit.limit = (await self._client.send(endpoints.limits())).max_question_chars
        return self._page.everything(visit)

    async def ask(self, question: str, visit: Visit, request: gr.Request) -> Updates:
        """Send the question; the page's script follows the reply as it comes."""
        visit.user = visitor(dict(request.cookies))
        # Another tab may have asked in the same conversation.
        live = self._live.conversation(visit.conversation.id, visit.user)
        visit.conversation = live or visit.conversation
        asked = self._ask(question, visit)
        return self._page.conversation(visit) | ({self._page.question: ""} if asked else {})

    def _ask(self, question: str, visit: Visit, instead_of: ShownTurn | None = None) -> bool:
        """Send a question, in the place of a turn where one is given; whether it was sent."""
        question, visit.error = question.strip(), None
        if not question or visit.conversation.busy:
            return False
        if visit.limit is not None and len(question) > visit.limit:
            visit.error = ChatError("too_long")
            return False
        self._live.start(visit.conversation, question, visit.user, visit.options, instead_of)
        return True

    async def stop(self, visit: Visit) -> Updates:
        """Keep what has come of the reply."""
        if visit.conversation.busy:
            turn = visit.conversation.turns[-1]
            self._live.stop(turn.key, visit.user)
            if turn.reply_id is None:
                turn.reply_id = await self._name_of_the_last(visit)
        return self._page.conversation(visit)

    async def _name_of_the_last(self, visit: Visit) -> str | None:
        """What the service calls the last reply of the conversation, of which nothing has come."""
        with suppress(ChatError):
            found = await own_conversation(self._client, visit.user, visit.conversation.id)
            last = found.turns[-1]
            if last.unfinished and last.question == visit.conversation.turns[-1].question:
                return last.reply_id
        return None

    async def new(self, visit: Visit) -> Updates:
        """Begin another conversation; a reply on its way is finished and stored."""
        visit.conversation, visit.error = ShownConversation(), None
        return self._page.conversation(visit)

    async def search(self, text: str, visit: Visit) -> Updates:
        """List the conversations that contain a text."""
        visit.search = " ".join(text.split())[:200]
        await self._list(visit)
        return {self._page.conversations: self._page.list(visit)}

    async def act(
        self, draft: str, visit: Visit, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """What a button in the page's own HTML stands for."""
        data: dict[str, Any] = event._data or {}
        value = str(data.get("value", ""))
        visit.user, visit.error = visitor(dict(request.cookies)), None
        try:
            match data.get("act"):
                case "language":
                    visit.language = choose_language(value, None, "")
                    await self._begin_with(visit)
                    return self._page.everything(visit)
                case "answer-in":
                    visit.chosen = next((code for code in LANGUAGES if code == value), "auto")
                    return {self._page.question: gr.skip()}
                case "choose":
                    await self._look_in(visit, value.split(","))
                    return self._page.scope(visit)
                case "ask":
                    return await self.ask(value, visit, request)
                case "retry" | "edit":
                    if turn := visit.conversation.turn(value):
                        self._ask(str(data.get("text", turn.question)), visit, turn)
                    return self._page.conversation(visit)
                case "finished":
                    return await self._finished(draft, visit)
                case "good" | "feedback" | "take-back":
                    return await self._rate(value, data, visit)
                case "new":
                    visit.conversation = ShownConversation()
                case "pick":
                    await self._pick(visit, value)
                case "sync" if visit.conversation.id:
                    await self._sync(visit)
                case "rename" if title := " ".join(str(data.get("text", "")).split())[:200]:
                    await own_conversation(self._client, visit.user, value)
                    await self._client.send(endpoints.rename_conversation(value, title))
                case "delete":
                    await own_conversation(self._client, visit.user, value)
                    await self._client.send(endpoints.delete_conversation(value))
                    self._live.forget(visit.user, value)
                    if visit.conversation.id == value:
                        visit.conversation = ShownConversation()
                case "delete-all" if visit.user:
                    await self._client.send(endpoints.delete_user(visit.user))
                    self._live.forget(visit.user)
                    visit.conversation = ShownConversation()
        except ChatError as error:
            visit.error = error
        await self._list(visit)
        return self._page.conversation(visit)

    async def _finished(self, draft: str, visit: Visit) -> Updates:
        """The reply is complete and shown: what is around it follows."""
        await self._list(visit)
        updates = self._page.controls(visit)
        updates[self._page.conversations] = self._page.list(visit)
        if not draft.strip() and (lost := visit.conversation.lost_question()):
            updates[self._page.question] = lost
        return updates

    async def _rate(self, key: str, data: dict[str, Any], visit: Visit) -> Updates:
        """Give feedback in the place of what was given before, or take that back."""
        turn = visit.conversation.turn(key)
        if not (turn and turn.reply):
            return {self._page.transcript: self._page.shown(visit)}
        feedback: Feedback | None = None
        if data["act"] != "take-back":
            rating: Rating = "up" if data["act"] == "good" else "down"
            reason: Reason | None = data.get("reason")
            comment = str(data.get("comment") or "").strip()[:4000] or None
            given = FeedbackRequest(
                reply_id=turn.reply.id,
                rating=rating,
                reason=reason,
                comment=comment,
                user=visit.user,
            )
            feedback = await self._client.send(endpoints.give_feedback(given))
        if turn.feedback:
            await self._client.send(endpoints.take_back_feedback(turn.feedback.id))
        turn.feedback = feedback
        return {self._page.transcript: self._page.shown(visit)}

    async def _look_in(self, visit: Visit, document_ids: Sequence[str]) -> None:
        """Ask about the works of these documents from now on, or about all where there are none."""
        with suppress(ChatError):  # Without the service there is nothing to choose from.
            visit.works = (await self._library.named(document_ids))[:MOST_WORKS]
        await self._begin_with(visit)

    async def _begin_with(self, visit: Visit) -> None:
        """Find questions to begin with, for what is asked about."""
        visit.starters = ()
        with suppress(ChatError):  # Then those stand there that every page has.
            works = await self._library.works()
            visit.covered = len(works)
            visit.starters = await self._starters.about(visit.works or works, visit.language)

    async def _list(self, visit: Visit) -> None:
        visit.list_error = None
        if visit.user is None:
            return
        try:
            listing = endpoints.conversations(visit.user, visit.search or None)
            found = await self._client.send(listing)
            visit.listed = found.conversations
        except ChatError as error:
            visit.list_error = error

    async def _pick(self, visit: Visit, name: str) -> None:
        """Show a conversation of this browser's; one whose reply is on its way goes on."""
        try:
            live = self._live.conversation(name, visit.user)
            visit.conversation = live or ShownConversation.stored(
                await own_conversation(self._client, visit.user, name), visit.conversation
            )
        except ChatError as error:
            visit.error = error
            if error.kind == "gone":
                visit.conversation = ShownConversation()

    async def _sync(self, visit: Visit) -> None:
        """Show what another tab has made of the conversation."""
        before = visit.conversation
        listed = any(known.id == before.id for known in visit.listed)
        await self._pick(visit, before.id)
        if visit.error and visit.error.kind == "gone":
            visit.error = None
            # Deleted there, unless the service keeps no conversations at all.
            visit.conversation = ShownConversation() if listed else before


async def own_conversation(client: ChatClient, user: str | None, name: str) -> Conversation:
    """A stored conversation, if it is this browser's: the page's key sees those of all browsers.

    Raises:
        ChatError: There is none of this name, or it is another browser's.
    """
    if not all(c.isascii() and (c.isalnum() or c in "._:-") for c in name) or ".." in name:
        raise ChatError("gone")
    found = await client.send(endpoints.conversation(name))
    if user is None or found.user != user:
        raise ChatError("gone")
    return found
