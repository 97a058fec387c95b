"""What the chat page weighs, how soon it is painted, and whether replies begin in view.

Over a stand-in for the service, or with ``--service`` over a running one, in headless Chromium with
an empty cache. It prints, for each language, the bytes of our own files as they are sent and as
they are stored, and the paint entries of the browser (Paint Timing, Largest Contentful Paint); and,
for each screen, for how many of the replies the first line of the answer was in view when the reply
was complete, without anybody having scrolled.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "ui")]

import rulebooks  # noqa: E402
from browser import Browser  # noqa: E402
from fake_service import running  # noqa: E402
from live import unused_port  # noqa: E402

from assistant.api.schemas.chat_schemas import ChatResponse, Citation, Timings  # noqa: E402
from assistant.codes import Language, Outcome  # noqa: E402
from evals.dataset import load_suite  # noqa: E402
from ui.app import start  # noqa: E402
from ui.texts import LANGUAGES, direction_of  # noqa: E402

SCREENS = ((1280, 757), (390, 844))
OUTCOMES: tuple[Outcome, ...] = ("answered", "quoted")
_STATIC = ROOT / "ui" / "static"
_PAINTS = """
const done = arguments[0];
new PerformanceObserver((list) => done({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    largest: list.getEntries().at(-1).startTime,
})).observe({ type: "largest-contentful-paint", buffered: true });
"""
_IN_VIEW = """
const first = [...document.querySelectorAll(
    ".turn:last-of-type :is(.answer p, .quote-card blockquote, .nearest li, .gloss p)")][0];
const { top } = first.getBoundingClientRect();
const line = top + parseFloat(getComputedStyle(first).lineHeight);
const box = document.querySelector("#composer").getBoundingClientRect().top;
return top > document.querySelector("#top").offsetHeight && line <= box;
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", help="the API's address; by default a stand-in")
    parser.add_argument("--key", help="its key")
    parser.add_argument("--replies", type=int, default=20, help="for each screen")
    options = parser.parse_args()
    questions = _questions(options.replies)
    with _service(options.service, questions) as url, tempfile.TemporaryDirectory() as profile:
        app = start(url, "127.0.0.1", unused_port(), options.key)
        browser = Browser(Path(profile), patience=300)
        try:
            for language in LANGUAGES:
                _measure_loading(browser, str(app.local_url), language)
            for screen in SCREENS:
                _measure_replies(browser, str(app.local_url), screen, questions)
        finally:
            browser.close()
            app.close(verbose=False)


def _measure_loading(browser: Browser, address: str, language: Language) -> None:
    browser.screen(*SCREENS[0])
    browser.driver.get("about:blank")
    browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.received()
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.driver.execute_async_script("document.fonts.ready.then(() => arguments[0]())")
    paints = browser.driver.execute_async_script(_PAINTS)
    got = browser.received()
    own = {urlsplit(url).path.removeprefix("/trilogue/"): size for url, size in got.items()
           if "/trilogue/" in url}  # fmt: skip
    stored = sum((_STATIC / unquote(path)).stat().st_size for path in own)
    print(
        f"{language}: own files {sum(own.values()) / 1000:.0f} KB sent, {stored / 1000:.0f} KB "
        f"stored ({len(own)} files); all {sum(got.values()) / 1000:.0f} KB; first paint "
        f"{paints['first'] / 1000:.2f} s, largest {paints['largest'] / 1000:.2f} s"
    )


def _measure_replies(
    browser: Browser,
    address: str,
    screen: tuple[int, int],
    questions: list[tuple[Language, str]],
) -> None:
    browser.screen(*screen)
    seen = 0
    for number, (language, question) in enumerate(questions, start=1):
        if number == 1 or language != questions[number - 2][0]:
            browser.open(f"{address}?lang={language}", ".welcome")
            turns = 0
        turns += 1
        browser.ask(question)
        browser.see(f".turn:nth-of-type({turns}) .outcome")
        browser.see("#send")
        seen += bool(browser.run(_IN_VIEW))
    print(f"{screen[0]}×{screen[1]}: first line in view for {seen} of {len(questions)} replies")


def _questions(count: int) -> list[tuple[Language, str]]:
    """Questions on the samples, those of each language together."""
    facts = load_suite("samples-core").facts
    return [
        (language, facts[place % len(facts)].questions[language])
        for at, language in enumerate(LANGUAGES)
        for place in range(at, count, len(LANGUAGES))
    ]


@contextmanager
def _service(url: str | None, questions: list[tuple[Language, str]]) -> Iterator[str]:
    """The service at an address, or a stand-in that knows what to reply."""
    if url:
        yield url
        return
    with running() as fake:
        rulebooks.fill(fake)
        for _ in SCREENS:
            for number, (language, _) in enumerate(questions):
                fake.scripts.append([_reply(number, language)])
        yield fake.url


def _reply(number: int, language: Language) -> ChatResponse:
    """A reply in a language, of each outcome in turn."""
    quote = rulebooks.SUBJECTS[language][number % 5] * 6
    cited = Citation(
        number=1, document_id=rulebooks.document_id(0, language), passage_id="p", source="s.md",
        title=rulebooks.TITLES[0][0][language], locator="1", page=None, language=language,
        quote=quote, start=0, end=len(quote), score=0.8,
    )  # fmt: skip
    return ChatResponse(
        id=f"r{number}", outcome=OUTCOMES[number % len(OUTCOMES)], answer=f"{quote} [1]",
        answer_language=language, direction=direction_of(language), citations=[cited],
        conversation_id="c", model="m",
        timings_ms=Timings(retrieval=1, evidence=2, first_token=3, total=4),
    )  # fmt: skip


if __name__ == "__main__":
    main()
