"""What becomes of conversations in a real browser, in each language, over a stand-in for the
service: stepping back, other tabs, asking anew, sharing, feedback, voice."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser
from docx import Document
from fake_service import FakeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_ui_next_questions import around
from test_ui_routes import context

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    EvidenceEvent,
    Feedback,
    Problem,
)
from assistant.codes import Language
from ui.texts import LANGUAGES, Texts, load_texts

pytestmark = pytest.mark.browser
each_language = pytest.mark.parametrize("language", LANGUAGES)
FIRST, SECOND, THIRD = "첫 번째 질문?", "السؤال الثاني؟", "The third question?"


@pytest.fixture
def fake(house: tuple[FakeService, str], korean: Citation, arabic: Citation) -> FakeService:
    """The stand-in, empty but for a passage."""
    service = house[0]
    service.__dict__.update(FakeService(url=service.url).__dict__)
    service.passages = {korean.passage_id: context(korean, arabic)}
    return service


@pytest.fixture
def address(house: tuple[FakeService, str]) -> str:
    """The chat page's."""
    return house[1]


@pytest.fixture
def tab(browser: Browser) -> Iterator[str]:
    """A second tab of the browser; the first one is in front."""
    driver = browser.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    second = driver.current_window_handle
    driver.switch_to.window(first)
    yield second
    driver.switch_to.window(second)
    driver.close()
    driver.switch_to.window(first)


def replies(reply: ChatResponse, *ids: str) -> list[list[ChatResponse]]:
    """A script for each of some replies."""
    return [[reply.model_copy(update={"id": name})] for name in ids]


def asked(browser: Browser) -> list[str]:
    """The questions on the page."""
    found = browser.run(
        "return [...document.querySelectorAll('.turn')].map(t => t.dataset.question)"
    )
    assert isinstance(found, list)
    return found


def answered(browser: Browser, *questions: str) -> None:
    """Wait until the page shows these questions, all with an outcome."""
    browser.wait(lambda: asked(browser) == list(questions), f"the questions {questions}")
    browser.gone("#stop")
    outcomes = "return document.querySelectorAll('.turn .outcome').length"
    browser.until(outcomes, len(questions))


def begin(browser: Browser, address: str, language: Language) -> None:
    """Open the page and wait until the server has read the address."""
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.until("return !!document.querySelector('#notes [data-limit]')", True)


def ask(browser: Browser, *questions: str) -> None:
    """Ask, one after the other."""
    for number, question in enumerate(questions, 1):
        browser.ask(question)
        browser.see(f".turn:nth-of-type({number}) .outcome")
        browser.gone("#stop")


