"""What a conversation has in it when it is taken along: line by line, in whatever format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.api.schemas.chat_schemas import ChatResponse, Citation, Conversation
from assistant.codes import Language
from ui.texts import Texts

LineKind = Literal["title", "note", "question", "outcome", "answer", "heading", "source", "quote"]


@dataclass(frozen=True)
class Part:
    """Words of a line in one language.

    Attributes:
        text: One line.
        language: None for what a person wrote, which may be in any.
    """

    text: str
    language: Language | None = None


@dataclass(frozen=True)
class ExportedLine:
    """A paragraph. The direction of the first of its parts is its own."""

    kind: LineKind
    parts: Sequence[Part]


def title_of(conversation: Conversation, texts: Texts) -> str:
    """What a conversation is called."""
    return " ".join((conversation.title or texts.saved_as).split())


def lines(conversation: Conversation, texts: Texts) -> Iterator[ExportedLine]:
    """Title, day, and each question with its reply and the sources of that."""
    here = texts.language
    yield ExportedLine("title", [Part(title_of(conversation, texts))])
    asked = texts.day(conversation.created_at), texts.time(conversation.created_at)
    yield ExportedLine("note", [Part(" · ".join(asked), here)])
    for turn in conversation.turns:
        yield ExportedLine("question", [Part(" ".join(turn.question.split()))])
        if turn.reply:
            yield from _reply(turn.reply, texts)
        else:
            said = texts.stopped if turn.unfinished else texts.reply.withheld
            yield ExportedLine("outcome", [Part(said, here)])


def _reply(reply: ChatResponse, texts: Texts) -> Iterator[ExportedLine]:
    yield ExportedLine("outcome", [Part(texts.outcomes[reply.outcome], texts.language)])
    for text in _each(reply.answer):
        yield ExportedLine("answer", [Part(text, reply.answer_language)])
    for text in _each(reply.notice or ""):
        yield ExportedLine("note", [Part(text, reply.answer_language)])
    if reply.citations:
        yield ExportedLine("heading", [Part(texts.evidence, texts.language)])
    for citation in sorted(reply.citations, key=lambda c: c.number):
        yield ExportedLine("source", _place(citation, texts))
        for text in _each(citation.quote):
            yield ExportedLine("quote", [Part(text, citation.language)])
        if citation.translation:
            yield ExportedLine("note", [Part(citation.translation, reply.answer_language)])


def _place(citation: Citation, texts: Texts) -> list[Part]:
    """Number and title; where in the document; its page, language and file."""
    own = citation.language
    places = [
        Part(f"[{citation.number}] {citation.title}", own),
        Part(citation.locator, own),
        Part(texts.on_pages(citation.page) if citation.page is not None else "", texts.language),
        Part(texts.languages[own], texts.language),
        Part(citation.source),
    ]
    return [Part(" ".join(p.text.split()), p.language) for p in places if p.text]


def _each(text: str) -> Iterator[str]:
    yield from (" ".join(line.split()) for line in text.splitlines() if line.strip())
