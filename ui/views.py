"""What the pages show, as HTML from the templates.

Whatever comes from a document, a person or the service is escaped by Jinja; the page shows the
result as it is, without Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    Conversation,
    ConversationSummary,
    ConversationTurn,
    PassageView,
    SharedConversation,
)
from assistant.api.schemas.document_schemas import DocumentSummary
from assistant.api.schemas.reader_schemas import PassageContext, ReplyRecord
from assistant.codes import Language
from ui.client import ChatError
from ui.conversation import ShownConversation, ShownTurn, plain_answer
from ui.export import title_of
from ui.library import Filter, Work
from ui.texts import ENDONYMS, LANGUAGES, Texts, direction_of, load_texts

TITLE = "Trilogue"
#: Style sheets of the pages without Gradio, in their order.
SHEETS = ("fonts/fonts.css", "tokens.css", "reply.css", "source.css", "library.css")

#: Works that a list has at once; what else there is, the filter finds.
_LISTED = 100


@dataclass(frozen=True)
class AnswerPart:
    """A piece of an answer: text, or a mark that stands for a citation.

    Attributes:
        text: As it is shown.
        number: Of the citation, for a mark.
        paragraph, last: Whether a paragraph begins or ends with it.
    """

    text: str
    number: int | None = None
    paragraph: bool = False
    last: bool = False


def cited(answer: str, citations: Sequence[Citation]) -> Iterator[AnswerPart]:
    """The pieces of an answer. A number in brackets that is no citation's stays text."""
    numbers = {citation.number for citation in citations}
    for line in filter(str.strip, answer.splitlines()):
        pieces: list[tuple[str, int | None]] = []
        for piece in re.split(r"(\[\d{1,4}\])", line, flags=re.ASCII):
            mark = re.fullmatch(r"\[(\d{1,4})\]", piece, flags=re.ASCII)
            number = int(mark[1]) if mark and int(mark[1]) in numbers else None
            if piece:
                pieces.append((piece, number))
        for index, (text, number) in enumerate(pieces):
            yield AnswerPart(text, number, index == 0, index == len(pieces) - 1)


def highlighted(citation: Citation) -> Iterator[tuple[str, bool]]:
    """The pieces of a quote, each with whether it answers the question. A quote of which all
    does is in one piece, which is not."""
    at = 0
    quote = citation.quote
    for part in citation.highlight:
        if part.start < at or (part.start, part.end) == (0, len(quote)):
            continue
        yield quote[at : part.start], False
        yield quote[part.start : part.end], True
        at = part.end
    yield quote[at:], False


def copied(reply: ChatResponse, texts: Texts) -> str:
    """What of a reply is copied: the answer line by line, its notice, and its sources."""
    cited = sorted(reply.citations, key=lambda citation: citation.number)
    lines = [
        *reply.answer.splitlines(),
        *(reply.notice or "").splitlines(),
        *(f"[{citation.number}] {reference(citation, texts)}" for citation in cited),
    ]
    return "\n".join(line for line in lines if line.strip())


def spoken(reply: ChatResponse) -> str:
    """What of a reply is read aloud: the answer without its marks, and its notice."""
    return "\n".join(part for part in (plain_answer(reply), reply.notice) if part)


def copied_passage(passage: PassageView, texts: Texts) -> str:
    """What of a source is copied: the quote, or without one the passage, and where it stands."""
    text = passage.quote.text if passage.quote else passage.text
    return f"{text.strip()}\n— {reference(passage, texts)}"


def reference(place: Citation | PassageView, texts: Texts) -> str:
    """A place in a document in one line, each part of it isolated, so that it keeps its direction
    in whatever text it is put (Unicode Standard Annex 9, explicit directional isolates)."""
    page = "" if place.page is None else texts.on_pages(place.page)
    parts = [place.title, place.locator, page, place.source]
    return " · ".join(f"\u2068{part}\u2069" for part in parts if part)


def foreign(reply: ChatResponse) -> list[Language]:
    """The languages of a reply's sources, where none is in the reply's."""
    languages = {citation.language for citation in reply.citations}
    return [] if reply.answer_language in languages else sorted(languages)


