"""What the page shows is safe and has the right language and direction."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from ui.render import failure, quote_card, transcript

from assistant.api.schemas import ChatResponse, Citation, EvidenceEvent, Outcome
from ui import render
from ui.client import ChatError
from ui.conversation import Turn
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
]


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
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_from_outside_becomes_markup(
    attack: str, reply: ChatResponse, not_found: ChatResponse
) -> None:
    hostile = _Elements(transcript(turns_that_say(attack, reply, not_found), EN))
    harmless = _Elements(transcript(turns_that_say("x", reply, not_found), EN))
    assert hostile.elements == harmless.elements
    assert hostile.text.count(attack) == 14


def turns_that_say(text: str, reply: ChatResponse, not_found: ChatResponse) -> list[Turn]:
    """A complete, a failed and an unfinished turn with ``text`` wherever text can be."""
    citation = reply.citations[0].model_copy(
        update={"title": text, "locator": text, "quote": text, "source": text}
    )
    complete = reply.model_copy(
        update={
            "answer": f"{text} [1]",
            "notice": text,
            "citations": [citation],
            "nearest_documents": [
                not_found.nearest_documents[0].model_copy(update={"title": text})
            ],
        }
    )
    evidence = EvidenceEvent(id="r", answer_language="en", direction="ltr", citations=[citation])
    return [
        Turn(text, reply=complete),
        Turn(text, failure=ChatError("rejected", text)),
        Turn(text, evidence=evidence, sentences=[text]),
    ]


def test_citation_marks_link_to_their_cards(reply: ChatResponse) -> None:
    page = _Elements(transcript([Turn("?", reply=reply), Turn("?", reply=reply)], EN))
    links = [link["href"] for link in page.all("a")]
    cards = [card["id"] for card in page.all("figure")]
    assert links == [f"#{card}" for card in cards]
    assert len(set(cards)) == 4
    assert page.all("a")[0]["aria-label"] == "Evidence 1"


def test_a_number_in_brackets_without_a_citation_stays_text(reply: ChatResponse) -> None:
    response = reply.model_copy(update={"answer": "See [1], [7], [2024] and [²]."})
    page = _Elements(transcript([Turn("?", reply=response)], EN))
    assert len(page.all("a")) == 1
    assert "See [1], [7], [2024] and [²]." in page.text


def test_a_quote_keeps_its_own_language_and_direction(korean: Citation, arabic: Citation) -> None:
    card = _Elements(quote_card(arabic, "turn-1", KO))
    assert card.all("blockquote") == [{"lang": "ar", "dir": "rtl"}]
    assert arabic.quote in card.text
    assert "4쪽" in card.text
    assert "아랍어" in card.text
    card = _Elements(quote_card(korean, "turn-1", AR))
    assert card.all("blockquote") == [{"lang": "ko", "dir": "ltr"}]
    assert "الصفحة" not in card.text
    assert "الكورية" in card.text


def test_an_answer_keeps_its_direction_on_a_page_of_another(reply: ChatResponse) -> None:
    page = _Elements(transcript([Turn("질문", reply=reply)], KO))
    blocks = page.all("div")
    assert blocks[0]["lang"] == "ko"
    assert blocks[0]["dir"] == "ltr"
    assert {"class": "answer", "lang": "ar", "dir": "rtl"} in blocks
    assert {"dir": "auto"} in page.all("p")
    assert _Elements(transcript([], AR)).all("div")[0]["dir"] == "rtl"


@pytest.mark.parametrize("texts", [EN, KO, AR])
@pytest.mark.parametrize("outcome", ["answered", "quoted", "not_found"])
def test_every_reply_says_its_outcome_in_plain_words(
    texts: Texts, outcome: Outcome, reply: ChatResponse
) -> None:
    turn = Turn("?", reply=reply.model_copy(update={"outcome": outcome}))
    page = transcript([turn], texts)
    assert texts.outcomes[outcome] in page
    assert f'class="outcome {outcome}"' in page


def test_quotes_alone_are_shown_once(reply: ChatResponse, korean: Citation) -> None:
    quoted = reply.model_copy(
        update={"outcome": "quoted", "answer": f"“{korean.quote}” [1]", "citations": [korean]}
    )
    assert _Elements(shown(quoted)).text.count(korean.quote) == 1
    introduced = quoted.model_copy(update={"answer": f"The regulation says: {korean.quote} [1]"})
    assert "The regulation says" in _Elements(shown(introduced)).text


def test_not_found_names_where_to_look(not_found: ChatResponse) -> None:
    page = _Elements(shown(not_found))
    assert "Nearest documents" in page.text
    assert not_found.nearest_documents[0].title in page.text
    assert page.all("bdi") == [{"lang": "ko"}]


def test_evidence_shows_before_any_sentence_and_stays_when_stopped(
    evidence: EvidenceEvent, korean: Citation
) -> None:
    turn = Turn("?")
    assert EN.searching in transcript([turn], EN)
    turn.receive(evidence)
    assert korean.quote in transcript([turn], EN)
    assert EN.answering in transcript([turn], EN)
    turn.stopped = True
    assert EN.stopped in transcript([turn], EN)
    assert EN.answering not in transcript([turn], EN)


def test_a_failure_says_what_to_do() -> None:
    page = _Elements(failure(ChatError("unreachable"), EN))
    assert page.text == EN.failures["unreachable"]
    assert page.elements[0][1]["role"] == "alert"


def shown(response: ChatResponse) -> str:
    return render.reply(response, "turn-1", EN)
