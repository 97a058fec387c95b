"""What the documents cover: found by part of a title in any spelling, shown by work, chosen to be
asked about, and what questions to begin with are made of."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
import rulebooks
from fake_service import FakeService

from assistant.api.schemas.chat_schemas import Problem
from assistant.codes import Language
from ui import views
from ui.client import ChatClient
from ui.conversation import ShownConversation
from ui.library import Filter, Library, Work, today
from ui.starters import Starters
from ui.texts import LANGUAGES, load_texts


@pytest.fixture
def works(service: FakeService) -> list[Work]:
    """All that the stand-in lists, by work."""
    rulebooks.fill(service)
    return asyncio.run(Library(ChatClient(service.url)).works())


def titles(found: list[Work]) -> list[str]:
    return [work.edition("en").title for work in found]


def listed(page: httpx.Response) -> list[tuple[str, bool]]:
    """Titles as a page lists them, each with whether it is chosen."""
    found = re.findall(r'<input type="checkbox"[^>]*?( checked)?><bdi[^>]*>(.*?)</bdi>', page.text)
    return [(title, bool(checked)) for checked, title in found]


def test_editions_are_one_work_and_each_reader_gets_their_own(works: list[Work]) -> None:
    assert [len(work.documents) for work in works] == [3, 3, 2, 1]
    for language in LANGUAGES:
        assert works[0].edition(language).title == rulebooks.TITLES[0][0][language]
    assert [edition.language for edition in works[2].editions()] == ["ko", "en"]
    assert works[3].edition("ar").language == "ko"


def test_of_several_versions_the_one_that_holds_today_is_shown(works: list[Work]) -> None:
    document = works[3].documents[0]
    dated = [(None, 20200101), (20200101, 20250101), (20250102, None), (today() + 10_000, None)]
    versions = [
        document.model_copy(update={"effective_from": begin, "effective_until": end})
        for begin, end in dated
    ]
    for order in (versions, versions[::-1]):
        assert Work(tuple(order)).edition("ko") == versions[2]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("resumes", [2]),
        ("RÉSUMÉS ai", [2]),
        ("سياسه اداره", [1]),
        ("سياسة إدارة البيانات", [1]),
        ("연구데이터", [1]),
        ("연굳", [1]),
        ("ㅇㅕㄴ", [1]),
        ("학생 지워", [0]),
        ("work-3.ko", [3]),
        ("exchange data", []),
    ],
)
def test_a_work_is_found_by_part_of_a_title_in_any_spelling(
    works: list[Work], typed: str, expected: list[int]
) -> None:
    assert Filter(typed).matching(works) == [works[index] for index in expected]


def test_works_are_found_by_the_language_of_an_edition_and_by_collection(works: list[Work]) -> None:
    assert Filter(language="ar").matching(works) == works[:2]
    assert Filter(collection="teaching").matching(works) == works[2:]
    assert Filter("인공지능", "en", "teaching").matching(works) == [works[2]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_shows_what_is_wanted_and_keeps_what_is_chosen(
    service: FakeService, address: str, language: Language
) -> None:
    rulebooks.fill(service)
    texts, chosen = load_texts(language), rulebooks.document_id(3, "ko")
    asked = {"lang": language, "documents": chosen, "collection": "handbook"}
    page = httpx.get(f"{address}documents", params=asked)
    assert f'<html lang="{language}" dir="{texts.direction}">' in page.text
    expected = sorted(rulebooks.TITLES[work][0][language] for work in (0, 1))
    assert listed(page) == [("소버린 인공지능 사업 규정", True), *((t, False) for t in expected)]
    assert texts.operators.shown_of.format(shown="2", total="4") in page.text
    assert texts.source.from_day.format(day=texts.day(20260301)) in page.text
    part = httpx.get(f"{address}documents", params=asked | {"part": "list", "text": "zzz"})
    assert "<form" not in part.text
    assert texts.documents.none_found in part.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shelf_without_documents_says_so(
    service: FakeService, address: str, language: Language
) -> None:
    page = httpx.get(f"{address}documents", params={"lang": language})
    assert load_texts(language).documents.none in page.text
    assert "<input" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_nothing_to_answer_from_no_questions_are_offered(language: Language) -> None:
    texts = load_texts(language)
    empty = views.transcript(ShownConversation(), texts, None, views.Welcome(texts.starters, 0))
    assert texts.documents.none in empty
    assert texts.starters[0] not in empty
    unknown = views.transcript(ShownConversation(), texts)
    assert texts.starters[0] in unknown


def test_a_list_that_the_service_refuses_is_a_failure_of_its_own(
    service: FakeService, address: str
) -> None:
    service.refusal = Problem(title="Down", status=503, detail="<b>Loading</b>")
    page = httpx.get(f"{address}documents?lang=ko")
    assert page.status_code == 503
    assert load_texts("ko").failures["busy"] in page.text
    assert "&lt;b&gt;Loading" in page.text


def test_without_a_script_what_was_chosen_is_in_the_address_of_the_page(address: str) -> None:
    chosen = [rulebooks.document_id(0, "ko"), rulebooks.document_id(1, "en")]
    form = [("lang", "ar"), ("text", "x"), *(("document", name) for name in chosen)]
    answer = httpx.get(f"{address}documents", params=[*form, ("ask", "chosen")])
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/?lang=ar&documents={chosen[0]},{chosen[1]}"
    answer = httpx.get(f"{address}documents", params=[*form, ("ask", "all")])
    assert answer.headers["location"] == "/?lang=ar&documents="
    hostile = httpx.get(f"{address}documents?ask=1&document=%0d%0aa:b%26x")
    assert hostile.headers["location"] == "/?lang=en&documents=%0D%0Aa%3Ab%26x"


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_to_begin_with_are_about_several_works_in_the_readers_language(
    service: FakeService, works: list[Work], language: Language
) -> None:
    client = ChatClient(service.url)
    made = asyncio.run(Starters(client, Library(client)).about(works, language))
    texts = load_texts(language)
    subjects = [
        re.split(r"[(:]", heading)[1].strip(" )") for heading in rulebooks.SUBJECTS[language]
    ]
    possible = {
        texts.ask_about.format(title=titles[language], subject=subject): titles[language]
        for titles, _ in rulebooks.TITLES
        if language in titles
        for subject in subjects[1:-1]
    }
    assert len(set(made)) == 3
    assert len({possible[question] for question in made}) == min(3, len(set(possible.values())))
    assert asyncio.run(Starters(client, Library(client)).about(works[3:], "en")) == []


def test_the_headings_are_read_once(service: FakeService, works: list[Work]) -> None:
    async def twice() -> tuple[list[str], list[str]]:
        client = ChatClient(service.url)
        starters = Starters(client, Library(client))
        first = await starters.about(works, "ko")
        service.outlines.clear()
        return first, await starters.about(works, "ko")

    first, second = asyncio.run(twice())
    assert first == second