_TEMPLATES = Environment(
    loader=PackageLoader("ui"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.globals |= {
    "cited": cited,
    "copied": copied,
    "copied_passage": copied_passage,
    "direction_of": direction_of,
    "endonyms": ENDONYMS,
    "foreign": foreign,
    "highlighted": highlighted,
    "english": load_texts("en"),
    "title": TITLE,
    "sheets": SHEETS,
    "spoken": spoken,
}


def render(template: str, texts: Texts, **values: Any) -> str:
    """A template in a language."""
    return _TEMPLATES.get_template(template).render(texts=texts, **values)


@dataclass(frozen=True)
class Welcome:
    """What stands where nothing has been asked yet.

    Attributes:
        starters: Questions to begin with.
        covered: How many works there are to ask about; None where that is not known.
        works: Those that are chosen; empty for all.
    """

    starters: Sequence[str]
    covered: int | None = None
    works: Sequence[Work] = ()


def transcript(
    conversation: ShownConversation,
    texts: Texts,
    error: ChatError | None = None,
    welcome: Welcome | None = None,
) -> str:
    """All turns, the oldest first, or what to begin with; above them what failed."""
    return render(
        "transcript.html",
        texts,
        turns=conversation.turns,
        conversation_id=conversation.id,
        error=error,
        welcome=welcome or Welcome(texts.starters),
    )


def reply(turn: ShownTurn, texts: Texts) -> str:
    """What stands below a question."""
    return render("reply.html", texts, turn=turn)


def status(turn: ShownTurn, texts: Texts, usual: float | None) -> str:
    """What is happening to a reply on its way; nothing once it is there.

    Args:
        turn: As far as it has come.
        texts: The page's.
        usual: Seconds that a reply takes as a rule, where that is known.
    """
    return render("status.html", texts, turn=turn, usual=usual) if turn.pending else ""


def conversations(
    found: Sequence[ConversationSummary],
    current: str,
    searching: bool,
    texts: Texts,
    error: ChatError | None = None,
) -> str:
    """The list of conversations."""
    return render(
        "conversations.html",
        texts,
        conversations=found,
        current=current,
        searching=searching,
        error=error,
    )


def source(found: PassageContext | ChatError, texts: Texts, whole_page: bool) -> str:
    """A passage in its document, as a page or as the inside of a dialog."""
    return render(
        "source_page.html" if whole_page else "source.html",
        texts,
        **_either("context", found),
        whole_page=whole_page,
        heading=texts.source.title if isinstance(found, ChatError) else found.passage.title,
    )


def library_link(works: Sequence[Work], texts: Texts) -> str:
    """What opens the list of documents, with those chosen that are asked about."""
    return render("library_link.html", texts, works=works)


def asked_about(works: Sequence[Work], texts: Texts) -> str:
    """The works that are asked about, each with what leaves it out."""
    return render("asked_about.html", texts, works=works)


def documents(
    found: Sequence[Work] | ChatError,
    chosen: Sequence[str],
    wanted: Filter,
    part: str | None,
    texts: Texts,
) -> str:
    """What the documents cover.

    Args:
        found: All works, or why there is no list of them.
        chosen: Ids of documents whose works are chosen; these come first, whatever is wanted.
        wanted: Which of the others are shown.
        part: ``form`` for the inside of a dialog, ``list`` for what changes with the filter; None
            for a page.
        texts: The page's.
    """
    works = [] if isinstance(found, ChatError) else found
    picked = [work for work in works if set(chosen).intersection(work.document_ids)]
    matching = wanted.matching(works)
    others = [work for work in matching if work not in picked]
    others.sort(key=lambda work: work.edition(texts.language).title.casefold())
    templates = {"form": "documents.html", "list": "works.html"}
    return render(
        templates.get(part or "", "documents_page.html"),
        texts,
        error=found if isinstance(found, ChatError) else None,
        works=[*picked, *others[:_LISTED]],
        chosen=picked,
        matching=len(matching),
        total=len(works),
        wanted=wanted,
        languages=[code for code in LANGUAGES if any(code == d.language for d in _all(works))],
        collections=sorted({document.collection for document in _all(works)}),
        heading=texts.documents.title,
    )


def _all(works: Sequence[Work]) -> Iterator[DocumentSummary]:
    return (document for work in works for document in work.documents)


def share(found: Conversation | ChatError, texts: Texts) -> str:
    """The inside of the dialog that shares a conversation."""
    return render("share.html", texts, **_either("conversation", found))


def shared_conversation(found: SharedConversation | ChatError, texts: Texts) -> str:
    """The page of a conversation for whoever has its link."""
    if isinstance(found, ChatError):
        return _conversation_page(texts, texts.sidebar.shared_title, "", (), error=found)
    note = texts.sidebar.shared_page_note.format(day=texts.day(found.shared_at))
    heading = found.title or texts.sidebar.shared_title
    return _conversation_page(texts, heading, note, found.turns)


def printed(found: Conversation | ChatError, texts: Texts) -> str:
    """The page of a conversation that is printed when it is opened."""
    if isinstance(found, ChatError):
        return _conversation_page(texts, texts.saved_as, "", (), error=found, printed=True)
    note = texts.day(found.created_at)
    return _conversation_page(texts, title_of(found, texts), note, found.turns, printed=True)


def _conversation_page(
    texts: Texts,
    heading: str,
    note: str,
    turns: Sequence[ConversationTurn],
    error: ChatError | None = None,
    printed: bool = False,
) -> str:
    return render(
        "conversation_page.html",
        texts,
        heading=heading,
        note=note,
        turns=turns,
        error=error,
        printed=printed,
    )


def unknown(texts: Texts) -> str:
    """The page of an address that there is nothing at."""
    return render("unknown_page.html", texts, heading=texts.unknown)


def shared(found: ReplyRecord | ChatError, texts: Texts) -> str:
    """The page of one reply for whoever has its link."""
    heading = texts.reply.shared_title
    return render("shared_page.html", texts, **_either("record", found), heading=heading)


def _either(name: str, found: object) -> dict[str, object]:
    """What a template is given of something, under a name, and of why it is not there."""
    failed = isinstance(found, ChatError)
    return {name: None if failed else found, "error": found if failed else None}
