"""Conversations, feedback, personal data, and the passages that citations open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from urllib.parse import quote, urlsplit

import pytest
from api_library import QUESTION, Keys, Library
from fastapi.testclient import TestClient
from postgres_server import PostgresServer

from assistant.api import chat_service
from assistant.api.access import LOCAL
from assistant.api.app import create_app
from assistant.api.routes.passage_page import render
from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    Message,
    PassageQuote,
    PassageView,
)
from assistant.codes import Language
from assistant.errors import UnavailableError
from assistant.storage.database import Database
from assistant.storage.records import Records


def chat(api: TestClient, text: str = QUESTION, **fields: object) -> ChatResponse:
    body = {"messages": [{"role": "user", "content": text}], **fields}
    return ChatResponse.model_validate(api.post("/v1/chat", json=body).json())


def test_a_conversation_is_kept_shown_and_deleted(api: TestClient) -> None:
    first = chat(api, user="student-7")
    second = chat(api, conversation_id=first.conversation_id)
    assert second.conversation_id == first.conversation_id
    (listed,) = api.get("/v1/conversations").json()["conversations"]
    assert (listed["id"], listed["user"]) == (first.conversation_id, "student-7")
    whole = api.get(f"/v1/conversations/{first.conversation_id}").json()
    assert [turn["question"] for turn in whole["turns"]] == [QUESTION, QUESTION]
    assert whole["turns"][0]["reply"] == first.model_dump(mode="json")
    assert api.delete(f"/v1/conversations/{first.conversation_id}").status_code == 204
    assert api.get(f"/v1/conversations/{first.conversation_id}").status_code == 404


def test_streamed_and_openai_replies_are_kept_too(api: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": QUESTION}], "conversation_id": "c-1"}
    api.post("/v1/chat", json={**body, "stream": True})
    api.post("/v1/chat/completions", json={**body, "model": "trilogue"})
    turns = api.get("/v1/conversations/c-1").json()["turns"]
    assert [turn["reply"]["outcome"] for turn in turns] == ["answered", "answered"]


@pytest.fixture
def histories(library: Library, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each question is read after, as they are asked."""
    histories: list[list[str]] = []
    stream = library.service.assistant.stream

    def spy(question, session):  # type: ignore[no-untyped-def]
        histories.append([turn.content for turn in question.history])
        return stream(question, session)

    monkeypatch.setattr(library.service.assistant, "stream", spy)
    return histories


def test_a_conversation_is_continued_from_what_is_stored(
    library: Library, histories: list[list[str]]
) -> None:
    with TestClient(create_app(library.service)) as api:
        first = chat(api)
        chat(api, "And when is it paid?", conversation_id=first.conversation_id)
    assert histories == [[], [QUESTION, first.answer]]


def test_nothing_is_kept_where_the_setting_says_so(make_library: Callable[..., Library]) -> None:
    with TestClient(create_app(make_library(conversation_days=0).service)) as api:
        reply = chat(api, conversation_id="c-1")
        assert api.get("/v1/conversations").json() == {"conversations": []}
        assert api.get("/v1/conversations/c-1").status_code == 404
        given = api.post("/v1/feedback", json={"reply_id": reply.id, "rating": "down"})
        assert given.status_code == 201


