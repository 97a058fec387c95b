"""The chat page and the operators' page in a real browser over the real service and its models,
in each language.

Equal questions are served from the answer cache, so the tests ask a few again and again. Those
that need the model at work come first and ask what nobody has asked before them; the one that
stops the service is the last.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import psutil
import pytest
from browser import Browser
from live import unused_port
from newcomers import ask_at_once
from selenium.webdriver.common.keys import Keys
from service_process import TRILOGUE, ServiceProcess

from assistant.api.schemas.chat_schemas import ChatResponse, Conversation
from assistant.api.schemas.document_schemas import DocumentList, DocumentView
from assistant.api.schemas.reader_schemas import PassageContext
from assistant.codes import Fault, FileOutcome, Language
from assistant.settings import Settings
from ui.app import start
from ui.texts import ENDONYMS, LANGUAGES, Texts, load_texts
from ui.views import copied
from ui.visitor import COOKIE

pytestmark = [pytest.mark.models, pytest.mark.generation, pytest.mark.browser]

each_language = pytest.mark.parametrize("language", LANGUAGES)
#: Of the starters: what an exchange student receives, and how soon a leak is reported (a PDF).
STIPEND, LEAK = 1, 2
ANSWERED = ".outcome:is(.answered, .quoted)"
ROOT = "const r = document.documentElement; return [r.lang, r.dir]"
QUESTION_BOX = "return document.querySelector('#question textarea').value"
UNTREATED: dict[Language, str] = {
    "ko": "김치찌개는 어떻게 끓이나요?",
    "ar": "من فاز بكأس العالم لكرة القدم؟",
    "en": "How do I bake sourdough bread?",
}
EARLIER = """---
title: "Policy on Student and Staff Exchange: Eligibility and Support"
work_id: exchange-eligibility
language: en
collection: samples
effective_from: 2023-09-01
---

# Policy on Student and Staff Exchange: Eligibility and Support

## Article 6 (Stipend and travel)

(1) An exchange student receives 900,000 won a month in Korea.
"""
ATTACK = "<script>window.hacked = 1</script>"
HOSTILE_NAME = "<img src=x onerror='window.hacked = 1'>.md"
HOSTILE = f"""---
title: "{ATTACK}"
language: en
---

# {ATTACK}

A library locker is rented for 7,000 won a term. {ATTACK} Its key is returned on the last day.
"""


@dataclass(frozen=True)
class ApiKeys:
    """Keys of the service: the page's, and an operator's."""

    page: str
    operator: str


@pytest.fixture(scope="module")
def keys(environment: dict[str, str]) -> ApiKeys:
    return ApiKeys(make_key(environment, "page", "chat"), make_key(environment, "desk", "admin"))


def trilogue(environment: Mapping[str, str], *arguments: str) -> str:
    """What a command prints."""
    command = [TRILOGUE, *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=300
    ).stdout


def make_key(environment: Mapping[str, str], name: str, scope: str) -> str:
    """A key for everything, with the limit that docker-compose.yml gives to the page's."""
    options = ("--scope", scope, "--all-collections", "--per-minute", "600", "--json")
    return str(json.loads(trilogue(environment, "keys", "create", name, *options))["key"])


@pytest.fixture(scope="module")
def service(keys: ApiKeys, service: ServiceProcess) -> ServiceProcess:
    """The service, started after there were keys: it asks everybody for one."""
    return service


@pytest.fixture(scope="module")
def page(keys: ApiKeys, service: ServiceProcess) -> Iterator[str]:
    """The chat page's address."""
    app = start(service.url, "127.0.0.1", unused_port(), keys.page)
    yield str(app.local_url)
    app.close(verbose=False)


@pytest.fixture(scope="module")
def patience() -> float:
    """Seconds: a model is at work."""
    return 240


