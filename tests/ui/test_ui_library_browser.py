"""Looking through the documents in a real browser, and the page before Gradio is there."""

from __future__ import annotations

import pytest
import rulebooks
from browser import Browser
from fake_service import FakeService
from selenium.webdriver.common.keys import Keys

from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.codes import Language
from ui.texts import LANGUAGES, direction_of, load_texts

pytestmark = pytest.mark.browser
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def fake(house: tuple[FakeService, str]) -> FakeService:
    """The stand-in, with the documents of `rulebooks`."""
    service = house[0]
    service.__dict__.update(FakeService(url=service.url).__dict__)
    rulebooks.fill(service)
    return service


@pytest.fixture
def address(house: tuple[FakeService, str]) -> str:
    """The chat page's."""
    return house[1]


@each_language
def test_what_is_chosen_goes_with_the_question_until_it_is_left_out(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    titles = rulebooks.TITLES[1][0]
    fake.scripts = [[reply], [reply]]
    browser.screen(390, 844, dark=language == "ar")
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.click(".welcome .library-link", texts.documents.title)
    browser.see("#library .works", rulebooks.TITLES[3][0]["ko"])
    assert browser.findings() == []
    browser.see("#library [type=search]").send_keys(titles[language][-6:])
    browser.until("return document.querySelectorAll('#library .works li').length", 1)
    browser.click("#library .works label", titles[language])
    # Gradio's own mark is white, on nothing.
    drawn = "return getComputedStyle(document.querySelector('#library .works :checked')).appearance"
    browser.until(drawn, "auto")
    browser.click("#library [value=chosen]")
    browser.see(".asked-about li", titles[language])
    browser.gone("#library")
    # Questions to begin with are about what was chosen.
    browser.see(".welcome li button", titles[language])
    browser.until("return document.documentElement.scrollWidth <= innerWidth", True)
    assert browser.findings() == []
    browser.driver.refresh()
    browser.see(".asked-about li", titles[language])
    browser.gone("#splash")
    browser.ask("질문입니다")
    browser.see(".outcome")
    chosen = {rulebooks.document_id(1, code) for code in titles}
    assert set(fake.requests[0]["document_ids"]) == chosen
    browser.click(".asked-about button")
    browser.gone(".asked-about")
    browser.until("return location.search.includes('documents=')", False)
    browser.ask("다시 묻습니다")
    browser.see(".turn:nth-of-type(2) .outcome")
    assert "document_ids" not in fake.requests[1]


def test_back_closes_the_list_and_the_document_over_it(
    browser: Browser, address: str, fake: FakeService
) -> None:
    browser.open(f"{address}?lang=en", ".welcome")
    browser.tab_to("#library-link a").send_keys(Keys.ENTER)
    browser.see("#library .works li")
    browser.until("return document.activeElement.type", "search")
    browser.click("#library .works [data-source]")
    browser.see("#source .failure")  # The stand-in has no such passage.
    browser.driver.back()
    browser.gone("#source")
    browser.see("#library .works li")
    browser.driver.back()
    browser.gone("#library")
    browser.see(".welcome")


@each_language
def test_what_is_asked_before_the_page_is_ready_is_not_lost(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [[reply]]
    fake.limits_known.clear()
    browser.driver.get(f"{address}?lang={language}")
    browser.until("return document.documentElement.lang", language)
    browser.see("#splash .tagline", texts.tagline)
    empty = "return getComputedStyle(document.querySelector('#splash textarea')).direction"
    assert browser.run(empty) == direction_of(language), "the placeholder stands at the wrong end"
    browser.see("#splash textarea").send_keys("질문입니다")
    if language == "ko":  # It is written, and not sent yet.
        fake.limits_known.set()
        browser.gone("#splash")
        browser.until("return document.querySelector('#question textarea').value", "질문입니다")
        browser.see("#question textarea").send_keys(Keys.ENTER)
    else:
        browser.see("#splash textarea").send_keys(Keys.ENTER)
        browser.see("#splash .status", texts.sent_early)
        fake.limits_known.set()
    browser.see(".question", "질문입니다")
    browser.see(".outcome")
    assert len(fake.requests) == 1