def test_feedback_is_tied_to_its_reply_and_trace(api: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": QUESTION}], "user": "student-7"}
    response = api.post("/v1/chat", json=body, headers={"X-Request-ID": "trace-0001"})
    given = {
        "reply_id": response.json()["id"],
        "rating": "down",
        "reason": "incomplete",
        "comment": "언제 지급되는지 없어요.",
    }
    stored = api.post("/v1/feedback", json=given)
    assert stored.status_code == 201
    (listed,) = api.get("/v1/feedback").json()["feedback"]
    assert listed == stored.json()
    assert given.items() <= listed.items()
    assert (listed["trace_id"], listed["outcome"]) == ("trace-0001", "answered")
    assert listed["user"] == "student-7"
    unknown = api.post("/v1/feedback", json={"reply_id": "reply-none", "rating": "up"})
    assert unknown.status_code == 404


def test_a_user_can_have_everything_exported_and_deleted(api: TestClient) -> None:
    reply = chat(api, user="student-7")
    chat(api, user="student-8")
    api.post("/v1/feedback", json={"reply_id": reply.id, "rating": "up"})
    data = api.get("/v1/users/student-7/data").json()
    assert data["conversations"][0]["turns"][0]["question"] == QUESTION
    assert data["feedback"][0]["reply_id"] == reply.id
    deleted = api.delete("/v1/users/student-7/data").json()
    assert deleted == {"conversations": 1, "feedback": 1}
    assert api.get("/v1/users/student-7/data").json()["conversations"] == []
    assert len(api.get("/v1/users/student-8/data").json()["conversations"]) == 1


def test_a_users_name_may_be_an_address(api: TestClient) -> None:
    user = "https://login.example/u/7"
    chat(api, user=user)
    path = f"/v1/users/{quote(user, safe='')}/data"
    assert len(api.get(path).json()["conversations"]) == 1
    assert api.delete(path).json()["conversations"] == 1


def test_no_accepted_feedback_is_lost_when_the_database_goes_away(
    postgres: PostgresServer, make_library: Callable[..., Library]
) -> None:
    records = Records.over(Database(postgres.empty()))
    library = make_library()
    service = type(library.service)(**{**vars(library.service), "records": records})
    accepted: list[str] = []

    def give(api: TestClient, reply_id: str) -> int:
        response = api.post("/v1/feedback", json={"reply_id": reply_id, "rating": "up"})
        if response.status_code == 201:
            accepted.append(response.json()["id"])
        return response.status_code

    with TestClient(create_app(service), raise_server_exceptions=False) as api:
        reply = chat(api)
        assert give(api, reply.id) == 201
        postgres.stop()
        try:
            assert give(api, reply.id) == 503
            assert api.get("/readyz").json()["checks"]["database"] is False
            # Answering goes on; that the reply could not be stored is counted.
            assert chat(api).outcome == "answered"
            assert "trilogue_unsaved_replies_total 1.0" in api.get("/metrics").text
        finally:
            postgres.start()
        assert give(api, reply.id) == 201
        kept = [item["id"] for item in api.get("/v1/feedback").json()["feedback"]]
    assert sorted(kept) == sorted(accepted)
    records.close()


def test_the_passages_of_a_document_are_listed_in_its_order(
    api: TestClient, library: Library
) -> None:
    document = library.documents["exchange.md"]
    listed = api.get(f"/v1/documents/{document}/passages").json()
    assert listed["total"] == len(listed["passages"])
    assert [p["ordinal"] for p in listed["passages"]] == list(range(listed["total"]))
    assert "900 dollars" in listed["passages"][0]["text"]
    beyond = api.get(f"/v1/documents/{document}/passages", params={"offset": 100}).json()
    assert (beyond["total"], beyond["passages"]) == (listed["total"], [])


def test_a_citations_link_opens_the_passage_with_its_quote(api: TestClient, key: Keys) -> None:
    (citation,) = chat(api).citations
    key("chat")
    api.app.state.authenticator._open.clear()  # type: ignore[attr-defined]
    link = urlsplit(citation.url)
    path = f"{link.path}?{link.query}"
    opened = api.get(path)
    assert opened.status_code == 200
    assert opened.json()["quote"] == {
        "start": citation.start,
        "end": citation.end,
        "text": citation.quote,
    }
    page = api.get(path, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert f"<mark>{citation.quote}</mark>" in page.text


def test_a_link_opens_nothing_else_and_not_for_ever(
    api: TestClient, key: Keys, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (citation,) = chat(api).citations
    key("chat")
    api.app.state.authenticator._open.clear()  # type: ignore[attr-defined]
    link = urlsplit(citation.url)
    other = f"/v1/documents/{library.documents['salaries.md']}/passages"
    assert api.get(f"{other}/{library.passage('salaries.md')}?{link.query}").status_code == 404
    assert api.get(f"{other}?{link.query}").status_code == 401
    assert api.get(link.path).status_code == 401
    assert api.get(f"{link.path}?{link.query[:-1]}").status_code == 404
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 32 * 86_400)
    assert api.get(f"{link.path}?{link.query}").status_code == 404


def test_a_passage_page_shows_text_and_no_markup_of_the_document() -> None:
    view = PassageView(
        passage_id="p", document_id="d", collection="c", source="a.md", title="<b>لائحة</b>",
        locator="المادة 2", headings=[], page=3, language="ar", ordinal=0,
        text="<script>alert(1)</script> نص", url="", article="2", effective_from=None,
        effective_until=None,
        quote=PassageQuote(start=0, end=8, text="<script>"),
    )  # fmt: skip
    page = render(view)
    assert '<html lang="ar" dir="rtl">' in page
    assert "<mark>&lt;script&gt;</mark>alert" in page
    assert "<script>" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("language", "place"),
    [
        ("ko", "제2조 · 3쪽 · a.md · 2026년 3월 1일 시행 · 2026년 12월 31일까지 시행"),
        ("ar", "제2조 · الصفحة 3 · a.md · يسري من 1 مارس 2026 · ينتهي العمل به في 31 ديسمبر 2026"),
        (
            "en",
            "제2조 · page 3 · a.md · in force from 1 March 2026 · in force until 31 December 2026",
        ),
    ],
)
def test_a_passage_page_names_page_and_days_in_the_passages_language(
    language: Language, place: str
) -> None:
    view = PassageView(
        passage_id="p", document_id="d", collection="c", source="a.md", title="T",
        locator="제2조", headings=[], page=3, language=language, ordinal=0, text="T", url="",
        article="2", effective_from=20260301, effective_until=20261231, quote=None,
    )  # fmt: skip
    assert f"<bdi>{place}</bdi>" in render(view)


def test_a_part_that_is_none_is_refused(api: TestClient, library: Library) -> None:
    document, passage = library.documents["exchange.md"], library.passage("exchange.md")
    path = f"/v1/documents/{document}/passages/{passage}"
    assert api.get(path).json()["quote"] is None
    for part in ({"start": 5}, {"start": 5, "end": 5}, {"start": 0, "end": 100_000}):
        assert api.get(path, params=part).status_code == 422


def questions(api: TestClient, name: str) -> list[str]:
    turns = api.get(f"/v1/conversations/{name}").json()["turns"]
    return [turn["question"] for turn in turns]


def test_a_question_that_is_asked_anew_takes_the_place_of_what_came_from_it_on(
    api: TestClient,
) -> None:
    first, second, third = (
        chat(api, f"{QUESTION} {n}", conversation_id="c-1", user="u") for n in "123"
    )
    anew = chat(api, f"{QUESTION} anew", conversation_id="c-1", replaces=second.id)
    assert questions(api, "c-1") == [f"{QUESTION} 1", f"{QUESTION} anew"]
    # Who has a link to the old reply, or reviews its feedback, still finds it.
    assert api.get(f"/v1/replies/{third.id}").status_code == 200
    (kept,) = api.get("/v1/users/u/data").json()["conversations"]
    assert [turn["replaced"] for turn in kept["turns"]] == [False, True, True, False]
    chat(api, QUESTION, conversation_id="c-1", replaces=third.id)
    assert len(questions(api, "c-1")) == 3, "what is not part of it any more replaces nothing"
    chat(api, QUESTION, conversation_id="c-2", replaces=anew.id)
    assert questions(api, "c-1")[1] == f"{QUESTION} anew", "and nothing of another conversation"
    chat(api, QUESTION, conversation_id="c-1", replaces=first.id)
    assert questions(api, "c-1") == [QUESTION]


def test_a_first_question_that_is_asked_anew_is_not_left_in_the_title(
    api: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def title() -> str:
        return str(api.get("/v1/conversations/c-1").json()["title"])

    def named(text: str) -> int:
        return len(
            api.get("/v1/conversations", params={"containing": text}).json()["conversations"]
        )

    first = chat(api, f"My number is 900101. {QUESTION}", conversation_id="c-1", user="u")
    anew = chat(api, QUESTION, conversation_id="c-1", replaces=first.id)
    assert title() == QUESTION
    assert (named("900101"), named(QUESTION)) == (0, 1)

    def fail(*_: object) -> None:
        raise UnavailableError("The index is away.", "Wait.")

    with monkeypatch.context() as failing:
        failing.setattr(library.service.assistant, "stream", fail)
        body = {"messages": [{"role": "user", "content": "And when?"}], "conversation_id": "c-1"}
        assert api.post("/v1/chat", json={**body, "replaces": anew.id}).status_code == 503
    assert title() == QUESTION, "the question is there again"
    api.patch("/v1/conversations/c-1", json={"title": "Mine"})
    chat(api, f"{QUESTION} 2", conversation_id="c-1", replaces=anew.id)
    assert title() == "Mine"


def test_a_question_that_is_asked_anew_is_read_after_what_came_before_it(
    library: Library, histories: list[list[str]]
) -> None:
    with TestClient(create_app(library.service)) as api:
        first = chat(api, conversation_id="c-1")
        second = chat(api, conversation_id="c-1")
        chat(api, conversation_id="c-1", replaces=second.id)
    assert histories[2] == [QUESTION, first.answer]


def test_a_question_whose_reply_nobody_waited_for_stays_without_one(
    api: TestClient, library: Library
) -> None:
    request = ChatRequest(
        messages=[Message(role="user", content=QUESTION)], conversation_id="c-1", user="u"
    )

    async def ask_and_leave() -> None:
        task = chat_service.accept(library.service, LOCAL, request)
        async with aclosing(chat_service.stream(library.service, task)) as events:
            await anext(events)

    asyncio.run(ask_and_leave())
    (turn,) = api.get("/v1/conversations/c-1").json()["turns"]
    assert (turn["question"], turn["reply"], turn["unfinished"]) == (QUESTION, None, True)
    given = {"reply_id": turn["reply_id"], "rating": "up"}
    assert api.post("/v1/feedback", json=given).status_code == 404
    assert api.get(f"/v1/replies/{turn['reply_id']}").status_code == 404
    chat(api, QUESTION, conversation_id="c-1", replaces=turn["reply_id"])
    (turn,) = api.get("/v1/conversations/c-1").json()["turns"]
    assert turn["unfinished"] is False


def test_what_is_deleted_while_its_reply_is_on_its_way_stays_deleted(
    api: TestClient, library: Library
) -> None:
    request = ChatRequest(
        messages=[Message(role="user", content=QUESTION)], conversation_id="c-1", user="u"
    )

    async def ask_and_delete() -> None:
        task = chat_service.accept(library.service, LOCAL, request)
        async with aclosing(chat_service.stream(library.service, task)) as events:
            await anext(events)
            library.service.records.conversations.delete_user("u", None)
            async for _ in events:
                pass

    asyncio.run(ask_and_delete())
    assert api.get("/v1/conversations").json() == {"conversations": []}
    assert api.get("/v1/users/u/data").json()["conversations"] == []


def test_a_question_whose_reply_failed_is_not_kept_and_replaces_nothing(
    api: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = chat(api, conversation_id="c-1")

    def fail(*_: object) -> None:
        raise UnavailableError("The index is away.", "Wait.")

    monkeypatch.setattr(library.service.assistant, "stream", fail)
    body = {"messages": [{"role": "user", "content": "And when?"}]}
    again = {**body, "conversation_id": "c-1", "replaces": first.id}
    assert api.post("/v1/chat", json=again).status_code == 503
    assert questions(api, "c-1") == [QUESTION]
    assert api.post("/v1/chat", json={**body, "conversation_id": "c-2"}).status_code == 503
    assert api.get("/v1/conversations/c-2").status_code == 404


def test_a_shared_conversation_is_read_as_far_as_it_had_come_until_it_is_taken_back(
    api: TestClient,
) -> None:
    chat(api, conversation_id="c-1", user="student-7")
    assert api.get("/v1/conversations/c-1").json()["share"] is None
    share = api.put("/v1/conversations/c-1/share").json()
    assert len(share["id"]) >= 32
    chat(api, "What came later?", conversation_id="c-1")
    shared = api.get(f"/v1/shares/{share['id']}")
    assert [turn["question"] for turn in shared.json()["turns"]] == [QUESTION]
    assert "student-7" not in shared.text
    (listed,) = api.get("/v1/conversations").json()["conversations"]
    assert listed["share"] == share
    again = api.put("/v1/conversations/c-1/share").json()
    assert again["id"] == share["id"]
    assert len(api.get(f"/v1/shares/{share['id']}").json()["turns"]) == 2
    assert api.delete("/v1/conversations/c-1/share").status_code == 204
    assert api.get(f"/v1/shares/{share['id']}").status_code == 404
    assert api.put("/v1/conversations/c-1/share").json()["id"] != share["id"]
    for method in ("PUT", "DELETE"):
        assert api.request(method, "/v1/conversations/none/share").status_code == 404


def test_a_shared_conversation_is_gone_when_it_is_deleted(api: TestClient) -> None:
    chat(api, conversation_id="c-1")
    share = api.put("/v1/conversations/c-1/share").json()["id"]
    api.delete("/v1/conversations/c-1")
    assert api.get(f"/v1/shares/{share}").status_code == 404


def test_feedback_is_seen_in_its_conversation_and_can_be_taken_back(
    api: TestClient, key: Keys
) -> None:
    mine, other = key("chat"), key("chat")
    body = {"messages": [{"role": "user", "content": QUESTION}], "conversation_id": "c-1"}
    reply = api.post("/v1/chat", json=body, headers=mine).json()["id"]

    def seen() -> str | None:
        (turn,) = api.get("/v1/conversations/c-1", headers=mine).json()["turns"]
        return turn["feedback"] and turn["feedback"]["id"]

    given = [
        api.post("/v1/feedback", json={"reply_id": reply, "rating": rating}, headers=mine).json()
        for rating in ("up", "down")
    ]
    assert seen() == given[1]["id"]
    address = f"/v1/feedback/{given[1]['id']}"
    assert api.delete(address, headers=other).status_code == 404
    assert api.delete(address, headers=mine).status_code == 204
    assert api.delete(address, headers=mine).status_code == 404
    assert seen() == given[0]["id"]
