"""The pages in a real browser, in each language, over a stand-in for the service: what the real
one seldom does, and how the pages look. What they do with the real one is tested in
``tests/service/test_page.py``."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import Browser
from fake_service import ADMIN_KEY, NOW, FakeService
from newcomers import ask_at_once
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from test_ui_routes import context

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    EvidenceEvent,
    Feedback,
    Problem,
    SentenceEvent,
)
from assistant.api.schemas.document_schemas import (
    DocumentView,
    FileReport,
    IngestionReport,
    IngestionView,
    QualityRemark,
    QualityReport,
)
from assistant.api.schemas.reader_schemas import AskedQuestion, QuestionList
from assistant.codes import Language, RemarkKind
from ui.texts import ENDONYMS, LANGUAGES, load_texts

pytestmark = pytest.mark.browser
QUESTION = "كم طالبًا يُقبل سنويًا في برنامج الدرجة المزدوجة؟"
SAID = SentenceEvent(text="يُقبل في البرنامج 24 طالبًا كل عام [1].")
KO, AR, EN = load_texts("ko"), load_texts("ar"), load_texts("en")
REMARKS: list[QualityRemark | str] = [
    QualityRemark(kind="mangled", detail="lost <b>letters</b>", pages=[2, 3, 4]),
    QualityRemark(kind="mangled", detail="words taken apart", pages=[9]),
    QualityRemark(kind="left_out", detail="4 lines", pages=[]),
    "<i>none</i>",
]
REFUSED = IngestionView(
    ingestion_id=f"ingestion-{1:024x}", state="done", created_at=NOW,
    report=IngestionReport(
        files=[
            FileReport(
                path="학칙.pdf", outcome="failed", fault="protected",
                reason="학칙.pdf is protected with a password. Save it without one.",
            ),
            FileReport(
                path="لائحة.docx", outcome="failed", fault="too_large",
                reason="لائحة.docx has 200 MiB, more than the 100 MiB that are allowed. "
                "Split it, or raise TRILOGUE_MAX_FILE_BYTES.",
            ),
            FileReport(path="old.pdf", outcome="failed", reason="old.pdf is <b>empty</b>."),
            FileReport(path="copy.md", outcome="duplicate", reason="same content"),
            FileReport(path="rules.md", outcome="added", passages=3),
        ],
        counts={"failed": 3, "duplicate": 1, "added": 1}, passages=3, seconds=2, dry_run=False,
    ),
)  # fmt: skip
FAILED = IngestionView(
    ingestion_id=f"ingestion-{2:024x}", state="failed", created_at=NOW + timedelta(hours=1),
    error="The index is locked by another process. Stop it.",
)  # fmt: skip
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def fake(house: tuple[FakeService, str], korean: Citation, arabic: Citation) -> FakeService:
    """The stand-in, empty but for a passage, a document and a question."""
    service = house[0]
    service.__dict__.update(FakeService(url=service.url).__dict__)
    service.passages = {korean.passage_id: context(korean, arabic)}
    service.documents = [
        DocumentView(
            document_id=korean.document_id, collection="default", source="<b>rules</b>.md",
            title=korean.title, language="ko", work_id="w", passages=14, ingested_at=NOW,
            quality=QualityReport(
                characters=5120, scripts={"Hangul": 0.93}, guessed=["title"], remarks=REMARKS
            ),
        )
    ]  # fmt: skip
    asked = AskedQuestion(
        reply_id="r9", question="<b>식당</b>?", outcome="not_found", nearest_documents=[],
        created_at=NOW,
    )  # fmt: skip
    service.questions = QuestionList(total=1, questions=[asked])
    return service


@pytest.fixture
def address(house: tuple[FakeService, str], fake: FakeService) -> str:
    """The chat page's, over a stand-in that has documents: the page remembers for a while which."""
    return house[1]


