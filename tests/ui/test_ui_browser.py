"""The page in a real browser: asking, reading, switching, stopping, failing."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_service import FakeService
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from assistant.api.schemas import ChatResponse, Citation, EvidenceEvent, Problem, SentenceEvent
from ui.texts import load_texts

pytestmark = pytest.mark.browser
QUESTION = "كم طالبًا يُقبل سنويًا في برنامج الدرجة المزدوجة؟"
KO, AR = load_texts("ko"), load_texts("ar")
_OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--window-size=360,740",
]


class Browser:
    """A person at the page."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._wait: WebDriverWait[webdriver.Chrome] = WebDriverWait(driver, 20)

    def see(self, selector: str, text: str = "") -> WebElement:
        """Wait until an element is there and visible, with ``text`` in it."""

        def look(driver: webdriver.Chrome) -> WebElement | None:
            for element in driver.find_elements(By.CSS_SELECTOR, selector):
                if element.is_displayed() and text in element.text:
                    return element
            return None

        return self._wait.until(look, f"{selector} with {text!r}")  # type: ignore[return-value]

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        self.see("#question textarea").send_keys(question, Keys.ENTER)

    def switch_to(self, name: str) -> None:
        """Choose a language by its name."""
        self.see("#language label", name).click()

    def page_is(self, language: str, direction: str) -> None:
        """Wait until the page's root has this language and direction."""
        expected = [language, direction]
        script = "return [document.documentElement.lang, document.documentElement.dir]"
        self._wait.until(lambda driver: driver.execute_script(script) == expected, str(expected))

    def box_contains(self, text: str) -> None:
        """Wait until the box contains exactly this."""
        box = self.see("#question textarea")
        self._wait.until(lambda _: box.get_attribute("value") == text, f"box with {text!r}")

    def requested_hosts(self) -> set[str]:
        """Where the page has sent requests."""
        hosts = set()
        for entry in self.driver.get_log("performance"):  # type: ignore[no-untyped-call]
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url.startswith(("http:", "https:", "ws:", "wss:")):
                    hosts.add(url.split("/")[2])
        return hosts


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Chromium on a phone's screen."""
    chromium, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver_path:
        pytest.skip("needs Debian's packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in [*_OPTIONS, f"--user-data-dir={tmp_path}"]:
        options.add_argument(option)
    options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def test_an_arabic_question_is_answered_with_evidence_and_survives_a_switch(
    browser: Browser,
    address: str,
    service: FakeService,
    evidence: EvidenceEvent,
    reply: ChatResponse,
    korean: Citation,
) -> None:
    sentence, first, last = threading.Event(), threading.Event(), threading.Event()
    said = SentenceEvent(text="يُقبل في البرنامج 24 طالبًا كل عام [1].")
    service.scripts = [[first, evidence, sentence, said, last, reply]]
    browser.driver.get(f"{address}?lang=ar")
    browser.page_is("ar", "rtl")
    browser.see("#starters", AR.starters[0])

    browser.ask(QUESTION)
    browser.see(".question", QUESTION)
    browser.see(".status", AR.searching)
    first.set()
    quote = browser.see(".quote-card blockquote", korean.quote)
    assert (quote.get_attribute("lang"), quote.get_attribute("dir")) == ("ko", "ltr")
    sentence.set()
    assert browser.see(".answer", "24").get_attribute("dir") == "rtl"

    browser.switch_to("한국어")
    browser.page_is("ko", "ltr")
    browser.see(".status", KO.answering)
    last.set()
    browser.see(".outcome", KO.outcomes["answered"])
    browser.switch_to("العربية")
    browser.page_is("ar", "rtl")
    browser.see(".outcome", AR.outcomes["answered"])
    browser.see(".question", QUESTION)
    browser.see(".quote-card", korean.locator)

    browser.see("a.citation", "[1]").click()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "turn-1-evidence-1"
    assert browser.driver.current_url == f"{address}?lang=ar"
    assert browser.requested_hosts() == {address.split("/")[2]}
    width = "return document.documentElement.scrollWidth <= window.innerWidth"
    assert browser.driver.execute_script(width)


def test_a_question_that_failed_is_back_in_the_box(
    browser: Browser, address: str, service: FakeService, reply: ChatResponse
) -> None:
    service.scripts = [Problem(title="Down", status=503, detail="<b>Loading</b>"), [reply]]
    browser.driver.get(f"{address}?lang=ko")
    browser.page_is("ko", "ltr")
    browser.ask("질문입니다")
    browser.see(".failure", KO.failures["busy"])
    browser.see(".failure .detail", "<b>Loading</b>")
    browser.box_contains("질문입니다")
    browser.see("#send").click()
    browser.see(".outcome", KO.outcomes["answered"])
    assert len(service.requests[1]["messages"]) == 1
    browser.see("#clear").click()
    browser.see("#starters button", KO.starters[2])
    assert not browser.driver.find_elements(By.CSS_SELECTOR, ".turn")


def test_stop_ends_the_request_and_keeps_the_evidence(
    browser: Browser,
    address: str,
    service: FakeService,
    evidence: EvidenceEvent,
    reply: ChatResponse,
    korean: Citation,
) -> None:
    service.scripts = [[evidence, threading.Event()], [reply]]
    browser.driver.get(address)
    browser.see("#starters button").click()
    browser.see(".quote-card", korean.quote)
    browser.see("#stop").click()
    browser.see(".status", "Stopped.")
    browser.see(".quote-card", korean.quote)
    assert service.disconnected.wait(5)
    browser.ask("Again?")
    browser.see(".turn:nth-child(2) .outcome", "Answered from the documents")
