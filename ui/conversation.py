"""One conversation on the page: what was asked and what has come back so far."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.api.schemas import chat_schemas as schemas
from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    Feedback,
    Message,
)
from assistant.client import ChatEvent
from assistant.codes import Language, Rating
from ui.client import ChatError

#: How many earlier messages go along with a question.
HISTORY_LENGTH = 10


#: ``auto`` is the question's own language.
ReplyChoice = Literal["auto", "ko", "ar", "en"]


@dataclass(frozen=True)
class AskOptions:
    """How a question is asked.

    Attributes:
        page: The page's language, for questions that show none; None for the service's own way.
        chosen: The language that the reader has chosen for replies.
        document_ids: Where the answer is looked for; None for all documents.
    """

    page: Language | None = None
    chosen: ReplyChoice = "auto"
    document_ids: Sequence[str] | None = None


AS_IT_IS = AskOptions()


@dataclass
class ShownTurn:
    """A question and the reply to it as far as it has come.

    Attributes:
        question: What was asked.
        key: Names the turn on the page, and nobody can guess it.
        reply_id: The service's name for the reply, as soon as it is known.
        replaces: The stored reply that it was asked in the place of.
        withheld: Whether there is a stored reply that may not be shown any more.
        feedback: What the reader thinks of the reply.
    """

    question: str
    key: str = field(default_factory=lambda: secrets.token_hex(12))
    reply_id: str | None = None
    replaces: str | None = None
    evidence: EvidenceEvent | None = None
    sentences: list[str] = field(default_factory=list)
    reply: ChatResponse | None = None
    failure: ChatError | None = None
    stopped: bool = False
    withheld: bool = False
    feedback: Feedback | None = None

    @property
    def rating(self) -> Rating | None:
        """Whether the reader thinks the reply good."""
        return self.feedback.rating if self.feedback else None

    @property
    def pending(self) -> bool:
        """Whether more of the reply may come."""
        over = self.reply or self.failure or self.stopped or self.withheld
        return not over

    @property
    def stands_for(self) -> str | None:
        """The stored reply that goes, with all behind it, when this is asked anew. The service
        takes a question back whose reply failed, and what that was to replace is there again; one
        whose reply broke off stays."""
        kept = self.failure is None or self.failure.kind == "interrupted"
        return (self.reply_id if kept else None) or self.replaces

    def receive(self, event: ChatEvent) -> None:
        """Take in the next event of the reply."""
        if isinstance(event, ChatResponse):
            self.reply, self.reply_id = event, event.id
        elif isinstance(event, EvidenceEvent):
            self.evidence, self.reply_id = event, event.id
        else:
            self.sentences.append(event.text)


@dataclass
class ShownConversation:
    """All turns of a conversation.

    Attributes:
        id: The service's name for it; empty before the first question. Chosen here, so that it
            is known before the first reply, and not earlier, as pages begin as copies of one.
        turns: The oldest first.
    """

    id: str = ""
    turns: list[ShownTurn] = field(default_factory=list)

    @classmethod
    def stored(
        cls, found: schemas.Conversation, shown: ShownConversation | None = None
    ) -> ShownConversation:
        """A conversation as the service has it; turns that are shown already keep their keys, so
        that what was just clicked is still found."""
        keys = {turn.reply_id: turn.key for turn in shown.turns} if shown else {}
        turns = [
            ShownTurn(
                turn.question,
                key=keys.get(turn.reply_id) or secrets.token_hex(12),
                reply_id=turn.reply_id,
                reply=turn.reply,
                stopped=turn.unfinished,
                withheld=turn.reply is None and not turn.unfinished,
                feedback=turn.feedback,
            )
            for turn in found.turns
        ]
        return cls(found.id, turns)

    @property
    def busy(self) -> bool:
        """Whether the last reply is still on its way."""
        return bool(self.turns) and self.turns[-1].pending

    def begin(
        self,
        question: str,
        user: str | None,
        options: AskOptions = AS_IT_IS,
        instead_of: ShownTurn | None = None,
    ) -> tuple[ShownTurn, ChatRequest]:
        """Add a turn for ``question``, in the place of another and of what came after it where one
        is given, and return it with the request to send."""
        at = self.turns.index(instead_of) if instead_of else len(self.turns)
        given_up = self.turns[at:]
        if not given_up and self.turns and self.turns[-1].failure:
            given_up = self.turns[-1:]  # which stays on the page, while what it replaced is gone
        replaces = next((name for turn in given_up if (name := turn.stands_for)), None)
        del self.turns[at:]
        self.id = self.id or f"conversation-{secrets.token_hex(16)}"
        request = ChatRequest(
            messages=[*self._history(), Message(role="user", content=question)],
            language=options.chosen,
            default_language=options.page,
            collections=None,
            document_ids=None if options.document_ids is None else list(options.document_ids),
            stream=True,
            conversation_id=self.id,
            replaces=replaces,
            user=user,
        )
        turn = ShownTurn(question, replaces=replaces)
        self.turns.append(turn)
        return turn, request

    def turn(self, key: str) -> ShownTurn | None:
        """The turn of this key, or None."""
        return next((turn for turn in self.turns if turn.key == key), None)

    def lost_question(self) -> str:
        """The last question if it failed, else an empty string."""
        return self.turns[-1].question if self.turns and self.turns[-1].failure else ""

    def _history(self) -> list[Message]:
        messages: list[Message] = []
        for turn in self.turns:
            if turn.reply:
                messages.append(Message(role="user", content=turn.question))
                messages.append(Message(role="assistant", content=plain_answer(turn.reply)))
        return messages[-HISTORY_LENGTH:]


def plain_answer(reply: ChatResponse) -> str:
    """The answer without its citation marks."""
    answer = reply.answer
    for citation in reply.citations:
        answer = re.sub(rf"[ \t]*\[{citation.number}\]", "", answer)
    return answer.strip()