@contextmanager
def client_of(service: ServiceProcess, key: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{service.url}/v1", headers=headers, timeout=300) as client:
        yield client


@pytest.fixture
def api(service: ServiceProcess, keys: ApiKeys) -> Iterator[httpx.Client]:
    """The API as the page may use it."""
    with client_of(service, keys.page) as client:
        yield client


@pytest.fixture
def admin(service: ServiceProcess, keys: ApiKeys) -> Iterator[httpx.Client]:
    """The API as an operator may use it."""
    with client_of(service, keys.operator) as client:
        yield client


def ask_starter(browser: Browser, page: str, texts: Texts, number: int) -> None:
    """Open the page, ask one of the questions that its texts have, and wait for the answer."""
    browser.open(f"{page}?lang={texts.language}", ".welcome")
    browser.ask(texts.starters[number])
    browser.see(ANSWERED)
    browser.see(".conversations .current")


def conversation_id(browser: Browser) -> str:
    """The conversation that the address names."""
    browser.until("return location.search.includes('conversation=')", True)
    return parse_qs(urlsplit(browser.driver.current_url).query)["conversation"][0]


def stored(browser: Browser, api: httpx.Client) -> Conversation:
    """The conversation on the page as the service has it."""
    found = api.get(f"/conversations/{conversation_id(browser)}")
    return Conversation.model_validate(found.raise_for_status().json())


def last_reply(browser: Browser, api: httpx.Client) -> ChatResponse:
    """The last reply of the conversation on the page as the service has it."""
    reply = stored(browser, api).turns[-1].reply
    assert reply is not None
    return reply


def outcome_of(reply: ChatResponse, texts: Texts) -> str:
    """What the page says of how a reply came out."""
    nearest = reply.outcome == "quoted" and not reply.direct
    return texts.no_direct_answer if nearest else texts.outcomes[reply.outcome]


def texts_of(browser: Browser, selector: str) -> list[str]:
    """What all the elements of a kind contain."""
    found = browser.run(
        f"return [...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)"
    )
    assert isinstance(found, list)
    return found


# With the model at work


@each_language
def test_evidence_is_there_before_the_model_speaks_and_stays_when_it_is_stopped(
    service: ServiceProcess, page: str, browser: Browser, admin: httpx.Client,
    language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    browser.open(f"{page}?lang={language}", ".welcome")
    browser.until(ROOT, [language, texts.direction])
    with service.speechless():
        browser.ask(texts.starters[STIPEND])
        browser.see(".question", texts.starters[STIPEND])
        browser.see(".quote-card blockquote")
        browser.see(".status", texts.reading)
        browser.gone(".answer, .outcome")
        browser.click("#stop")
        browser.see(".status", texts.stopped)
        browser.see(".quote-card blockquote")
        metrics = f"{service.url}/metrics"
        nobody = 'trilogue_queue{queue="chats"} 0.0'
        browser.wait(
            lambda: nobody in httpx.get(metrics, headers=admin.headers).text, "no chat in progress"
        )
    browser.click("[data-act=retry]")
    browser.see(ANSWERED)
    assert texts_of(browser, ".question p") == [texts.starters[STIPEND]], (
        "in the place of the first"
    )


@each_language
def test_a_reload_and_another_language_lose_nothing_of_a_reply_on_its_way(
    service: ServiceProcess, page: str, browser: Browser, api: httpx.Client,
    language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    other = load_texts(LANGUAGES[LANGUAGES.index(language) - 1])
    browser.open(f"{page}?lang={language}", ".welcome")
    with service.speechless():
        browser.ask(texts.starters[LEAK])
        browser.see(".quote-card blockquote")
        quotes = texts_of(browser, "blockquote")
        conversation = conversation_id(browser)
        browser.driver.refresh()
        browser.see(".status", texts.reading)
        browser.gone("#splash")
        assert texts_of(browser, "blockquote") == quotes
        browser.click(".languages button", ENDONYMS[other.language])
        browser.see(".status", other.reading)
        browser.until(ROOT, [other.language, other.direction])
        browser.see(".question", texts.starters[LEAK])
        assert texts_of(browser, "blockquote") == quotes
    browser.see(ANSWERED)
    reply = last_reply(browser, api)
    browser.see(".outcome", outcome_of(reply, other))
    assert reply.answer_language == language
    kept = stored(browser, api)
    assert (kept.id, [turn.question for turn in kept.turns]) == (
        conversation,
        [texts.starters[LEAK]],
    )


def test_a_follow_up_is_understood_from_the_question_before_it(
    page: str, browser: Browser, api: httpx.Client
) -> None:
    follow_up, texts = "그럼 리얄로는요?", load_texts("ko")
    alone = api.post("/chat", json={"messages": [{"role": "user", "content": follow_up}]}).json()
    assert alone["outcome"] == "not_found"
    ask_starter(browser, page, texts, STIPEND)
    browser.ask(follow_up)
    browser.see(f".turn:nth-of-type(2) {ANSWERED}")
    browser.unfold()
    browser.see(".turn:nth-of-type(2) .quote-card blockquote", "3,000리얄")
    assert [turn.question for turn in stored(browser, api).turns] == [
        texts.starters[STIPEND],
        follow_up,
    ]


def test_hostile_questions_names_titles_and_texts_stay_text(
    page: str, browser: Browser, keys: ApiKeys, tmp_path: Path
) -> None:
    texts = load_texts("en")
    harmless = "return window.hacked ?? null"
    browser.sign_in(page, keys.operator, texts)
    browser.upload(tmp_path / HOSTILE_NAME, HOSTILE.encode())
    browser.see(".state", texts.operators.states["done"])
    # The service keeps files under names without brackets.
    browser.see(".details", HOSTILE_NAME.replace("<", "_").replace(">", "_"))
    browser.click(".tabs button", texts.operators.documents)
    browser.see("table th", ATTACK)
    assert browser.run(harmless) is None
    question = f"How much does a library locker cost for a term? {ATTACK}"
    browser.open(f"{page}?lang=en", ".welcome")
    browser.ask(question)
    browser.see(ANSWERED)
    browser.see(".question", question)
    browser.unfold()
    browser.see(".quote-card figcaption", ATTACK)
    browser.see(".quote-card blockquote", ATTACK)
    browser.see(".conversations .current", "<script>")
    assert browser.run(harmless) is None
    address = str(browser.see(".quote-card .open").get_attribute("href"))
    browser.click(".quote-card .open")
    browser.see("#source h1", ATTACK)
    browser.see("#source mark", ATTACK)
    assert browser.run(harmless) is None
    browser.driver.get(address)
    browser.see("main h1", ATTACK)
    browser.see("main mark", ATTACK)
    assert browser.run(harmless) is None
    browser.open(f"{page}?lang=en", ".welcome")
    browser.ask(f"{ATTACK} {UNTREATED['en']}")
    browser.see(".outcome.not_found")
    browser.sign_in(page, keys.operator, texts)
    browser.click(".tabs button", texts.operators.unanswered)
    browser.see("table th", f"{ATTACK} {UNTREATED['en']}")
    assert browser.run(harmless) is None


# Replies, sources and conversations


@each_language
def test_the_cards_show_what_the_service_cites_and_marks_jump_to_them(
    page: str, browser: Browser, api: httpx.Client, language: Language
) -> None:
    texts = load_texts(language)
    ask_starter(browser, page, texts, STIPEND)
    reply = last_reply(browser, api)
    browser.see(".outcome", outcome_of(reply, texts))
    cited = sorted(reply.citations, key=lambda citation: citation.number)
    assert texts_of(browser, ".quote-card blockquote") == [citation.quote for citation in cited]
    marks = texts_of(browser, ".answer a.citation")
    # The cards say all that a reply of quotes has to say.
    assert set(marks) == {f"[{c.number}]" for c in cited if reply.outcome == "answered"}
    for mark in set(marks):
        browser.click("a.citation", mark)
        browser.until("return document.activeElement.id.split('-').pop()", mark.strip("[]"))


@each_language
def test_a_source_is_shown_in_its_document_with_its_page_and_its_editions(
    page: str, browser: Browser, api: httpx.Client, language: Language
) -> None:
    texts = load_texts(language)
    ask_starter(browser, page, texts, LEAK)
    first = min(last_reply(browser, api).citations, key=lambda citation: citation.number)
    assert first.source == f"research-data-handling.{language}.pdf"
    place = f"/documents/{first.document_id}/passages/{first.passage_id}/context"
    context = PassageContext.model_validate(api.get(place).raise_for_status().json())
    browser.unfold()
    browser.click(".quote-card .open")
    browser.see("#source mark")
    assert texts_of(browser, "#source mark") == [first.quote]
    browser.see("#source .place", texts.on_pages(first.page))
    browser.see("#source .marks", texts.source.validity["in_force"])
    browser.see("#source .marks", texts.source.from_day.format(day=texts.day(20250915)))
    browser.see("#source .neighbours h2", texts.source.before)
    browser.see("#source .neighbours h2", texts.source.after)
    around = [*context.before, *context.after]
    assert texts_of(browser, "#source .neighbours .text") == [passage.text for passage in around]
    for other in LANGUAGES:
        if other != language:
            browser.click("#source .editions a", texts.languages[other])
            browser.see("#source .place", f"research-data-handling.{other}.pdf")
            assert browser.see("#source .passage .text").get_attribute("lang") == other
            browser.see("#source mark")
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.gone("#source")


@pytest.fixture(scope="module")
def earlier(service: ServiceProcess, keys: ApiKeys, chromium: Browser) -> str:
    """An earlier version of a policy is sent to the service; its name."""
    name = "exchange-eligibility-2023.en.md"
    with client_of(service, keys.operator) as admin:
        sent = admin.post("/documents", files={"files": (name, EARLIER)}).raise_for_status().json()
        one = f"/ingestions/{sent['ingestion_id']}"
        chromium.wait(lambda: admin.get(one).json()["state"] == "done", "the ingestion to end")
    return name


@each_language
def test_an_earlier_wording_is_not_cited_and_is_marked_as_superseded(
    page: str, browser: Browser, api: httpx.Client, earlier: str, language: Language
) -> None:
    texts = load_texts(language)
    browser.open(f"{page}?lang={language}", ".welcome")
    browser.ask(load_texts("en").starters[STIPEND])
    browser.see(ANSWERED)
    assert earlier not in [citation.source for citation in last_reply(browser, api).citations]
    browser.unfold()
    browser.click(".quote-card .open")
    browser.see("#source .mark", texts.source.validity["in_force"])
    browser.see("#source .editions h2", texts.source.wordings)
    browser.click("#source .editions a", texts.source.until_day.format(day=texts.day(20250831)))
    browser.see("#source .mark.ended", texts.source.validity["ended"])
    browser.see("#source .passage .text", "900,000")


@each_language
def test_a_shared_reply_is_read_by_whoever_has_the_link(
    page: str, browser: Browser, language: Language
) -> None:
    texts = load_texts(language)
    ask_starter(browser, page, texts, STIPEND)
    answer = texts_of(browser, ".answer")
    quotes = texts_of(browser, "blockquote")
    browser.click("[data-share]")
    browser.see(".trilogue-toast", texts.reply.shared)
    shared = browser.see("[data-share]").get_attribute("data-share")
    browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.driver.get(f"{page.rstrip('/')}{shared}?lang={language}")
    browser.see(".notice", texts.reply.shared_note)
    browser.see(".question", texts.starters[STIPEND])
    assert (texts_of(browser, ".answer"), texts_of(browser, "blockquote")) == (answer, quotes)


@each_language
def test_a_question_that_no_document_treats_names_the_nearest_ones_to_reader_and_operator(
    page: str, browser: Browser, keys: ApiKeys, api: httpx.Client, language: Language
) -> None:
    texts = load_texts(language)
    browser.open(f"{page}?lang={language}", ".welcome")
    browser.ask(UNTREATED[language])
    browser.see(".outcome.not_found", texts.outcomes["not_found"])
    browser.see(".nearest h3", texts.nearest_documents)
    reply = last_reply(browser, api)
    titles = [document.title for document in reply.nearest_documents]
    assert texts_of(browser, ".nearest bdi") == titles
    assert titles
    browser.gone(".quote-card")
    browser.sign_in(page, keys.operator, texts)
    browser.click(".tabs button", texts.operators.unanswered)
    row = browser.see("tbody tr", UNTREATED[language])
    assert all(title in row.text for title in titles)


@each_language
def test_conversations_are_kept_renamed_found_and_really_deleted(
    page: str, browser: Browser, api: httpx.Client, language: Language
) -> None:
    texts = load_texts(language)
    ask_starter(browser, page, texts, STIPEND)
    first = conversation_id(browser)
    user = str(browser.driver.get_cookie(COOKIE)["value"])  # type: ignore[index]
    browser.click("#new")
    browser.see(".welcome")
    browser.ask(UNTREATED[language])
    browser.see(".conversations .current", UNTREATED[language])
    browser.click(".pick", texts.starters[STIPEND])
    browser.see(ANSWERED)
    browser.click(".current .menu summary")
    browser.click("[data-dialog=rename]", texts.sidebar.rename)
    box = browser.see("#rename input")
    box.clear()
    box.send_keys("한국 الأول 1", Keys.ENTER)
    browser.see(".current", "한국 الأول 1")
    search = browser.see("#search textarea, #search input")
    search.send_keys(UNTREATED[language].split()[-1])
    browser.gone(".conversations .current")
    assert len(texts_of(browser, ".pick")) == 1
    search.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE)
    browser.click(".current .menu summary")
    browser.click("[data-dialog=delete]", texts.sidebar.delete)
    browser.see("#delete", texts.sidebar.delete_question)
    browser.click("#delete .danger")
    browser.see(".welcome")
    browser.gone(".conversations .current")
    assert api.get(f"/conversations/{first}").status_code == 404
    listed = api.get("/conversations", params={"user": user}).json()["conversations"]
    assert [one["title"] for one in listed] == [UNTREATED[language]]
    browser.click("[data-dialog=delete-all]", texts.sidebar.delete_all)
    browser.click("#delete-all .danger")
    browser.see(".conversations .none", texts.sidebar.none_yet)
    assert api.get("/conversations", params={"user": user}).json()["conversations"] == []


@each_language
def test_a_reply_is_copied_kept_as_markdown_and_rated_for_the_operators(
    page: str, browser: Browser, keys: ApiKeys, api: httpx.Client, tmp_path: Path,
    language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    ask_starter(browser, page, texts, STIPEND)
    reply = last_reply(browser, api)
    lines = [line for line in reply.answer.splitlines() if line.strip()]
    browser.click("[data-copy]")
    browser.see(".trilogue-toast", texts.reply.copied)
    browser.see("#question textarea").send_keys(Keys.CONTROL, "v")
    browser.until(QUESTION_BOX, copied(reply, texts))

    browser.downloads(tmp_path)
    browser.click(".current .menu summary")
    browser.click(".current .menu a", texts.sidebar.export)
    browser.wait(lambda: any(tmp_path.glob("*.md")), "the file to be there")
    (file,) = tmp_path.glob("*.md")
    markdown = html.unescape(file.read_text("utf-8"))
    assert f"\n## {texts.starters[STIPEND]}\n" in markdown
    assert texts.outcomes[reply.outcome] in markdown
    for citation in reply.citations:
        assert f"[{citation.number}] {citation.title}" in markdown
        assert citation.locator in markdown
        lines += citation.quote.splitlines()
    assert all(" ".join(line.split()) in markdown for line in lines)

    comment = f"<b>2023</b> {language}"
    browser.click("[data-dialog=feedback]")
    browser.click("#feedback .choice", texts.reply.reasons["outdated"])
    browser.see("#feedback textarea").send_keys(comment)
    browser.click("#feedback .primary")
    browser.see(".thanks", texts.reply.thanks)
    browser.sign_in(page, keys.operator, texts)
    browser.click(".tabs button", texts.operators.feedback)
    row = browser.see("tbody tr", comment)
    assert texts.reply.reasons["outdated"] in row.text
    assert texts.outcomes[reply.outcome] in row.text
    browser.click(f"[data-act=open][data-value='{reply.id}']")
    browser.see(".details .question", texts.starters[STIPEND])
    browser.unfold()
    browser.see(".details .quote-card blockquote")


# Operators


@each_language
def test_operators_see_each_document_with_its_quality_report(
    page: str, browser: Browser, keys: ApiKeys, admin: httpx.Client, language: Language
) -> None:
    texts = load_texts(language)
    own = texts.operators
    browser.open(f"{page}operators?lang={language}", ".sign-in")
    # The page's own key is no admin's.
    browser.see(".sign-in input").send_keys(keys.page, Keys.ENTER)
    browser.see(".failure", own.expired)
    browser.see(".sign-in input").send_keys(keys.operator, Keys.ENTER)
    listed = DocumentList.model_validate(admin.get("/documents").json()).documents
    browser.see("table", listed[0].source)
    assert texts_of(browser, "tbody th small") == [document.source for document in listed]
    found = next(d for d in listed if d.source == f"research-data-handling.{language}.pdf")
    report = DocumentView.model_validate(admin.get(f"/documents/{found.document_id}").json())
    browser.click(f"[data-act=open][data-value='{found.document_id}']", own.quality)
    browser.see(".details dt", own.measures["characters"])
    assert report.quality
    browser.see(".details dd", texts.number(report.quality.characters))


@each_language
def test_operators_upload_and_delete_a_document(
    page: str, browser: Browser, keys: ApiKeys, admin: httpx.Client, tmp_path: Path,
    language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    own, name = texts.operators, f"parking-{language}.html"
    # Large enough to be under way for a few seconds; of the comment nothing is ingested.
    content = f"<!-- {'x' * 300_000} --><h1>Parking {language}</h1><p>A permit is needed.</p>"
    browser.sign_in(page, keys.operator, texts)
    browser.network(upload=60_000)
    try:
        browser.upload(tmp_path / name, content.encode())
        browser.see(".upload .progress [role=status]", own.uploading.partition("{")[0])
        browser.see("[aria-current]", own.ingestions)
    finally:
        browser.network()
    browser.see(".state.done", own.states["done"])
    browser.see(".details li", name)
    browser.see(".details .count.added", own.results[FileOutcome.ADDED])
    browser.click(".tabs button", own.documents)
    browser.see("table th", name)
    listed = DocumentList.model_validate(admin.get("/documents").json()).documents
    (new,) = (document for document in listed if document.source == name)
    browser.click(f"[data-dialog=confirm][data-value='{new.document_id}']", texts.sidebar.delete)
    browser.see("#confirm", own.delete_question)
    browser.click("#confirm .danger")
    browser.gone(f"[data-value='{new.document_id}']")
    assert admin.get(f"/documents/{new.document_id}").status_code == 404


@each_language
@pytest.mark.parametrize(
    ("name", "fault", "particulars"),
    [
        ("broken.pdf", Fault.DAMAGED, "is a damaged PDF"),
        ("rules.exe", Fault.UNKNOWN_FORMAT, "unknown kind of file"),
    ],
)
def test_operators_are_told_why_a_file_was_not_taken(
    page: str, browser: Browser, keys: ApiKeys, tmp_path: Path, language: Language,
    name: str, fault: Fault, particulars: str,
) -> None:  # fmt: skip
    texts = load_texts(language)
    browser.sign_in(page, keys.operator, texts)
    browser.upload(tmp_path / name, b"%PDF-1.7 nothing else")
    browser.see("[aria-current]", texts.operators.ingestions)
    browser.see(".details li", name)
    browser.see(".details .count.failed", texts.operators.results[FileOutcome.FAILED])
    browser.see(".details li p", texts.operators.faults[fault])
    browser.see(".details .detail", particulars)
    browser.see("tbody .count", f"{texts.operators.results[FileOutcome.FAILED]} 1")


@each_language
def test_a_key_that_is_revoked_is_signed_out_with_words_that_say_so(
    service: ServiceProcess, page: str, browser: Browser, language: Language
) -> None:
    texts, name = load_texts(language), f"leaver-{language}"
    key = make_key(service.environment, name, "admin")
    browser.sign_in(page, key, texts)
    browser.see("tbody th")
    trilogue(service.environment, "keys", "revoke", name)
    with client_of(service, key) as leaver:
        browser.wait(lambda: leaver.get("/feedback").status_code == 401, "the key to be refused")
    browser.click("[data-act=refresh]")
    browser.see(".failure", texts.operators.expired)
    browser.see(".sign-in input")
    browser.gone("table")


# For everybody


# Each language in light and dark is looked at over the stand-in.
@pytest.mark.parametrize(
    ("language", "width", "dark"), [("ko", 1280, False), ("ar", 360, True), ("en", 360, True)]
)
def test_no_page_scrolls_sideways_and_axe_finds_nothing_serious(
    page: str, browser: Browser, keys: ApiKeys, language: Language, width: int, dark: bool
) -> None:
    texts, findings = load_texts(language), {}
    browser.screen(width, 800, dark)

    def look(name: str) -> None:
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), name
        assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") == dark
        findings[name] = browser.findings()

    browser.open(f"{page}?lang={language}", ".welcome")
    # Made of the samples, and no longer those of the texts.
    starters = browser.run("return document.querySelectorAll('.welcome li button').length")
    assert starters == 3
    browser.gone(f".welcome [data-value='{texts.starters[STIPEND]}']")
    look("welcome")
    browser.ask(UNTREATED[language])
    browser.see(".outcome.not_found")
    browser.see("#send")
    browser.ask(texts.starters[LEAK])
    browser.see(ANSWERED)
    browser.see("#send")
    browser.unfold()
    look("conversation")
    shared = browser.see(".turn:last-of-type [data-share]").get_attribute("data-share")
    address = str(browser.see(".quote-card .open").get_attribute("href"))
    browser.click(".quote-card .open")
    browser.see("#source mark")
    look("source beside the conversation")
    browser.driver.get(address)
    browser.see("main mark")
    look("source")
    browser.driver.get(f"{page.rstrip('/')}{shared}?lang={language}")
    browser.see(".question")
    look("shared")
    browser.sign_in(page, keys.operator, texts)
    browser.see("table")
    # By keyboard: WebDriver takes what is to the left of a phone's screen for hidden.
    browser.tab_to(".row-actions [data-act=open]").send_keys(Keys.ENTER)
    browser.see(".details")
    look("documents")
    for tab in ("ingestions", "feedback", "unanswered"):
        browser.click(".tabs button", getattr(texts.operators, tab))
        browser.see("h2", getattr(texts.operators, tab))
        look(tab)
    assert {name: found for name, found in findings.items() if found} == {}


@each_language
def test_from_opening_the_page_to_reading_the_source_by_keyboard(
    page: str, browser: Browser, language: Language
) -> None:
    texts = load_texts(language)
    browser.open(f"{page}?lang={language}", ".welcome")
    browser.run("document.activeElement.blur()")
    browser.tab_to(".welcome li button")
    browser.tab_to("#question textarea").send_keys(texts.starters[STIPEND], Keys.ENTER)
    browser.see(ANSWERED)
    browser.see(".conversations .current")
    if texts_of(browser, "a.citation"):  # of a reply of quotes the cards say everything
        browser.tab_to("a.citation").send_keys(Keys.ENTER)
        browser.until("return document.activeElement.className", "quote-card")
    browser.see(".quote-card .open")
    browser.tab_to(".quote-card .open").send_keys(Keys.ENTER)
    browser.see("#source mark")
    browser.until("return document.activeElement.closest('dialog')?.id", "source")
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.gone("#source")
    browser.until("return document.activeElement.matches('.quote-card .open')", True)


# The service at its limits


def test_of_twenty_people_at_once_each_is_answered_or_told_that_the_service_is_busy(
    service: ServiceProcess, page: str
) -> None:
    """The service sleeps until all have asked, so that it sees them at the same time."""
    texts, settings = load_texts("en"), Settings(_env_file=None)
    places = settings.generator_slots + settings.chat_queue
    process = psutil.Process(service.process.pid)
    port = urlsplit(service.url).port

    def at_the_door() -> int:
        connections = psutil.Process().net_connections("tcp4")
        return sum(bool(c.raddr) and c.raddr.port == port for c in connections)

    async def all_have_asked() -> None:
        while at_the_door() < 20:
            await asyncio.sleep(0.05)
        process.resume()

    process.suspend()
    try:
        shown = asyncio.run(ask_at_once(page, [texts.starters[STIPEND]] * 20, all_have_asked))
    finally:
        process.resume()
    answered = [turn for turn in shown if re.search(r'class="outcome (answered|quoted)"', turn)]
    busy = [turn for turn in shown if texts.failures["busy"] in turn]
    assert len(answered) + len(busy) == 20
    assert places <= len(answered) < 20


def test_without_the_service_the_page_says_so_and_works_again_when_it_is_back(
    service: ServiceProcess, page: str, browser: Browser
) -> None:
    question = load_texts("ko").starters[STIPEND]
    browser.open(f"{page}?lang=ko", ".welcome")
    service.process.terminate()
    service.process.wait(timeout=120)
    browser.ask(question)
    for language in LANGUAGES:
        browser.click(".languages button", ENDONYMS[language])
        browser.see(".turn .failure", load_texts(language).failures["unreachable"])
        browser.see(".conversations .failure", load_texts(language).failures["unreachable"])
        browser.until(QUESTION_BOX, question)
    service.start()
    browser.click("#send")
    browser.see(f".turn:nth-of-type(2) {ANSWERED}")
    browser.see(".conversations .current", question)
    browser.gone(".conversations .failure")
