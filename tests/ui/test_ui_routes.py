"""The addresses beside the chat page: whose they are, and what they show."""

from __future__ import annotations

import asyncio
import io
import re
from urllib.parse import quote

import httpx
import pytest
from docx import Document
from fake_service import ADMIN_KEY, NOW, PIXEL, FakeService

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Citation,
    Conversation,
    ConversationTurn,
    PassageQuote,
    PassageView,
)
from assistant.api.schemas.reader_schemas import EditionPlace, PassageContext
from assistant.codes import Language
from ui.client import ChatClient
from ui.operators import OperatorSessions
from ui.texts import LANGUAGES, load_texts
from ui.visitor import COOKIE, LANGUAGE_COOKIE

SOURCE = {
    "document": "00000000-0000-4000-8000-000000000001",
    "passage": "00000000-0000-4000-8000-00000000000a",
}


@pytest.fixture
def visitor(address: str) -> httpx.Client:
    """A browser that has loaded the page."""
    client = httpx.Client(base_url=address)
    client.get("/")
    assert client.cookies[COOKIE].startswith("ui-")
    return client


@pytest.fixture
def kept(service: FakeService, visitor: httpx.Client, reply: ChatResponse) -> Conversation:
    """A conversation of the browser's."""
    turn = ConversationTurn(reply_id=reply.id, question="몇 명입니까?", reply=reply, created_at=NOW)
    conversation = Conversation(
        id="c-1", user=visitor.cookies[COOKIE], title="선발 인원", created_at=NOW,
        updated_at=NOW, turns=[turn],
    )  # fmt: skip
    service.conversations["c-1"] = conversation
    return conversation


def test_a_browser_gets_one_id_that_scripts_cannot_read(address: str) -> None:
    with httpx.Client() as client:
        first = client.get(address)
        assert "HttpOnly" in first.headers["set-cookie"]
        assert "SameSite=Lax" in first.headers["set-cookie"]
        assert "set-cookie" not in client.get(address).headers
    forged = httpx.get(address, cookies={COOKIE: "ui-someone"})
    assert "set-cookie" in forged.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_passage_is_shown_in_its_document(
    service: FakeService, address: str, korean: Citation, arabic: Citation, language: str
) -> None:
    service.passages[SOURCE["passage"]] = context(korean, arabic)
    texts = load_texts(language)  # type: ignore[arg-type]
    page = httpx.get(f"{address}source", params=SOURCE | {"lang": language})
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="{texts.direction}">' in page.text
    assert '<mark id="quote">24명</mark>' in page.text
    assert "&lt;script&gt;above&lt;/script&gt;" in page.text
    assert texts.source.validity["ended"] in page.text
    assert texts.source.amended in page.text
    assert texts.source.until_day.format(day=texts.day(20260228)) in page.text
    assert "/source?document=00000000-0000-4000-8000-000000000002" in page.text
    part = httpx.get(f"{address}source", params=SOURCE | {"lang": language, "part": "1"})
    assert "<html" not in part.text
    assert "<mark" in part.text


@pytest.mark.parametrize(
    "wrong", [{}, {"document": "../keys", "passage": "x"}, SOURCE | {"start": "x"}]
)
def test_a_source_that_is_not_there_says_so(address: str, wrong: dict[str, str]) -> None:
    page = httpx.get(f"{address}source", params=wrong | {"lang": "ar"})
    assert page.status_code == 404
    assert load_texts("ar").failures["gone"] in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_shows_its_pages_and_offers_its_file(
    service: FakeService, address: str, korean: Citation, arabic: Citation, language: str
) -> None:
    texts = load_texts(language)  # type: ignore[arg-type]
    shown = context(korean, arabic)
    service.passages[SOURCE["passage"]] = shown
    without = httpx.get(f"{address}source", params=SOURCE | {"lang": language}).text
    assert "<img" not in without
    assert texts.source.download not in without
    service.passages[SOURCE["passage"]] = shown.model_copy(
        update={"original": True, "pictures": [3, 4]}
    )
    page = httpx.get(f"{address}source", params=SOURCE | {"lang": language}).text
    pictures = re.findall(r'<img loading="lazy"[^>]* src="([^"]+)" alt="([^"]+)"', page)
    assert [alt for _, alt in pictures] == [
        texts.source.picture.format(page=texts.on_pages(number)) for number in (3, 4)
    ]
    assert f'href="/source/{SOURCE["document"]}/file"' in page
    service.originals[SOURCE["document"]] = b"%PDF-1.7"
    answer = httpx.get(f"{address.rstrip('/')}{pictures[0][0]}")
    assert (answer.content, answer.headers["content-type"]) == (PIXEL, "image/png")
    assert answer.headers["cache-control"] == "private, no-store"
    assert service.pictures == [(3, "24명")]


def test_a_file_is_handed_on_under_its_name_and_never_shown(
    service: FakeService, address: str
) -> None:
    service.originals[SOURCE["document"]] = file = b"%PDF-1.7" + b"x" * 3_000_000
    answer = httpx.get(f"{address}source/{SOURCE['document']}/file")
    assert answer.content == file
    assert answer.headers["content-length"] == str(len(file))
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''%EA")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["file", "pages/1.png", "pages/0.png", "pages/x.png", "pages/1.png?quote=%ff"]
)
def test_a_file_that_is_not_kept_is_not_there(address: str, path: str) -> None:
    answer = httpx.get(f"{address}source/{SOURCE['document']}/{path}")
    assert answer.status_code == 404
    assert httpx.get(f"{address}source/..%2Fkeys/{path}").status_code == 404


