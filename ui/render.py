"""The conversation as HTML.

Whatever comes from a document, a person or the service goes through `html.escape` here; the page
shows the result as it is, without Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from assistant.api.schemas import (
    ChatResponse,
    Citation,
    Direction,
    LanguageCode,
    NearestDocument,
    Outcome,
)
from ui.client import ChatError
from ui.conversation import Turn, plain_answer
from ui.texts import Texts, direction_of


def transcript(turns: Sequence[Turn], texts: Texts) -> str:
    """All turns, the oldest first, with the page's own words from ``texts``."""
    body = "".join(_turn(turn, f"turn-{index}", texts) for index, turn in enumerate(turns, 1))
    # Gradio marks everything as left-to-right, so that whatever is shown needs its own direction.
    return (
        f'<div class="transcript" role="log" lang="{texts.language}" dir="{texts.direction}">'
        f"{body}</div>"
    )


def _turn(turn: Turn, anchor: str, texts: Texts) -> str:
    question = (
        f'<div class="question"><span class="visually-hidden">{escape(texts.question)}: </span>'
        f'<p dir="auto">{escape(turn.question)}</p></div>'
    )
    if turn.failure:
        answer = failure(turn.failure, texts)
    elif turn.reply:
        answer = reply(turn.reply, anchor, texts)
    else:
        answer = _unfinished(turn, anchor, texts)
    return (
        f'<article class="turn" id="{anchor}">{question}<div class="reply">{answer}</div></article>'
    )


def reply(response: ChatResponse, anchor: str, texts: Texts) -> str:
    """A complete reply: outcome, answer, notice, evidence and nearest documents.

    Args:
        response: The reply.
        anchor: Start of the ids of its quote cards, unique on the page.
        texts: The page's own words.
    """
    language, direction = response.answer_language, response.direction
    answer = ""
    if not _repeats_its_quotes(response):
        answer = answer_text(
            response.answer, response.citations, language, direction, anchor, texts
        )
    notice = ""
    if response.notice:
        notice = (
            f'<p class="notice" lang="{language}" dir="{direction}">{escape(response.notice)}</p>'
        )
    return (
        outcome_badge(response.outcome, texts)
        + answer
        + notice
        + evidence(response.citations, anchor, texts)
        + nearest_documents(response.nearest_documents, texts)
    )


def failure(error: ChatError, texts: Texts) -> str:
    """What went wrong and what to do, with the service's own words if it sent any."""
    detail = f'<p class="detail" dir="auto">{escape(error.detail)}</p>' if error.detail else ""
    message = escape(texts.failures[error.kind])
    return f'<div class="failure" role="alert"><p>{message}</p>{detail}</div>'


def outcome_badge(outcome: Outcome, texts: Texts) -> str:
    """The outcome in plain words."""
    return f'<p class="outcome {outcome}">{escape(texts.outcomes[outcome])}</p>'


def answer_text(
    answer: str,
    citations: Sequence[Citation],
    language: LanguageCode,
    direction: Direction,
    anchor: str,
    texts: Texts,
) -> str:
    """The answer in its own language and direction, its citation marks linked to the cards."""
    numbers = {citation.number for citation in citations}

    def link(mark: re.Match[str]) -> str:
        number = int(mark[1])
        if number not in numbers:
            return mark[0]
        label = escape(texts.citation.format(number=number))
        return (
            f'<a class="citation" href="#{anchor}-evidence-{number}" aria-label="{label}">'
            f"[{number}]</a>"
        )

    linked = re.sub(r"\[(\d{1,4})\]", link, escape(answer), flags=re.ASCII)
    paragraphs = "".join(f"<p>{part}</p>" for part in linked.splitlines() if part.strip())
    return f'<div class="answer" lang="{language}" dir="{direction}">{paragraphs}</div>'


def evidence(citations: Sequence[Citation], anchor: str, texts: Texts) -> str:
    """The quote cards under their heading; nothing if there are none."""
    if not citations:
        return ""
    cards = "".join(
        f"<li>{quote_card(citation, anchor, texts)}</li>"
        for citation in sorted(citations, key=lambda citation: citation.number)
    )
    heading = escape(texts.evidence)
    return f'<section class="evidence"><h3>{heading}</h3><ol class="cards">{cards}</ol></section>'


def quote_card(citation: Citation, anchor: str, texts: Texts) -> str:
    """One citation: number, title, place in the document, language and the verbatim quote."""
    language, direction = citation.language, direction_of(citation.language)
    place = [f'<bdi lang="{language}">{escape(citation.locator)}</bdi>'] if citation.locator else []
    if citation.page is not None:
        place.append(f"<span>{escape(texts.page.format(page=citation.page))}</span>")
    place.append(f'<span class="language">{escape(texts.languages[language])}</span>')
    return (
        f'<figure class="quote-card" id="{anchor}-evidence-{citation.number}" tabindex="-1">'
        f'<figcaption><span class="number">{citation.number}</span>'
        f'<bdi class="title" lang="{language}">{escape(citation.title)}</bdi>'
        f'<span class="place">{"".join(place)}</span></figcaption>'
        f'<blockquote lang="{language}" dir="{direction}">{escape(citation.quote)}</blockquote>'
        "</figure>"
    )


def nearest_documents(documents: Sequence[NearestDocument], texts: Texts) -> str:
    """Where the reader may look when the documents do not answer; nothing if there are none."""
    if not documents:
        return ""
    items = "".join(
        f'<li><bdi lang="{document.language}">{escape(document.title)}</bdi> '
        f'<span class="language">{escape(texts.languages[document.language])}</span></li>'
        for document in documents
    )
    return (
        f'<section class="nearest"><h3>{escape(texts.nearest_documents)}</h3>'
        f"<ul>{items}</ul></section>"
    )


def _unfinished(turn: Turn, anchor: str, texts: Texts) -> str:
    parts: list[str] = []
    if turn.stopped:
        status = texts.stopped
    else:
        status = texts.answering if turn.evidence else texts.searching
    busy = "" if turn.stopped else " busy"
    parts.append(f'<p class="status{busy}" role="status">{escape(status)}</p>')
    if turn.evidence:
        found = turn.evidence
        if turn.sentences:
            text = " ".join(turn.sentences)
            parts.append(
                answer_text(
                    text, found.citations, found.answer_language, found.direction, anchor, texts
                )
            )
        parts.append(evidence(found.citations, anchor, texts))
    return "".join(parts)


def _repeats_its_quotes(response: ChatResponse) -> bool:
    """Whether a `quoted` answer says nothing but what its cards show anyway."""
    if response.outcome != "quoted":
        return False
    rest = plain_answer(response)
    for quote in sorted((citation.quote for citation in response.citations), key=len, reverse=True):
        rest = rest.replace(quote, "")
    return not re.search(r"\w", rest)
