"""A conversation as Markdown, to keep or to pass on."""

from __future__ import annotations

import re

from assistant.api.schemas.chat_schemas import ChatResponse
from ui.conversation import ShownConversation
from ui.texts import Texts

#: What Markdown or HTML would read as more than text.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def export(conversation: ShownConversation, title: str, texts: Texts) -> str:
    """The questions and replies of a conversation with their evidence."""
    parts = [f"# {_plain(title)}"]
    for turn in conversation.turns:
        parts.append(f"## {texts.question}: {_plain(turn.question)}")
        if turn.reply:
            parts += _reply(turn.reply, texts)
        elif turn.withheld:
            parts.append(texts.reply.withheld)
    return "\n\n".join(parts) + "\n"


def _reply(reply: ChatResponse, texts: Texts) -> list[str]:
    parts = [f"*{texts.outcomes[reply.outcome]}*"]
    parts += [_plain(line) for line in reply.answer.splitlines() if line.strip()]
    if reply.citations:
        parts.append(f"### {texts.evidence}")
    for citation in reply.citations:
        place = [f"**[{citation.number}] {_plain(citation.title)}**", _plain(citation.locator)]
        if citation.page is not None:
            place.append(texts.on_pages(citation.page))
        quote = "\n> ".join(_plain(line) for line in citation.quote.splitlines())
        parts.append(" · ".join(part for part in place if part))
        parts.append(f"> {quote}")
    return parts


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