def test_a_reply_can_be_shared_by_its_link(
    address: str, kept: Conversation, reply: ChatResponse
) -> None:
    page = httpx.get(f"{address}shared/{reply.id}?lang=ko")
    assert "몇 명입니까?" in page.text
    assert 'class="answer" lang="ar" dir="rtl"' in page.text
    assert load_texts("ko").reply.shared_note in page.text
    assert httpx.get(f"{address}shared/unknown?lang=ko").status_code == 404


def test_only_its_own_browser_can_save_a_conversation(
    address: str, visitor: httpx.Client, kept: Conversation
) -> None:
    markdown = visitor.get("/conversations/c-1.md?lang=ko")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "## 몇 명입니까?" in markdown.text
    word = visitor.get("/conversations/c-1.docx?lang=ko")
    read = Document(io.BytesIO(word.content))
    assert "몇 명입니까?" in [paragraph.text for paragraph in read.paragraphs]
    for saved in (markdown, word):
        assert quote("선발 인원") in saved.headers["content-disposition"]
    printed = visitor.get("/conversations/c-1/print?lang=ko")
    assert "print()" in printed.text
    assert re.search(r'<details class="evidence"[^>]* open>', printed.text)
    assert "<h1><bdi>선발 인원</bdi></h1>" in printed.text
    for path in ("c-1.md", "c-1.docx", "c-1/print", "c-1/share"):
        assert httpx.get(f"{address}conversations/{path}").status_code == 404
        assert visitor.get(f"/conversations/{path.replace('c-1', 'none')}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conversation_is_shared_by_its_own_browser_until_the_link_is_taken_back(
    service: FakeService,
    address: str,
    visitor: httpx.Client,
    kept: Conversation,
    language: Language,
) -> None:
    texts, path = load_texts(language), f"/conversations/c-1/share?lang={language}"
    assert texts.sidebar.share_note in visitor.get(path).text
    assert httpx.put(f"{address}{path[1:]}").status_code == 404
    assert kept.share is None
    (link,) = re.findall(r'data-share="([^"]+)"', visitor.put(path).text)
    page = httpx.get(f"{address}{link[1:]}?lang={language}")
    assert f'<html lang="{language}" dir="{texts.direction}">' in page.text
    assert "몇 명입니까?" in page.text
    assert texts.sidebar.shared_page_note.format(day=texts.day(NOW)) in page.text
    assert visitor.cookies[COOKIE] not in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert httpx.delete(f"{address}{path[1:]}").status_code == 404
    assert texts.sidebar.share_note in visitor.delete(path).text
    gone = httpx.get(f"{address}{link[1:]}?lang={language}")
    assert gone.status_code == 404
    assert texts.failures["gone"] in gone.text


def test_nobody_else_can_follow_a_reply(address: str) -> None:
    assert httpx.get(f"{address}replies/unknown").status_code == 204


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_without_a_page_gets_one_that_says_so(address: str, language: Language) -> None:
    texts = load_texts(language)
    for path in ("nothing", "a/b", "operators/x", "nothing.css"):
        asked = {"accept": "text/html", "cookie": f"{LANGUAGE_COOKIE}={language}"}
        answer = httpx.get(f"{address}{path}", headers=asked)
        assert answer.status_code == 404
        assert f'<html lang="{language}" dir="{texts.direction}">' in answer.text
        assert texts.unknown in answer.text
        assert httpx.get(f"{address}{path}").json() == {"detail": "Not Found"}


def test_a_service_without_keys_asks_its_operators_for_none(service: FakeService) -> None:
    async def entered(key: str | None) -> str | None:
        return await OperatorSessions(ChatClient(service.url, key)).enter()

    assert asyncio.run(entered(None)) is None, "the service asks for a key"
    service.open = True
    assert asyncio.run(entered(None))
    assert asyncio.run(entered("page")) is None, "the page's own key is not its visitors'"


def test_uploads_need_a_signed_in_operator(service: FakeService, address: str) -> None:
    answer = httpx.post(f"{address}operators/documents", files={"files": b"x"})
    assert answer.status_code == 403
    assert service.uploads == []
    assert ADMIN_KEY not in httpx.get(f"{address}operators").text


def context(korean: Citation, arabic: Citation) -> PassageContext:
    def view(text: str) -> PassageView:
        return PassageView(
            passage_id=korean.passage_id, document_id=korean.document_id, collection="c",
            source=korean.source, title=korean.title, locator=korean.locator, headings=[],
            page=2, language="ko", ordinal=1, article="3", effective_from=20250301,
            effective_until=20260228, text=text, url="",
        )  # fmt: skip

    passage = view("매년 24명을 선발한다.")
    passage.quote = PassageQuote(start=3, end=6, text="24명")
    other = EditionPlace(
        passage_id=arabic.passage_id, document_id=arabic.document_id, title=arabic.title,
        locator=arabic.locator, language="ar", quote=PassageQuote(start=12, end=32, text="24"),
    )  # fmt: skip
    return PassageContext(
        passage=passage, before=[view("<script>above</script>")], after=[view("아래")],
        validity="ended", amended=True, wordings=[], editions=[other],
    )  # fmt: skip
