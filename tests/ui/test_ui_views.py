"""What the page shows is safe and has the right language and direction."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fake_service import NOW

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    EvidenceEvent,
    Highlight,
    SentenceEvent,
)
from assistant.api.schemas.reader_schemas import ReplyRecord
from assistant.codes import Outcome
from ui import views
from ui.client import ChatError
from ui.conversation import ShownConversation, ShownTurn
from ui.pace import Pace
from ui.texts import Texts, load_texts

EN, KO, AR = load_texts("en"), load_texts("ko"), load_texts("ar")
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</div></article></blockquote><iframe src=//evil.example></iframe>",
    '" onmouseover="alert(1)',
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<a href='javascript:alert(1)'>x</a>",
    "**bold** `code` <b>b</b> &lt;i&gt;",
    "{{ 7 * 7 }} ${alert(1)} @children",
]
#: Elements that have no end tag, or whose end tag SVG may leave out.
_VOID = {"input", "meta", "link", "br"}


class _Elements(HTMLParser):
    """Collects elements, and checks that they are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, name: str = "") -> list[dict[str, str | None]]:
        """Elements of a kind, and of a class where one is named."""
        found = [attributes for kind, attributes in self.elements if kind == tag]
        return [a for a in found if not name or name in (a.get("class") or "").split()]

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Elements and the names of their attributes."""
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]


def transcript(turns: list[ShownTurn], texts: Texts) -> _Elements:
    return _Elements(views.transcript(ShownConversation(turns=turns), texts))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_from_outside_becomes_markup(
    attack: str, reply: ChatResponse, not_found: ChatResponse
) -> None:
    hostile = transcript(turns_that_say(attack, reply, not_found), EN)
    harmless = transcript(turns_that_say("x", reply, not_found), EN)
    assert hostile.shape == harmless.shape
    assert hostile.text.count(attack) == 17


def turns_that_say(text: str, reply: ChatResponse, not_found: ChatResponse) -> list[ShownTurn]:
    """A complete, a failed and an unfinished turn with ``text`` wherever text can be."""
    citation = reply.citations[0].model_copy(
        update={"title": text, "locator": text, "quote": text, "source": text}
    )
    nearest = not_found.nearest_documents[0].model_copy(update={"title": text})
    complete = reply.model_copy(
        update={
            "answer": f"{text} [1]",
            "notice": text,
            "citations": [citation],
            "nearest_documents": [nearest],
        }
    )
    evidence = EvidenceEvent(id="r", answer_language="en", direction="ltr", citations=[citation])
    return [
        ShownTurn(text, reply=complete),
        ShownTurn(text, failure=ChatError("rejected", text)),
        ShownTurn(text, evidence=evidence, sentences=[text]),
    ]


def test_citation_marks_link_to_their_cards(reply: ChatResponse) -> None:
    page = transcript([ShownTurn("?", reply=reply), ShownTurn("?", reply=reply)], EN)
    links = [link["href"] for link in page.all("a", "citation")]
    cards = [card["id"] for card in page.all("figure")]
    assert links == [f"#{card}" for card in cards]
    assert len(set(cards)) == 4
    assert page.all("a", "citation")[0]["aria-label"] == "Evidence 1"


def test_a_number_in_brackets_without_a_citation_stays_text(reply: ChatResponse) -> None:
    response = reply.model_copy(update={"answer": "See [1], [7], [2024] and [²]."})
    page = transcript([ShownTurn("?", reply=response)], EN)
    assert len(page.all("a", "citation")) == 1
    assert "See [1], [7], [2024] and [²]." in page.text


@pytest.mark.parametrize(("texts", "page_name"), [(KO, "4쪽"), (AR, "الصفحة 4"), (EN, "page 4")])
def test_a_quote_keeps_its_own_language_and_direction(
    texts: Texts, page_name: str, reply: ChatResponse
) -> None:
    page = transcript([ShownTurn("?", reply=reply)], texts)
    assert page.all("blockquote") == [
        {"lang": "ko", "dir": "ltr"},
        {"lang": "ar", "dir": "rtl"},
    ]
    assert page_name in page.text
    assert texts.languages["ko"] in page.text
    links = page.all("a", "open")
    assert links[0]["href"] == (
        "/source?document=00000000-0000-4000-8000-000000000001"
        f"&passage=00000000-0000-4000-8000-00000000000a&start=0&end=40&lang={texts.language}"
    )


def test_an_answer_keeps_its_direction_on_a_page_of_another(reply: ChatResponse) -> None:
    page = transcript([ShownTurn("질문", reply=reply)], KO)
    assert (page.all("div")[0]["lang"], page.all("div")[0]["dir"]) == ("ko", "ltr")
    assert {"class": "answer", "lang": "ar", "dir": "rtl"} in page.all("div")
    assert {"dir": "auto"} in page.all("p")
    assert transcript([], AR).all("div")[0]["dir"] == "rtl"


@pytest.mark.parametrize("texts", [EN, KO, AR])
@pytest.mark.parametrize("outcome", ["answered", "quoted", "not_found"])
def test_every_reply_says_its_outcome_in_plain_words(
    texts: Texts, outcome: Outcome, reply: ChatResponse
) -> None:
    turn = ShownTurn("?", reply=reply.model_copy(update={"outcome": outcome}))
    page = transcript([turn], texts)
    assert texts.outcomes[outcome] in page.text
    assert page.all("p", outcome)


def test_quotes_are_shown_once_the_best_one_open_and_the_others_folded(
    reply: ChatResponse, korean: Citation
) -> None:
    quoted = reply.model_copy(
        update={"outcome": "quoted", "answer": f"The regulation says: “{korean.quote}” [1]"}
    )
    page = transcript([ShownTurn("?", reply=quoted)], EN)
    assert page.text.count(korean.quote) == 1
    assert "The regulation says" not in page.text
    html = views.reply(ShownTurn("?", reply=quoted), EN)
    assert in_order(html, "outcome quoted", korean.quote, "<details", EN.more_evidence)
    assert "open" not in page.all("details", "evidence")[0]
    alone = quoted.model_copy(update={"citations": [korean]})
    assert not transcript([ShownTurn("?", reply=alone)], EN).all("details", "evidence")


def in_order(text: str, *parts: str) -> bool:
    """Whether these parts are in a text, one after the other."""
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


@pytest.mark.parametrize("texts", [EN, KO, AR])
def test_the_answer_stands_first_and_what_it_rests_on_is_folded_below_it(
    texts: Texts, reply: ChatResponse, korean: Citation
) -> None:
    html = views.reply(ShownTurn("?", reply=reply), texts)
    assert in_order(html, "outcome answered", 'class="answer"', texts.evidence, korean.quote)
    assert "open" not in _Elements(html).all("details", "evidence")[0]
    shared = views.shared(ReplyRecord(question="?", reply=reply, created_at=NOW), texts)
    assert in_order(shared, 'class="answer"', texts.evidence, korean.quote)
    assert "open" in _Elements(shared).all("details", "evidence")[0]


@pytest.mark.parametrize("texts", [EN, KO, AR])
def test_a_reply_says_in_which_language_its_sources_are_where_none_is_in_its_own(
    texts: Texts, reply: ChatResponse, korean: Citation
) -> None:
    notice = texts.foreign_sources.format(languages=texts.languages["ko"])
    foreign = reply.model_copy(update={"citations": [korean]})
    assert notice in views.reply(ShownTurn("?", reply=foreign), texts)
    assert notice not in views.reply(ShownTurn("?", reply=reply), texts)


def test_what_is_copied_takes_its_sources_with_it(reply: ChatResponse) -> None:
    copied = views.copied(reply, AR).splitlines()
    assert copied[0] == reply.answer
    parts = ["KAIST·KSU 대학원 복수학위 과정 운영 규정", "제3조제2항", "dual-degree.ko.md"]
    assert copied[1] == "[1] " + " · ".join(f"\u2068{part}\u2069" for part in parts)
    assert "\u2068الصفحة 4\u2069" in copied[2]


@pytest.mark.parametrize("texts", [EN, KO, AR])
def test_quotes_that_may_not_answer_say_so(texts: Texts, reply: ChatResponse) -> None:
    nearest = reply.model_copy(update={"outcome": "quoted", "direct": False})
    page = transcript([ShownTurn("?", reply=nearest)], texts)
    assert texts.no_direct_answer in page.text
    assert texts.outcomes["quoted"] not in page.text


def test_the_words_that_answer_are_marked(reply: ChatResponse, korean: Citation) -> None:
    marked = korean.model_copy(update={"highlight": [Highlight(start=2, end=5)]})
    quoted = reply.model_copy(update={"citations": [marked]})
    html = views.reply(ShownTurn("?", reply=quoted), EN)
    assert f"{korean.quote[:2]}<mark>{korean.quote[2:5]}</mark>{korean.quote[5:]}" in html
    whole = korean.model_copy(update={"highlight": [Highlight(start=0, end=len(korean.quote))]})
    html = views.reply(ShownTurn("?", reply=reply.model_copy(update={"citations": [whole]})), EN)
    assert "<mark>" not in html


@pytest.mark.parametrize("texts", [EN, AR])
def test_a_foreign_quote_says_what_it_states_unless_it_is_translated(
    texts: Texts, reply: ChatResponse, korean: Citation
) -> None:
    stated = korean.model_copy(update={"facts": ["<b>5</b> years", "Article 33"]})
    page = transcript(
        [ShownTurn("?", reply=reply.model_copy(update={"citations": [stated]}))], texts
    )
    assert texts.stated in page.text
    assert "<b>5</b> years" in page.text
    assert page.text.count(texts.languages["ko"]) == 1 + page.text.count(
        texts.foreign_sources.format(languages=texts.languages["ko"])
    )
    html = views.reply(
        ShownTurn("?", reply=reply.model_copy(update={"citations": [stated]})), texts
    )
    original = texts.original.format(language=texts.languages["ko"])
    assert in_order(html, "Article 33", "<details", original, '<blockquote lang="ko" dir="ltr">')
    translated = stated.model_copy(update={"translation": "Five years."})
    page = transcript(
        [ShownTurn("?", reply=reply.model_copy(update={"citations": [translated]}))], texts
    )
    assert in_order(page.text, texts.machine_translation, "Five years.", korean.quote)
    assert texts.stated not in page.text


def test_not_found_names_where_to_look(not_found: ChatResponse) -> None:
    page = transcript([ShownTurn("?", reply=not_found)], EN)
    (nearest,) = not_found.nearest_documents
    assert page.text.count(nearest.title) == 1
    assert not_found.answer not in page.text
    assert page.all("a") == [
        {
            "data-source": None,
            "href": f"/source?document={nearest.document_id}&passage={nearest.passage_id}&lang=en",
        }
    ]
    stored = nearest.model_copy(update={"passage_id": None})
    before = not_found.model_copy(update={"nearest_documents": [stored]})
    assert stored.title in transcript([ShownTurn("?", reply=before)], EN).text


def test_evidence_shows_before_any_sentence_and_stays_when_stopped(
    evidence: EvidenceEvent, korean: Citation
) -> None:
    turn = ShownTurn("?")
    assert EN.searching in views.status(turn, EN, None)
    turn.receive(evidence)
    assert korean.quote in views.reply(turn, EN)
    assert "open" in _Elements(views.reply(turn, EN)).all("details", "evidence")[0]
    assert EN.reading in views.status(turn, EN, None)
    turn.receive(SentenceEvent(text="So it is [1]."))
    assert in_order(views.reply(turn, EN), "So it is", korean.quote)
    assert "open" not in _Elements(views.reply(turn, EN)).all("details", "evidence")[0]
    assert EN.writing in views.status(turn, EN, None)
    turn.stopped = True
    assert EN.stopped in views.reply(turn, EN)
    assert views.status(turn, EN, None) == ""


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (KO, "보통 20초 정도 걸립니다."),
        (AR, "المدة المعتادة: 20 ثانية تقريبًا."),
        (EN, "Usually takes 20 seconds."),
    ],
)
def test_it_is_said_how_long_replies_take_as_a_rule(
    texts: Texts, words: str, reply: ChatResponse
) -> None:
    pace = Pace()
    assert pace.usual is None
    for seconds in (12, 21, 90):
        timings = reply.timings_ms.model_copy(update={"total": seconds * 1000})
        pace.add(reply.model_copy(update={"timings_ms": timings}))
    without_generation = reply.timings_ms.model_copy(update={"first_token": None, "total": 1})
    pace.add(reply.model_copy(update={"timings_ms": without_generation}))
    assert pace.usual == 21
    assert words in views.status(ShownTurn("?"), texts, pace.usual)


@pytest.mark.parametrize("texts", [EN, KO, AR])
def test_a_failure_says_what_to_do(texts: Texts) -> None:
    page = _Elements(views.reply(ShownTurn("?", failure=ChatError("unreachable")), texts))
    assert texts.failures["unreachable"] in page.text
    assert page.all("div", "failure")[0]["role"] == "alert"


def test_every_colour_is_defined_once_for_the_light_and_the_dark() -> None:
    sheets = sorted(Path(views.__file__).with_name("static").glob("*.css"))
    defined = re.findall(r"^\s*(--[\w-]+):", "".join(s.read_text() for s in sheets), re.MULTILINE)
    assert "--ground" in defined
    assert sorted(defined) == sorted(set(defined))


def test_every_button_of_pictures_has_a_name(reply: ChatResponse) -> None:
    for texts in (EN, KO, AR):
        buttons = _Elements(views.reply(ShownTurn("?", reply=reply), texts)).all("button")
        assert len(buttons) == 6
        assert all(button["aria-label"] for button in buttons)