@each_language
def test_back_steps_through_conversations_and_an_address_opens_one(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    fake.scripts = [*replies(reply, "r1"), *replies(reply, "r2")]
    begin(browser, address, language)
    ask(browser, FIRST)
    browser.until("return document.title", f"{FIRST} · Trilogue")
    first = browser.driver.current_url
    browser.click("#new")
    browser.see(".welcome")
    ask(browser, SECOND)
    browser.driver.back()
    browser.see(".welcome")
    browser.driver.back()
    answered(browser, FIRST)
    browser.driver.forward()
    browser.driver.forward()
    answered(browser, SECOND)
    browser.click(".conversations .pick", FIRST)
    answered(browser, FIRST)
    assert browser.driver.current_url == first
    browser.driver.back()
    answered(browser, SECOND)
    link = browser.see(".conversations .pick", FIRST).get_attribute("href")
    browser.open(str(link), ".turn")
    answered(browser, FIRST)
    browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.open(first, ".welcome")
    browser.see(".failure", load_texts(language).failures["gone"])


@each_language
def test_back_closes_what_is_open_and_nothing_else(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    fake.scripts = replies(reply, "r1")
    browser.screen(360, 740)
    begin(browser, address, language)
    ask(browser, FIRST)
    here = browser.driver.current_url
    browser.unfold()
    browser.click(".quote-card .open")
    browser.see("#source .passage")
    browser.driver.back()
    browser.gone("#source")
    answered(browser, FIRST)
    browser.click("[data-drawer]")
    browser.click(".menu summary")
    browser.see(".menu a")
    browser.driver.back()
    browser.gone(".menu a")
    browser.see("#sidebar")
    browser.driver.back()
    browser.gone("#sidebar")
    # What was closed by hand leaves nothing behind that Back would have to pass.
    browser.unfold()
    browser.click(".quote-card .open")
    browser.see("#source .passage")
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.gone("#source")
    browser.until("return history.state?.depth ?? 0", 0)
    assert browser.driver.current_url == here
    browser.driver.back()
    browser.see(".welcome")


@each_language
def test_two_tabs_show_each_others_turns(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent,
    reply: ChatResponse, tab: str, language: Language,
) -> None:  # fmt: skip
    last = threading.Event()
    first_script, (second,) = replies(reply, "r1", "r2")
    fake.scripts = [first_script, [evidence.model_copy(update={"id": "r2"}), last, second]]
    begin(browser, address, language)
    ask(browser, FIRST)
    first, here = browser.driver.current_window_handle, browser.driver.current_url
    browser.driver.switch_to.window(tab)
    browser.open(here, ".turn")
    browser.ask(SECOND)
    browser.see("#notes .status")
    browser.driver.switch_to.window(first)
    browser.see(".turn:nth-of-type(2) .quote-card")
    browser.see("#stop")
    last.set()
    answered(browser, FIRST, SECOND)
    browser.click(".turn:first-of-type [data-act=good]")
    browser.see(".turn:first-of-type .rating [aria-pressed=true]")
    browser.driver.switch_to.window(tab)
    answered(browser, FIRST, SECOND)
    browser.see(".turn:first-of-type .rating [aria-pressed=true]")
    assert len(fake.requests) == 2


@each_language
def test_a_stopped_question_stays_and_is_asked_again_in_its_place(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [*replies(reply, "r1"), [threading.Event()], *replies(reply, "r3")]
    begin(browser, address, language)
    ask(browser, FIRST)
    browser.ask(SECOND)
    browser.click("#stop")
    browser.see(".turn:nth-of-type(2) .status", texts.stopped)
    assert fake.disconnected.wait(5)
    browser.driver.refresh()
    browser.see(".turn:nth-of-type(2) .status", texts.stopped)
    browser.gone("#splash")
    browser.click(".turn:nth-of-type(2) [data-act=retry]")
    answered(browser, FIRST, SECOND)
    assert fake.requests[2]["replaces"] == "asked-2"
    browser.driver.refresh()
    answered(browser, FIRST, SECOND)


@each_language
def test_an_edited_question_replaces_what_came_from_it_on(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [*replies(reply, "r1"), *replies(reply, "r2"), *replies(reply, "r3", "r4")]
    browser.screen(390, 844)
    begin(browser, address, language)
    ask(browser, FIRST, SECOND)
    browser.see("#question textarea").send_keys("unsent")
    browser.click(".turn:nth-of-type(2) .edit summary")
    browser.see(".turn:nth-of-type(2) .edit form", texts.reply.edit_note)
    box = browser.driver.switch_to.active_element
    assert box.get_attribute("value") == SECOND
    assert browser.findings() == []
    box.send_keys(Keys.ESCAPE)
    browser.gone(".edit form")
    browser.click(".turn:first-of-type .edit summary")
    box = browser.see(".turn:first-of-type .edit textarea")
    box.clear()
    box.send_keys(THIRD, Keys.ENTER)
    answered(browser, THIRD)
    assert fake.requests[2]["replaces"] == "r1"
    assert [m["content"] for m in fake.requests[2]["messages"]] == [THIRD]
    browser.until("return document.querySelector('#question textarea').value", "unsent")
    browser.driver.refresh()
    answered(browser, THIRD)
    browser.until("return document.documentElement.scrollWidth <= innerWidth", True)


@each_language
def test_an_edit_that_fails_leaves_what_is_stored(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [*replies(reply, "r1"), Problem(title="Down", status=503, detail="Loading")]
    begin(browser, address, language)
    ask(browser, FIRST)
    browser.click(".edit summary")
    box = browser.see(".edit textarea")
    browser.run("document.querySelector('.edit textarea').value += 'x'.repeat(3000)")
    box.send_keys(Keys.ENTER)
    browser.see(".trilogue-toast")
    assert box.get_attribute("value") == FIRST + "x" * 3000, "what was written stays"
    browser.run("document.querySelector('.edit form').reset()")
    box.send_keys(" (2026)", Keys.ENTER)
    browser.see(".turn .failure", texts.failures["busy"])
    (kept,) = fake.conversations.values()
    assert [turn.question for turn in kept.turns] == [FIRST]


@each_language
def test_feedback_is_one_choice_that_lasts_and_can_be_taken_back(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)

    def pressed() -> list[str]:
        chosen = browser.driver.find_elements(By.CSS_SELECTOR, ".rating [aria-pressed=true]")
        return [str(button.get_attribute("aria-label")) for button in chosen]

    def choice(*labels: str) -> None:
        browser.wait(lambda: pressed() == list(labels), f"the choice {labels}")

    fake.scripts = replies(reply, "r1")
    begin(browser, address, language)
    ask(browser, FIRST)
    group = browser.see(".rating")
    assert (group.get_attribute("role"), group.get_attribute("aria-label")) == (
        "group",
        texts.reply.rating,
    )
    browser.click(".rating button:first-child")
    choice(texts.reply.good)
    browser.click(".rating button:last-child")
    browser.see("#feedback", texts.reply.feedback_title)
    browser.click("#feedback .choice", texts.reply.reasons["outdated"])
    browser.click("#feedback .primary")
    choice(texts.reply.bad)
    browser.wait(lambda: [f.rating for f in fake.feedback] == ["down"], "one word on the reply")
    browser.driver.refresh()
    browser.gone("#splash")
    choice(texts.reply.bad)
    browser.click(".rating button:last-child")
    choice()
    assert list[Feedback](fake.feedback) == []
    browser.until("return document.activeElement.id.split('-')[0]", "bad")


@each_language
def test_a_conversation_is_shared_on_purpose_and_the_link_taken_back(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = replies(reply, "r1")
    begin(browser, address, language)
    ask(browser, FIRST)
    (kept,) = fake.conversations.values()
    share(browser, texts)
    browser.see("#share", texts.sidebar.share_note)
    assert kept.share is None
    browser.click("#share .primary", texts.sidebar.make_link)
    browser.see("#share a", texts.sidebar.see_shared)
    assert browser.findings() == []
    link = f"/shared/conversations/{kept.share.id}" if kept.share else ""
    assert browser.driver.find_elements(By.CSS_SELECTOR, f"#share [data-share='{link}']")
    browser.click("#share [data-share]")
    browser.see(".trilogue-toast", texts.sidebar.link_copied)
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.gone("#share")
    browser.see(".conversations .day", texts.sidebar.is_shared)
    share(browser, texts)
    browser.click("#share .danger", texts.sidebar.unshare)
    browser.see("#share", texts.sidebar.share_note)
    assert kept.share is None


def share(browser: Browser, texts: Texts) -> None:
    browser.click(".conversations .current summary")
    browser.click(".conversations .current .menu button", texts.sidebar.share)


@each_language
def test_a_conversation_is_saved_as_a_word_file_and_printed_without_the_frame(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, tmp_path: Path,
    language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    fake.scripts = replies(reply, "r1")
    browser.downloads(tmp_path)
    begin(browser, address, language)
    ask(browser, FIRST)
    browser.click(".conversations .current summary")
    browser.click(".conversations .current .menu a", texts.sidebar.export_word)
    browser.wait(lambda: list(tmp_path.glob("*.docx")), "the file")
    (file,) = tmp_path.glob("*.docx")
    read = [p.text for p in Document(io.BytesIO(file.read_bytes())).paragraphs]
    assert FIRST in read
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for gone in ("#sidebar", "#composer", ".top", ".actions", ".edit summary"):
        browser.gone(gone)
    browser.see(".question", FIRST)
    # Folded on the screen, and visible on paper.
    assert browser.run("return document.querySelector('.quote-card').checkVisibility()")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert not browser.run("return document.querySelector('.quote-card').checkVisibility()")


@each_language
def test_what_could_be_asked_next_is_asked_with_a_click(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, korean: Citation,
    arabic: Citation, language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    fake.passages[korean.passage_id] = around(context(korean, arabic), language)
    fake.scripts = [*replies(reply, "r1"), *replies(reply, "r2")]
    begin(browser, address, language)
    ask(browser, FIRST)
    browser.see(".next h3", texts.next_title)
    offered = [b.text for b in browser.driver.find_elements(By.CSS_SELECTOR, ".next button")]
    assert len(offered) == 3
    browser.click(".next button", offered[0])
    answered(browser, FIRST, offered[0])
    browser.see(".turn:last-of-type .next button", offered[1])
    left = browser.driver.find_elements(By.CSS_SELECTOR, ".next button")
    assert [button.text for button in left] == offered[1:]


#: A browser that understands speech, and one that can speak.
HEARS = """window.SpeechRecognition = class {
    start() { window.heard = this; }
    stop() { this.onend(); }
};"""
SPEAKS = """window.said = [];
Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
    getVoices: () => [{lang: 'ar-SA'}], cancel() { window.said.pop()?.onend?.(); },
    speak(said) { window.said.push(said); },
})});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } }"""
MUTE = """delete window.webkitSpeechRecognition; delete window.SpeechRecognition;
Object.defineProperty(window, 'speechSynthesis', {value: undefined});"""


@pytest.fixture
def able(browser: Browser) -> Iterator[Browser]:
    """A browser in which a test can put scripts before the page's own."""
    kept: list[str] = []
    run = browser.driver.execute_cdp_cmd

    def prepare(script: str) -> None:
        added = run("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        kept.append(added["identifier"])

    browser.prepare = prepare  # type: ignore[attr-defined]
    yield browser
    for name in kept:
        run("Page.removeScriptToEvaluateOnNewDocument", {"identifier": name})


@each_language
def test_a_question_is_spoken_and_an_answer_heard(
    able: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = replies(reply, "r1")
    able.prepare(HEARS + SPEAKS)  # type: ignore[attr-defined]
    begin(able, address, language)
    button = able.see("#voice .listen")
    assert button.get_attribute("aria-label") == texts.listen
    button.click()
    able.until("return window.heard?.lang.slice(0, 2)", language)
    able.until("return document.querySelector('.listen').ariaPressed", "true")
    able.run(f"window.heard.onresult({{results: [[{{transcript: {FIRST!r}}}]]}})")
    able.run("window.heard.onerror({error: 'not-allowed'})")
    able.see(".trilogue-toast", texts.no_microphone)
    able.run("window.heard.stop()")
    able.until("return document.querySelector('.listen').ariaPressed", "false")
    able.click("#send")
    answered(able, FIRST)
    able.click("[data-speak]")
    able.until("return window.said[0]?.lang", "ar-SA")
    spoken = str(able.run("return window.said[0].text"))
    assert "24" in spoken
    assert "[1]" not in spoken
    able.until("return document.querySelector('[data-speak]').ariaPressed", "true")
    able.click("[data-speak]")
    able.until("return document.querySelector('[data-speak]').ariaPressed", "false")


def test_without_a_voice_nothing_offers_one(
    able: Browser, address: str, fake: FakeService, reply: ChatResponse
) -> None:
    fake.scripts = replies(reply, "r1")
    able.prepare(MUTE)  # type: ignore[attr-defined]
    begin(able, address, "ko")
    ask(able, FIRST)
    able.gone("#voice")
    able.gone("[data-speak]")
