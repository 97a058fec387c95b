"""One person's conversation on the page: what was asked and what has come back so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.api.schemas import ChatRequest, ChatResponse, EvidenceEvent, LanguageCode, Message
from ui.client import ChatError, ChatEvent

#: How many earlier messages go along with a question.
HISTORY_LENGTH = 10


@dataclass
class Turn:
    """A question and the reply to it as far as it has come."""

    question: str
    evidence: EvidenceEvent | None = None
    sentences: list[str] = field(default_factory=list)
    reply: ChatResponse | None = None
    failure: ChatError | None = None
    stopped: bool = False

    @property
    def pending(self) -> bool:
        """Whether more of the reply may come."""
        return self.reply is None and self.failure is None and not self.stopped

    def receive(self, event: ChatEvent) -> None:
        """Take in the next event of the reply."""
        if isinstance(event, ChatResponse):
            self.reply = event
        elif isinstance(event, EvidenceEvent):
            self.evidence = event
        else:
            self.sentences.append(event.text)


@dataclass
class Conversation:
    """All turns of one page, and the language that the page is in."""

    language: LanguageCode = "en"
    turns: list[Turn] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether the last reply is still on its way."""
        return bool(self.turns) and self.turns[-1].pending

    def begin(self, question: str) -> tuple[Turn, ChatRequest]:
        """Add a turn for ``question``, and return it with the request to send."""
        replies = [turn.reply for turn in self.turns if turn.reply]
        request = ChatRequest(
            messages=[*self._history(), Message(role="user", content=question)],
            language="auto",
            collections=None,
            stream=True,
            conversation_id=replies[-1].conversation_id if replies else None,
        )
        turn = Turn(question)
        self.turns.append(turn)
        return turn, request

    def stop(self) -> None:
        """Keep what the last reply has brought and expect no more of it."""
        if self.busy:
            self.turns[-1].stopped = True

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
