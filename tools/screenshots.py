"""Takes the screenshots of docs/images: the main pages, in each language, on a desktop's screen,
on a phone's, and dark. Run by ``make screenshots`` while `make demo` runs.

The questions are asked of the running service, so that what the pictures show is what it does. With
``--every-state`` it takes, besides, what readers see less often, on a desktop's screen and on a
phone's: a reply on its way, a stopped one, a quoted one, one without an answer, the list of
documents with one of them chosen, a conversation as others see it, the operators' page.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import Browser  # noqa: E402

from assistant.codes import Language  # noqa: E402
from ui.texts import LANGUAGES, load_texts  # noqa: E402

ADDRESS = os.environ.get("TRILOGUE_UI_URL", "http://127.0.0.1:7860")
IMAGES = ROOT / "docs" / "images"
SCREENS = {"desktop": (1280, 800, False), "phone": (360, 740, False), "dark": (1280, 800, True)}

#: Asked for the words of an article, which are given as they stand.
QUOTED: dict[Language, str] = {
    "ko": "교류 규정 제4조의 내용은 무엇입니까?",
    "ar": "ما نص المادة 4 من سياسة التبادل؟",
    "en": "What does Article 4 of the exchange policy say?",
}
#: Answered by no document.
NOT_FOUND: dict[Language, str] = {
    "ko": "내일 리야드 날씨는 어때요?",
    "ar": "كيف سيكون الطقس غدًا في الرياض؟",
    "en": "What will the weather be like in Riyadh tomorrow?",
}


def main() -> None:
    """Take them."""
    every = "--every-state" in sys.argv[1:]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(Path(profile), patience=300)
        try:
            for language in LANGUAGES:
                _main_pages(browser, language)
                if every:
                    _other_states(browser, language)
        finally:
            browser.close()


def _main_pages(browser: Browser, language: Language) -> None:
    """The page before the first question, a reply, and what it rests on."""
    conversation = _asked(browser, language, load_texts(language).starters[0])
    for name, (width, height, dark) in SCREENS.items():
        browser.screen(width, height, dark)
        _begin(browser, language)
        _save(browser, f"{language}-{name}-start")
        browser.open(conversation, ".actions")
        browser.run("scrollTo(0, 0)")
        _save(browser, f"{language}-{name}-answer")
        browser.unfold()
        browser.click(".quote-card .open")
        browser.see("#source mark")
        _save(browser, f"{language}-{name}-source")


def _other_states(browser: Browser, language: Language) -> None:
    """What readers see less often."""
    texts = load_texts(language)
    quoted = _asked(browser, language, QUOTED[language])
    shared = _shared(browser)
    not_found = _asked(browser, language, NOT_FOUND[language])
    for name in ("desktop", "phone"):
        browser.screen(*SCREENS[name])
        _begin(browser, language)
        browser.ask(texts.starters[1])
        browser.see(".turn .evidence")
        _save(browser, f"{language}-{name}-on-its-way")
        browser.click("#stop")
        browser.see(".turn .status", texts.stopped)
        browser.gone("#stop")
        _save(browser, f"{language}-{name}-stopped")
        _begin(browser, language)
        browser.click(".welcome .library-link")
        browser.click("#library .works label")
        _save(browser, f"{language}-{name}-documents")
        browser.click("#library [value=chosen]")
        browser.see(".asked-about li")
        _save(browser, f"{language}-{name}-chosen")
        for state, conversation in (("quoted", quoted), ("not-found", not_found)):
            browser.open(conversation, ".actions")
            browser.run("scrollTo(0, 0)")
            _save(browser, f"{language}-{name}-{state}")
        browser.open(shared, ".reply")
        _save(browser, f"{language}-{name}-shared")
        browser.open(f"{ADDRESS}/operators?lang={language}", ".tabs")
        _save(browser, f"{language}-{name}-operators")


def _begin(browser: Browser, language: Language) -> None:
    browser.open(f"{ADDRESS}/?lang={language}", ".welcome")
    browser.see(".welcome", load_texts(language).tagline)


def _asked(browser: Browser, language: Language, question: str) -> str:
    """The address of a conversation with a question and the whole reply to it."""
    browser.screen(1280, 800)
    _begin(browser, language)
    browser.ask(question)
    browser.see(".actions")
    browser.until("return location.search.includes('conversation=')", True)
    return browser.driver.current_url


def _shared(browser: Browser) -> str:
    """The address under which others see the conversation that is shown."""
    browser.click(".conversations .current .menu summary")
    browser.click(".conversations .current [data-dialog=share]")
    browser.click("#share [data-method=PUT]")
    return str(browser.see("#share a").get_attribute("href"))


def _save(browser: Browser, name: str) -> None:
    """A picture with 128 colours, which these pages do with, and a third of the bytes."""
    browser.run("return document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(128).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
