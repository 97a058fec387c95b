"""The whole service as users run it: ``trilogue serve`` in a process of its own, with the real
models, asked in three languages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from browser import Browser
from httpx_sse import connect_sse
from live import unused_port
from selenium.webdriver.common.keys import Keys

from assistant.api.schemas import ChatResponse, LanguageCode
from assistant.language import numbers_in, script_shares
from ui.app import start
from ui.texts import load_texts

pytestmark = [pytest.mark.models, pytest.mark.generation]

SAMPLES = Path(__file__).parents[2] / "samples"
TRILOGUE = str(Path(sys.executable).with_name("trilogue"))
QUESTIONS = {
    "ko": ("교류 학생의 월 생활비 지원액은 한국에서 얼마인가요?", "Hangul"),
    "ar": ("كم تبلغ المكافأة الشهرية لطلاب التبادل في كوريا؟", "Arabic"),
    "en": ("How much is the monthly stipend for exchange students in Korea?", "Latin"),
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A data folder into which ``trilogue ingest`` has brought two policies."""
    environment = os.environ | {"TRILOGUE_DATA_DIR": str(tmp_path_factory.mktemp("service"))}
    paths = [*SAMPLES.glob("exchange-*"), *SAMPLES.glob("research-data-*.pdf")]
    subprocess.run([TRILOGUE, "ingest", *map(str, paths)], env=environment, check=True, timeout=300)
    return environment


@pytest.fixture(scope="module")
def service(environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [TRILOGUE, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    url = ""
    for line in process.stderr:
        if "listens on " in line:
            url = line.split("listens on ")[1].strip()
            break
    assert url, "the service did not start"
    deadline = time.monotonic() + 60
    while httpx.get(f"{url}/readyz").status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    yield url, process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("language", ["ko", "ar", "en"])
def test_answers_are_in_the_askers_language_and_their_numbers_are_cited(
    service: tuple[str, subprocess.Popen[str]], language: str
) -> None:
    question, script = QUESTIONS[language]
    body = {"messages": [{"role": "user", "content": question}]}
    reply = ChatResponse.model_validate(
        httpx.post(f"{service[0]}/v1/chat", json=body, timeout=180).json()
    )
    assert reply.outcome in ("answered", "quoted")
    assert script_shares(reply.answer)[script] > 0.5
    assert any(c.source == f"exchange-eligibility.{language}.md" for c in reply.citations)
    cited = set(numbers_in(" ".join(f"{c.quote} {c.locator} {c.number}" for c in reply.citations)))
    assert set(numbers_in(reply.answer)) <= cited
    assert "1100000" in cited or "110" in cited


@pytest.fixture(scope="module")
def page(service: tuple[str, subprocess.Popen[str]]) -> Iterator[str]:
    """The chat page over the service; its address."""
    app = start(service[0], "127.0.0.1", unused_port())
    yield str(app.local_url)
    app.close(verbose=False)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = Browser(tmp_path_factory.mktemp("profile"), patience=120)
    yield chromium
    chromium.close()


@pytest.mark.parametrize("language", ["ko", "ar", "en"])
def test_the_page_shows_what_the_service_answers(
    service: tuple[str, subprocess.Popen[str]], page: str, browser: Browser, language: LanguageCode
) -> None:
    """Asked what the service was asked before, so that the reply is there soon."""
    texts, question = load_texts(language), QUESTIONS[language][0]
    body = {"messages": [{"role": "user", "content": question}]}
    browser.screen(1280, 800)
    browser.open(f"{page}?lang={language}", ".welcome")
    browser.ask(question)
    browser.see(".quote-card blockquote")
    browser.see(".actions")
    reply = ChatResponse.model_validate(
        httpx.post(f"{service[0]}/v1/chat", json=body, timeout=180).json()
    )
    browser.see(".outcome", texts.outcomes[reply.outcome])
    for citation in reply.citations:
        browser.see(".quote-card blockquote", citation.quote.split("\n")[0])
    first = next(c for c in reply.citations if c.number == min(c.number for c in reply.citations))
    browser.click(".quote-card .open")
    assert browser.see("#source mark").text.split()[0] in first.quote
    assert browser.see("#source .passage .text").get_attribute("lang") == first.language
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.gone("#source")
    browser.click("[data-share]")
    shared = browser.see("[data-share]").get_attribute("data-share")
    browser.driver.get(f"{page.rstrip('/')}{shared}?lang={language}")
    browser.see(".question", question)
    browser.see(".outcome", texts.outcomes[reply.outcome])


def test_commands_use_the_running_service(
    service: tuple[str, subprocess.Popen[str]], environment: dict[str, str]
) -> None:
    search = subprocess.run(
        [TRILOGUE, "search", "stipend", "--json"],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert json.loads(search.stdout)["results"]
    ingest = subprocess.run(
        [TRILOGUE, "ingest", str(SAMPLES / "dual-degree.en.md")],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert f"{service[0]} does the work" in ingest.stderr
    listed = subprocess.run(
        [TRILOGUE, "documents", "list", "--json"],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "dual-degree.en.md" in listed.stdout


def test_a_killed_generator_costs_the_reply_at_hand_its_answer_and_is_back_within_20_seconds(
    service: tuple[str, subprocess.Popen[str]],
) -> None:
    url, process = service
    body = {"messages": [{"role": "user", "content": QUESTIONS["en"][0]}], "stream": True}
    # Another language: the answer in English may be in the cache.
    body |= {"language": "ko", "user": "killer"}
    events: list[tuple[str, dict[str, Any]]] = []
    with (
        httpx.Client(timeout=180) as client,
        connect_sse(client, "POST", f"{url}/v1/chat", json=body) as source,
    ):
        for event in source.iter_sse():
            events.append((event.event, event.json()))
            if event.event == "evidence":
                _llama_of(process).kill()
                killed = time.monotonic()
    name, last = events[-1]
    assert (name, last.get("outcome"), last.get("status")) in [
        ("reply", "quoted", None),
        ("error", None, 503),
    ]
    while httpx.get(f"{url}/readyz").status_code != 200:
        assert time.monotonic() - killed < 20, "the generator does not come back"
        time.sleep(0.1)
    print(f"back after {time.monotonic() - killed:.1f} s; the reply in flight: {name}")  # noqa: T201
    again = httpx.post(f"{url}/v1/chat", json=body | {"stream": False}, timeout=180).json()
    assert again["outcome"] in ("answered", "quoted")


def _llama_of(process: subprocess.Popen[str]) -> psutil.Process:
    children = psutil.Process(process.pid).children(recursive=True)
    return next(child for child in children if "llama_server" in " ".join(child.cmdline()))


def test_it_stops_on_a_signal_and_leaves_nothing_behind(
    service: tuple[str, subprocess.Popen[str]], environment: dict[str, str]
) -> None:
    url, process = service
    children = psutil.Process(process.pid).children(recursive=True)
    assert any("llama_server" in " ".join(child.cmdline()) for child in children)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert not (Path(environment["TRILOGUE_DATA_DIR"]) / "service.json").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")