@each_language
def test_evidence_is_there_until_the_answer_stands_above_it_with_marks_that_jump_to_it(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent,
    reply: ChatResponse, korean: Citation, language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    first, sentence, last = threading.Event(), threading.Event(), threading.Event()
    fake.scripts = [[first, evidence, sentence, SAID, last, reply]]
    browser.screen(360, 740)
    browser.open(f"{address}?lang={language}", ".welcome")
    root = "const r = document.documentElement; return [r.lang, r.dir]"
    browser.until(root, [language, texts.direction])
    browser.see(".welcome", texts.starters[0])
    browser.received()
    browser.ask(QUESTION)
    browser.see(".question", QUESTION)
    browser.see("#notes .status", texts.searching)
    browser.see(".skeleton")
    first.set()
    quote = browser.see(".quote-card blockquote", korean.quote)
    assert (quote.get_attribute("lang"), quote.get_attribute("dir")) == ("ko", "ltr")
    browser.see("#notes .status", texts.reading)
    sentence.set()
    answer = browser.see(".answer", "24")
    assert answer.get_attribute("dir") == "rtl"
    browser.see("#notes .status", texts.writing)
    browser.gone(".quote-card")
    assert answer.rect["y"] < browser.see(".evidence summary", texts.evidence).rect["y"]
    last.set()
    browser.see(".outcome", texts.outcomes["answered"])
    browser.gone("#notes .status")
    browser.until("return document.querySelector('#announcer').textContent.trim()",
                  texts.outcomes["answered"])  # fmt: skip
    browser.click("a.citation", "[1]")
    browser.until("return document.activeElement.classList.contains('quote-card')", True)
    browser.see(".quote-card blockquote", korean.quote)
    browser.until("return document.documentElement.scrollWidth <= innerWidth", True)
    assert {urlsplit(url).netloc for url in browser.received()} <= {urlsplit(address).netloc, ""}


def test_the_whole_page_is_mirrored_in_arabic(browser: Browser, address: str) -> None:
    def middle(selector: str) -> float:
        box = browser.see(selector).rect
        return float(box["x"] + box["width"] / 2)

    places = {}
    for language in ("en", "ar"):
        browser.open(f"{address}?lang={language}", ".welcome")
        browser.see(".welcome", load_texts(language).tagline)  # type: ignore[arg-type]
        places[language] = [middle(s) for s in ("#sidebar", "#send", ".top h1", ".theme")]
        fonts = "return getComputedStyle(document.querySelector('.tagline')).fontFamily"
        assert str(browser.run(fonts)).startswith(
            '"Trilogue Text Arabic"' if language == "ar" else '"Trilogue Text"'
        )
    for left, right in zip(places["en"], places["ar"], strict=True):
        assert abs(left + right - 1280) < 30, places
    icon = "return getComputedStyle(document.querySelector('#send'), '::before').transform"
    assert "-1" in str(browser.run(icon))
    box = "const s = getComputedStyle(document.querySelector('#question textarea'));"
    # The caret stands where an Arabic sentence begins; an English one has its own direction.
    browser.until(f"{box} return [s.direction, s.unicodeBidi === 'plaintext']", ["rtl", False])
    browser.see("#question textarea").send_keys("Who")
    browser.until(f"{box} return s.unicodeBidi === 'plaintext'", True)


def test_the_language_is_switched_without_losing_the_conversation(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent, reply: ChatResponse
) -> None:
    last = threading.Event()
    fake.scripts = [[evidence, last, reply]]
    browser.open(f"{address}?lang=ko", ".welcome")
    browser.ask(QUESTION)
    browser.see(".status", KO.reading)
    browser.click(".languages button", ENDONYMS["ar"])
    browser.see(".status", AR.reading)
    last.set()
    browser.see(".outcome", AR.outcomes["answered"])
    browser.click(".languages button", ENDONYMS["en"])
    browser.see(".outcome", EN.outcomes["answered"])
    browser.see(".question", QUESTION)
    assert "lang=en" in browser.driver.current_url
    browser.open(address, ".turn, .welcome")  # What was chosen is remembered.
    browser.until("return document.documentElement.lang", "en")


@each_language
def test_a_question_that_failed_is_back_in_the_box_with_what_to_do(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [Problem(title="Down", status=503, detail="<b>Loading</b>"), [reply]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask("질문입니다")
    browser.see(".failure", texts.failures["busy"])
    in_english(browser, ".failure .detail", "<b>Loading</b>")
    browser.until("return document.querySelector('#question textarea').value", "질문입니다")
    browser.click("#send")
    browser.see(".outcome", texts.outcomes["answered"])
    assert len(fake.requests[1]["messages"]) == 1


@each_language
def test_stop_keeps_the_evidence_and_retry_asks_again(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent,
    reply: ChatResponse, language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    fake.scripts = [[evidence, threading.Event()], [reply]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.click(".welcome button", texts.starters[0])
    browser.see(".quote-card")
    browser.click("#stop")
    browser.see(".status", texts.stopped)
    browser.see(".quote-card")
    assert fake.disconnected.wait(5)
    browser.click("[data-act=retry]")
    browser.see(".outcome", texts.outcomes["answered"])
    assert fake.requests[1]["messages"][-1]["content"] == texts.starters[0]


@each_language
def test_a_reply_survives_a_broken_connection_and_a_reload(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent,
    reply: ChatResponse, language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    second, last = threading.Event(), threading.Event()
    fake.scripts = [[evidence, second, SAID, last, reply]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask(QUESTION)
    browser.see(".quote-card")
    browser.until("return location.search.includes('conversation=')", True)
    browser.driver.refresh()
    browser.see(".quote-card")
    browser.gone("#splash")
    second.set()
    browser.see(".answer")
    browser.network(offline=True)
    last.set()
    time.sleep(0.5)
    browser.network()
    browser.see(".outcome", texts.outcomes["answered"])
    assert len(fake.requests) == 1


@each_language
@pytest.mark.parametrize("screen", [(1280, 757), (390, 844)], ids=["desktop", "phone"])
def test_the_first_line_of_every_reply_is_in_view_when_it_comes(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent,
    reply: ChatResponse, not_found: ChatResponse, screen: tuple[int, int], language: Language,
) -> None:  # fmt: skip
    quoted = reply.model_copy(update={"outcome": "quoted"})
    replies = [reply, quoted, not_found, reply]
    fake.scripts = [[evidence, SAID, one] for one in replies]
    browser.screen(*screen)
    browser.open(f"{address}?lang={language}", ".welcome")
    for number, one in enumerate(replies, start=1):
        browser.ask(f"{QUESTION} {number}")
        browser.see(f".turn:nth-of-type({number}) .outcome.{one.outcome}")
        browser.see("#send")
        browser.until(
            f"""const turn = document.querySelectorAll('.turn')[{number - 1}];
            const first = turn.querySelector('.answer p, .quote-card blockquote, .nearest li');
            const {{top}} = first.getBoundingClientRect();
            const line = top + parseFloat(getComputedStyle(first).lineHeight);
            const box = document.querySelector('#composer').getBoundingClientRect().top;
            return top > document.querySelector('#top').offsetHeight && line <= box""",
            True,
        )
        browser.gone(".ready")


@each_language
def test_a_reader_who_has_scrolled_away_is_told_where_the_answer_is(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent,
    reply: ChatResponse, language: Language,
) -> None:  # fmt: skip
    texts = load_texts(language)
    last = threading.Event()
    fake.scripts = [[evidence, last, reply]]
    browser.screen(390, 500)
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask(QUESTION)
    browser.see(".quote-card")
    browser.run("scrollTo(0, document.body.scrollHeight)")
    at = "return Math.round(document.querySelector('.evidence').getBoundingClientRect().top)"
    before = browser.run(at)
    last.set()
    browser.see(".ready", texts.ready)
    # What is being read is neither folded nor moved.
    browser.see(".quote-card")
    assert browser.run(at) == before
    browser.click(".ready")
    browser.gone(".ready")
    browser.until("return document.querySelector('.outcome').getBoundingClientRect().top > 0", True)


@each_language
def test_the_button_that_stops_shows_a_square_that_is_not_turned(
    browser: Browser, address: str, fake: FakeService, evidence: EvidenceEvent, language: Language
) -> None:
    fake.scripts = [[evidence, threading.Event()]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask(QUESTION)
    stop = browser.see("#stop")
    style = "const s = getComputedStyle(document.querySelector('#stop'), '::before');"
    assert "stop.svg" in str(browser.run(f"{style} return s.maskImage"))
    assert browser.run(f"{style} return s.transform") == "none"
    assert stop.accessible_name == load_texts(language).stop
    stop.click()
    browser.see("#send")


@each_language
def test_the_language_of_replies_is_the_pages_unless_another_is_chosen(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [[reply], [reply]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.see(".welcome", texts.starters[0])
    browser.ask("TOEFL iBT?")
    browser.see(".outcome")
    choice = Select(browser.see(".answer-in select"))
    assert browser.see(".answer-in select").accessible_name == texts.answer_in
    assert [o.text for o in choice.options] == [texts.answer_in_auto, *ENDONYMS.values()]
    choice.select_by_visible_text(ENDONYMS["ar"])
    browser.click("#send, #question")
    browser.ask("TOEFL iBT?")
    browser.see(".turn:nth-of-type(2) .outcome")
    asked = [(r["language"], r["default_language"]) for r in fake.requests]
    assert asked == [("auto", language), ("ar", language)]
    browser.click(".languages button", ENDONYMS["en"])
    browser.see(".answer-in", EN.answer_in_auto)
    chosen = "return document.querySelector('.answer-in select').value"
    browser.until(chosen, "ar")


@each_language
def test_a_mark_shows_its_card_to_pointer_keyboard_and_finger(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, korean: Citation,
    language: Language,
) -> None:  # fmt: skip
    fake.scripts = [[reply]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask(QUESTION)
    mark = browser.see("a.citation", "[1]")
    browser.see("#send")
    ActionChains(browser.driver).move_to_element(mark).perform()
    quote = browser.see(".preview blockquote", korean.quote)
    assert (quote.get_attribute("lang"), quote.get_attribute("dir")) == ("ko", "ltr")
    ActionChains(browser.driver).move_to_element(browser.see(".preview")).perform()
    browser.see(".preview")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    browser.gone(".preview")
    browser.see("#question textarea").click()
    browser.run("document.querySelector('.question').scrollIntoView()")
    for _ in range(30):
        ActionChains(browser.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(
            Keys.SHIFT
        ).perform()
        if browser.run("return document.activeElement.matches('a.citation')"):
            break
    browser.see(".preview blockquote")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    browser.gone(".preview")
    tap = "new PointerEvent('click', {bubbles: true, cancelable: true, pointerType: 'touch'})"
    browser.run(f"document.querySelector('a.citation').dispatchEvent({tap})")
    browser.click(".preview .open")
    browser.see("#source mark", "24명")


@each_language
def test_the_frame_suits_keyboard_finger_and_enlarged_letters(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [[reply]]
    empty = "return document.documentElement.scrollHeight <= innerHeight"
    for screen in ((1280, 757), (390, 844)):
        browser.screen(*screen)
        browser.open(f"{address}?lang={language}", ".welcome")
        browser.see(".welcome", texts.starters[0])
        browser.until(empty, True)
    assert browser.run(
        """const all = document.querySelectorAll('a[href], button, input, select, summary');
        const first = [...all].find((element) => element.checkVisibility());
        first.focus();
        return first.matches('.skip')"""
    )
    browser.see(".skip", texts.skip).send_keys(Keys.ENTER)
    browser.until("return document.activeElement.matches('#question textarea')", True)
    browser.screen(1280, 757)
    browser.ask(QUESTION)
    browser.see("#send")
    browser.see(".actions")
    browser.see(".menu summary").send_keys(Keys.ENTER)
    browser.see(".menu button")
    small = browser.run(
        """const all = 'button, select, summary, input, textarea, .top a, .menu a, a.open';
        return [...document.querySelectorAll(all)].filter((e) => e.checkVisibility())
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([_, box]) => box.height && (box.height < 43.9 || box.width < 43.9))"""
    )
    assert small == []
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    browser.gone(".menu button")
    browser.until("return document.activeElement.matches('.menu summary')", True)
    browser.screen(640, 378)  # At 200 % of 1280 x 757.
    browser.run("scrollTo(0, document.body.scrollHeight)")
    browser.until(
        """const seen = (s) => {
            const {top, bottom} = document.querySelector(s).getBoundingClientRect();
            return Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0));
        };
        return seen('#top') + seen('#composer') <= innerHeight / 4""",
        True,
    )


@each_language
def test_what_separates_names_is_between_them_in_either_direction(
    browser: Browser, address: str, fake: FakeService, korean: Citation, language: Language
) -> None:
    source = f"{address}source?document={korean.document_id}&passage={korean.passage_id}"
    browser.driver.get(f"{source}&lang={language}")
    browser.see(".place bdi", "dual-degree.ko.md")
    # A mark inside the file's isolated name would stand on its far side in Arabic.
    isolated = "getComputedStyle(document.querySelector('.place bdi'), '::before').content"
    assert browser.run(f"return {isolated}") == "none"
    assert browser.run(
        "return [...document.querySelectorAll('.place > *')].every(e => e.matches('span'))"
    )


@each_language
def test_a_source_opens_beside_the_conversation_and_closes_by_keyboard(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.scripts = [[reply]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask(QUESTION)
    browser.see(".outcome")
    browser.click(".evidence summary")
    browser.see(".quote-card .open").send_keys(Keys.ENTER)
    browser.see("#source mark", "24명")
    browser.see("#source .marks", texts.source.validity["ended"])
    browser.see("#source .place", texts.on_pages(2))
    assert browser.see("#source .passage .text").get_attribute("dir") == "ltr"
    edition = browser.see("#source .editions a", texts.languages["ar"])
    assert "&start=12&end=32&" in str(edition.get_attribute("href"))
    edition.send_keys(Keys.ENTER)
    browser.see("#source .failure", texts.failures["gone"])
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.gone("#source")
    browser.until("return document.activeElement.matches('.quote-card .open')", True)


@each_language
def test_hostile_and_huge_questions_stay_text(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    attack = (
        "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> **b** [x](y)"
    )
    hostile = reply.model_copy(update={"answer": f"{attack} [1]", "notice": attack})
    fake.scripts = [[hostile]]
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.ask(attack)
    browser.see(".question", attack)
    browser.see(".answer", attack)
    assert browser.run("return window.hacked ?? null") is None
    paste = """const box = document.querySelector('#question textarea');
        box.value = '가'.repeat(50000); box.dispatchEvent(new Event('input', {bubbles: true}))"""
    browser.run(paste)
    browser.see(".length.over", "48,000")
    browser.see("#question textarea").send_keys(Keys.ENTER)
    browser.click("#send")
    time.sleep(0.5)
    assert len(fake.requests) == 1
    assert browser.run("return document.querySelector('#question textarea').value.length") == 50000


#: How many characters may still be written, or are too many, and how that is said.
LENGTHS: dict[Language, dict[int, str]] = {
    "ko": {
        15: "15자 더 쓸 수 있습니다(최대 100자)",
        1: "1자 더 쓸 수 있습니다(최대 100자)",
        -1: "글자 수 제한(100자)을 1자 초과했습니다. 질문을 줄여서 보내 주세요.",
    },
    "ar": {
        15: "بقي 15 حرفًا (الحد الأقصى: 100)",
        10: "بقيت 10 أحرف (الحد الأقصى: 100)",
        2: "بقي حرفان (الحد الأقصى: 100)",
        1: "بقي حرف واحد (الحد الأقصى: 100)",
        0: "لم يبقَ أي حرف (الحد الأقصى: 100)",
        -1: "تجاوز السؤال الحد الأقصى (100) بحرف واحد. اختصره لتتمكن من إرساله.",
        -3: "تجاوز السؤال الحد الأقصى (100) بمقدار 3 أحرف. اختصره لتتمكن من إرساله.",
        -100: "تجاوز السؤال الحد الأقصى (100) بمقدار 100 حرف. اختصره لتتمكن من إرساله.",
    },
    "en": {
        15: "15 characters left (limit: 100)",
        1: "1 character left (limit: 100)",
        -1: "1 character over the limit of 100. Shorten the question to send it.",
    },
}  # fmt: skip


@each_language
def test_the_page_counts_down_to_the_services_limit_and_holds_longer_questions_back(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse, language: Language
) -> None:
    texts = load_texts(language)
    fake.max_question_chars = 100
    fake.scripts = [[reply]]
    browser.screen(360, 740)
    browser.open(f"{address}?lang={language}", ".welcome")
    categories = f"return new Intl.PluralRules('{language}').resolvedOptions().pluralCategories"
    known: object = browser.run(f"{categories}.sort()")
    assert known == sorted(texts.length.left) == sorted(texts.length.over)
    fill(browser, 79)
    browser.gone(".length")
    for left, said in LENGTHS[language].items():
        fill(browser, 100 - left)
        browser.until("return document.querySelector('.length').textContent", said)
        assert browser.see(".length").value_of_css_property("direction") == texts.direction
        if left < 0:
            browser.see("#question textarea").send_keys(Keys.ENTER)
            browser.click("#send")
            browser.until("return document.getElementById('announcer').textContent", said)
            browser.until("return document.querySelector('#question textarea').ariaInvalid", "true")
    assert not fake.requests
    fill(browser, 100)
    browser.see("#question textarea").send_keys(Keys.ENTER)
    browser.see(".outcome")
    browser.gone(".length")
    assert len(fake.requests[0]["messages"][0]["content"]) == 100


def fill(browser: Browser, characters: int) -> None:
    """Paste a question of so many characters, each of which JavaScript counts as two."""
    browser.run(
        f"""const box = document.querySelector('#question textarea');
        box.value = ' ' + '😀'.repeat({characters});
        box.dispatchEvent(new Event('input', {{bubbles: true}}))"""
    )


def test_without_the_service_the_page_says_so_and_works_again_after(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse
) -> None:
    fake.scripts = ["<html>502</html>", Problem(title="No", status=401, detail="expired"), [reply]]
    browser.open(f"{address}?lang=ar", ".welcome")
    browser.ask("سؤال أول")
    browser.see(".failure", AR.failures["failed"])
    browser.click("#send")
    browser.see(".failure", AR.failures["not_allowed"])
    browser.click("#send")
    browser.see(".outcome", AR.outcomes["answered"])


@each_language
def test_operators_work_with_an_admin_key(
    browser: Browser, address: str, fake: FakeService, tmp_path: Path, language: Language
) -> None:
    texts = load_texts(language)
    own = texts.operators
    browser.open(f"{address}operators?lang={language}", ".sign-in")
    browser.see(".sign-in input").send_keys("wrong", Keys.ENTER)
    browser.see(".failure", own.expired)
    browser.see(".sign-in input").send_keys(ADMIN_KEY, Keys.ENTER)
    browser.see("table", "<b>rules</b>.md")
    browser.screen(390, 844)
    # Words stay whole where there is little room.
    rows = "return Math.max(...[...document.querySelectorAll('tbody tr')].map(r => r.offsetHeight))"
    assert int(str(browser.run(rows))) < 200
    browser.screen(1280, 800)
    browser.click(".row-actions [data-act=open]", own.quality)
    browser.see(".details", own.measures["characters"])
    browser.see(".details", own.scripts["Hangul"])
    browser.see(".details", own.guessable["title"])
    browser.see(".remarks p", own.remarks[RemarkKind.MANGLED])
    browser.see(".remarks p small", texts.on_pages(2, 3, 4, 9))
    in_english(browser, ".remarks .detail", "pages 2–4: lost <b>letters</b>")
    in_english(browser, ".remarks .detail", "<i>none</i>")
    browser.upload(tmp_path / "broken.pdf", b"broken")
    browser.see(".upload .failure", texts.failures["rejected"])
    in_english(browser, ".upload .failure .detail", "<b>x.pdf</b> is broken.")
    browser.run("document.querySelector('input[type=file]').value = ''")
    browser.upload(tmp_path / "new.md", b"# New")
    browser.see(".details", "new.md")
    browser.see("[aria-current]", own.ingestions)
    browser.click(".tabs button", own.unanswered)
    browser.see("table", "<b>식당</b>?")
    browser.click(".tabs button", own.feedback)
    browser.see(".none", own.nothing)
    browser.click(".tabs button", own.documents)
    browser.click(".row-actions [data-dialog=confirm]")
    browser.see("#confirm", own.delete_question)
    browser.click("#confirm .danger")
    browser.see(".none", own.nothing)
    assert fake.documents == []
    fake.refusal = Problem(title="Unavailable", status=503, detail="<b>Loading</b>")
    browser.click("[data-act=refresh]")
    browser.see(".failure", texts.failures["busy"])
    browser.see(".failure .detail", "<b>Loading</b>")
    fake.refusal = Problem(title="Unauthorized", status=401, detail="Expired.")
    browser.click("[data-act=refresh]")
    browser.see(".failure", own.expired)
    browser.see(".sign-in")


@each_language
def test_operators_read_in_their_language_why_files_were_refused(
    browser: Browser, address: str, fake: FakeService, language: Language
) -> None:
    own = load_texts(language).operators
    fake.ingestions = [REFUSED, FAILED]
    browser.sign_in(address, ADMIN_KEY, load_texts(language))
    browser.click(".tabs button", own.ingestions)
    browser.see("td", own.ingestion_failed)
    in_english(browser, "td .detail", FAILED.error or "")
    described = browser.run(
        "return [...document.querySelectorAll('.row-actions button')].map(button =>"
        " button.getAttribute('aria-describedby').split(' ').map("
        "id => document.getElementById(id).innerText).join(' '))"
    )
    assert len(set(described)) == 2, described
    browser.click(".row-actions button")
    assert REFUSED.report
    for file in REFUSED.report.files or ():
        told = [own.faults[file.fault]] if file.fault else []
        item = browser.see(".details li", file.path)
        shown = item.find_elements(By.CSS_SELECTOR, "p:not(.detail)")
        same = [own.same_content] if file.outcome == "duplicate" else []
        assert [paragraph.text for paragraph in shown] == told + same
        if file.outcome == "failed":
            in_english(browser, ".details .detail", file.reason or "")
    browser.gone(".details li p[lang]:not(.detail)")


def in_english(browser: Browser, selector: str, text: str) -> None:
    """The service's own words are marked as what they are."""
    words = browser.see(selector, text)
    assert (words.get_attribute("lang"), words.get_attribute("dir")) == ("en", "ltr")


def test_operators_see_an_ingestion_through_that_stands_still_for_a_while(
    browser: Browser, address: str, fake: FakeService
) -> None:
    running = IngestionView(
        ingestion_id=f"ingestion-{1:024x}", collection=None, state="running", created_at=NOW
    )
    fake.ingestions = [running]
    browser.sign_in(address, ADMIN_KEY, EN)
    browser.click(".tabs button", EN.operators.ingestions)
    browser.see(".state", EN.operators.states["running"])
    seen = fake.listings
    browser.wait(lambda: fake.listings >= seen + 2, "the list to be asked for twice more")
    fake.ingestions = [running.model_copy(update={"state": "done"})]
    browser.see(".state", EN.operators.states["done"])


def test_what_is_gone_takes_nothing_else_with_it(
    browser: Browser, address: str, fake: FakeService
) -> None:
    fake.feedback = [
        Feedback(
            id="f-1", reply_id="r-gone", rating="down", reason=None, comment="Wrong.", user=None,
            outcome="answered", trace_id="t", created_at=NOW,
        )
    ]  # fmt: skip
    browser.sign_in(address, ADMIN_KEY, EN)
    browser.click(".tabs button", EN.operators.feedback)
    browser.see("table", "Wrong.")
    browser.click("[data-act=open]")
    browser.see(".failure", EN.failures["gone"])
    browser.see("table", "Wrong.")
    browser.click("[data-act=refresh]")
    browser.gone(".failure")


@each_language
def test_operators_cancel_an_ingestion(
    browser: Browser, address: str, fake: FakeService, language: Language
) -> None:
    own = load_texts(language).operators
    running = IngestionView(
        ingestion_id=f"ingestion-{1:024x}", collection=None, state="running", created_at=NOW
    )
    fake.ingestions = [running, FAILED]
    browser.sign_in(address, ADMIN_KEY, load_texts(language))
    browser.click(".tabs button", own.ingestions)
    browser.click(".row-actions .danger", own.stop_ingestion)
    browser.see("#confirm h2", own.stop_question)
    seen = fake.listings
    time.sleep(5)
    assert fake.listings == seen, "what is asked is not taken away by a refresh"
    browser.click("#confirm .danger")
    browser.see(".state", own.states["cancelling"])
    browser.gone(".row-actions .danger")
    fake.ingestions[0] = running.model_copy(update={"state": "cancelled"})
    browser.see(".state", own.states["cancelled"])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@each_language
def test_axe_finds_nothing_serious(
    browser: Browser, address: str, fake: FakeService, reply: ChatResponse,
    not_found: ChatResponse, language: Language, dark: bool,
) -> None:  # fmt: skip
    fake.scripts = [[not_found], [reply]]
    fake.ingestions = [REFUSED, FAILED]
    browser.screen(1280, 800, dark)
    findings = {}
    browser.open(f"{address}?lang={language}", ".welcome")
    browser.see(".welcome", load_texts(language).starters[0])
    findings["welcome"] = browser.findings()
    for question in ("?! one", QUESTION):
        browser.ask(question)
        browser.see(".conversations .current")
        browser.gone("#stop")
    browser.click(".turn:last-of-type .evidence summary")
    browser.see(".turn:last-of-type .quote-card")
    findings["conversation"] = browser.findings()
    browser.click(".turn:last-of-type .quote-card .open")
    browser.see("#source mark")
    findings["source"] = browser.findings()
    browser.driver.get(f"{address}shared/{reply.id}?lang={language}")
    findings["shared"] = browser.findings()
    browser.open(f"{address}operators?lang={language}", ".sign-in")
    findings["sign-in"] = browser.findings()
    browser.see(".sign-in input").send_keys(ADMIN_KEY, Keys.ENTER)
    browser.click(".row-actions [data-act=open]")
    browser.see(".details")
    findings["documents"] = browser.findings()
    browser.click(".tabs button", load_texts(language).operators.ingestions)
    browser.see(".state.failed")
    browser.click(".row-actions button")
    browser.see(".details .detail")
    findings["ingestions"] = browser.findings()
    assert {page: found for page, found in findings.items() if found} == {}


@each_language
def test_a_source_shows_its_pages_with_the_quote_and_no_broken_picture(
    browser: Browser, address: str, fake: FakeService, korean: Citation, language: Language
) -> None:
    texts = load_texts(language)
    fake.passages[korean.passage_id].pictures = [2, 3]
    fake.originals = {korean.document_id: b"%PDF"}
    source = f"{address}source?document={korean.document_id}&passage={korean.passage_id}"
    browser.driver.get(f"{source}&start=3&end=6&lang={language}")
    browser.see(".printed h2", texts.source.printed)
    for place, page in enumerate((2, 3), start=1):
        figure = f".printed figure:nth-of-type({place})"
        picture = browser.see(f"{figure} img")
        browser.driver.execute_script("arguments[0].scrollIntoView()", picture)
        browser.until(f"return document.querySelector('{figure} img').naturalWidth > 0", True)
        said = texts.source.picture.format(page=texts.on_pages(page))
        assert picture.accessible_name == said
        browser.see(f"{figure} figcaption", texts.on_pages(page))
    assert sorted(fake.pictures) == [(2, "24명"), (3, "24명")]

    fake.originals = {}  # as when the document was deleted meanwhile
    browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.driver.get(f"{source}&start=3&end=6&lang={language}")
    browser.see(".printed figure:nth-of-type(1) p", texts.source.no_picture)
    browser.driver.execute_script("window.scrollTo(0, document.body.scrollHeight)")
    browser.see(".printed figure:nth-of-type(2) p", texts.source.no_picture)
    browser.gone(".printed img")


def test_all_pages_have_the_same_colours_in_the_light_and_in_the_dark(
    browser: Browser, address: str, fake: FakeService, korean: Citation
) -> None:
    source = f"{address}source?document={korean.document_id}&passage={korean.passage_id}"
    colours = """const {backgroundColor, color} = getComputedStyle(document.body);
        return [backgroundColor, color]"""
    light, dark = (
        ["rgb(247, 247, 244)", "rgb(27, 32, 35)"],
        ["rgb(20, 23, 26)", "rgb(231, 234, 236)"],
    )
    for screen, expected in ((False, light), (True, dark)):
        browser.screen(1280, 800, screen)
        browser.driver.get(source)
        browser.see(".passage")
        browser.until(colours, expected)
        browser.open(f"{address}?lang=en", ".welcome")
        browser.until(colours, expected)
    for expected in (light, dark):
        browser.click(".theme")
        browser.until(colours, expected)


@each_language
def test_the_page_is_light(browser: Browser, address: str, language: Language) -> None:
    browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.received()
    browser.open(f"{address}?lang={language}", ".welcome")
    time.sleep(1)
    own = {u: size for u, size in browser.received().items() if "/trilogue/" in u}
    assert any("fonts" in address for address in own)
    print(f"{language}: {sum(own.values()):,} bytes of our own")
    assert sum(own.values()) <= 150_000


def test_twenty_people_ask_at_the_same_time(
    address: str, fake: FakeService, evidence: EvidenceEvent, reply: ChatResponse
) -> None:
    fake.scripts = [[evidence, SAID, reply] for _ in range(20)]
    began = time.monotonic()
    shown = asyncio.run(ask_at_once(address, [f"Question {n}?" for n in range(20)]))
    print(f"20 people: {time.monotonic() - began:.1f} s")
    assert all("outcome answered" in html for html in shown)
    assert len(fake.requests) == 20
    for name in ("user", "conversation_id"):
        assert len({request[name] for request in fake.requests}) == 20
