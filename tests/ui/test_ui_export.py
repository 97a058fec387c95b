"""A conversation that is taken along has everything in it, and nothing but text."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from fake_service import NOW
from markdown_it import MarkdownIt

from assistant.api.schemas.chat_schemas import ChatResponse, Conversation, ConversationTurn
from assistant.codes import Language
from ui.markdown import as_markdown
from ui.texts import LANGUAGES, load_texts
from ui.word import as_word

ATTACKS = [
    "<script>alert(1)</script>",
    "**bold** _it_ `code` ~~gone~~",
    "[x](javascript:alert(1)) ![y](http://evil.example/y.png)",
    "[x]: http://evil.example",
    "# heading",
    "- item",
    "1. item",
    "| a | b |",
    "---",
    "> quote",
    "&lt;b&gt;",
    "back\\slash \\*",
    "```",
    "\x0b\x01 control",
]


def conversation(*replies: ChatResponse | None, question: str = "질문입니까?") -> Conversation:
    turns = [
        ConversationTurn(reply_id=f"r{n}", question=question, reply=reply, created_at=NOW)
        for n, reply in enumerate(replies)
    ]
    return Conversation(id="c", user="u", title="제목", created_at=NOW, updated_at=NOW, turns=turns)


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_reads_everything_as_the_text_it_is(attack: str, reply: ChatResponse) -> None:
    citation = reply.citations[0].model_copy(update={"title": attack, "quote": attack})
    hostile = reply.model_copy(update={"answer": attack, "citations": [citation], "notice": attack})
    text = as_markdown(conversation(hostile, question=attack), load_texts("en")).decode()
    tokens = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(text)
    inline = [token for token in tokens if token.type == "inline"]
    read = ["".join(c.content for c in token.children or []) for token in inline]
    assert {c.type for token in inline for c in token.children or []} == {
        "text",
        "text_special",
    } or {c.type for token in inline for c in token.children or []} == {"text"}
    assert read.count(" ".join(attack.split())) == 4
    assert {t.type for t in tokens if t.nesting >= 0} <= {
        "heading_open", "paragraph_open", "blockquote_open", "inline",
    }  # fmt: skip


def test_what_people_read_has_no_backslashes_and_no_character_references(
    reply: ChatResponse,
) -> None:
    plain = "- (b) 3.0 out of 4.3, 2026-03-01; R&D [1] 100% (see Article 3)!"
    citation = reply.citations[0].model_copy(update={"quote": plain})
    told = reply.model_copy(update={"answer": plain[2:], "citations": [citation]})
    text = as_markdown(conversation(told), load_texts("en")).decode()
    assert plain[2:] in text
    assert "\\" not in text.replace(plain, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_export_has_title_day_questions_answers_and_sources(
    language: Language, reply: ChatResponse
) -> None:
    texts = load_texts(language)
    talk = conversation(reply, None)
    text = as_markdown(talk, texts).decode()
    word = [paragraph.text for paragraph in paragraphs(talk, language)]
    assert text.startswith("# 제목\n\n")
    for said in (
        texts.day(NOW),
        "질문입니까?",
        texts.outcomes["answered"],
        reply.answer,
        texts.evidence,
        texts.on_pages(4),
        "[2] لائحة برنامج",
        "dual-degree.ar.md",
        "② 매년 24명을 선발하며",
        texts.reply.withheld,
    ):
        assert said in text
        assert any(said in paragraph for paragraph in word), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_paragraph_of_a_word_file_runs_in_its_own_direction(
    language: Language, reply: ChatResponse
) -> None:
    for paragraph in paragraphs(conversation(reply), language):
        first = next(run for run in paragraph.runs if run.text.strip("[]0123456789 "))
        arabic = any("\u0600" <= letter <= "\u06ff" for letter in first.text)
        assert (paragraph._p.pPr.find(qn("w:bidi")) is not None) == arabic, paragraph.text
        assert bool(first.font.rtl) == arabic


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_word_file_can_hold_whatever_was_said(attack: str, reply: ChatResponse) -> None:
    hostile = reply.model_copy(update={"answer": attack})
    assert paragraphs(conversation(hostile, question=attack), "ar")


def paragraphs(talk: Conversation, language: Language) -> list[Any]:
    return list(Document(io.BytesIO(as_word(talk, load_texts(language)))).paragraphs)
