"""The HTTP API over the sample corpus: real search, real evidence, real checks; the generator
says what the test has written down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from scripted_generator import ScriptedGenerator

from assistant.api.app import create_app
from assistant.api.schemas.chat_schemas import ChatResponse, EvidenceEvent, SearchResponse
from assistant.api.service import Service
from assistant.errors import UnavailableError

pytestmark = pytest.mark.models

GPA = {
    "ko": ("교류를 신청하는 학생의 평점평균은 얼마 이상이어야 하나요?", "제2조"),
    "ar": ("ما المعدل التراكمي المطلوب من طلاب التبادل؟", "المادة ٢"),
    "en": ("What grade point average do exchange students need?", "Article 2"),
}
ANSWERS = {
    "ko": "평점평균이 4.3점 만점에 3.0점 이상이어야 합니다. [1]",
    "ar": "يجب ألا يقل المعدل التراكمي عن 3.0 من 4.3. [1]",
    "en": "At least 3.0 out of 4.3. [1]",
}


@pytest.fixture
def client(sample_service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(sample_service), raise_server_exceptions=False) as client:
        yield client


def chat(client: TestClient, text: str, **fields: Any) -> ChatResponse:
    body = {"messages": [{"role": "user", "content": text}], **fields}
    response = client.post("/v1/chat", json=body)
    assert response.status_code == 200, response.text
    return ChatResponse.model_validate(response.json())


def events(client: TestClient, text: str) -> list[tuple[str, dict[str, Any]]]:
    body = {"messages": [{"role": "user", "content": text}], "stream": True}
    with client.stream("POST", "/v1/chat", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    names = [line.removeprefix("event: ") for line in lines[::2]]
    return list(
        zip(names, (json.loads(x.removeprefix("data: ")) for x in lines[1::2]), strict=True)
    )


@pytest.mark.parametrize("language", ["ko", "ar", "en"])
def test_search_finds_the_article_in_the_language_of_the_question(
    client: TestClient, language: str
) -> None:
    query, locator = GPA[language]
    response = client.post("/v1/search", json={"query": query, "top_k": 5, "language": language})
    results = SearchResponse.model_validate(response.json()).results
    assert len(results) == 5
    assert {r.language for r in results} == {language}
    best = [r for r in results if r.source == f"exchange-eligibility.{language}.md"]
    assert locator in [r.locator for r in best]


@pytest.mark.parametrize("asked", ["ko", "ar", "en"])
@pytest.mark.parametrize("found", ["ko", "ar", "en"])
def test_search_crosses_languages_in_every_direction(
    client: TestClient, asked: str, found: str
) -> None:
    body = {"query": GPA[asked][0], "top_k": 3, "language": found}
    results = client.post("/v1/search", json=body).json()["results"]
    assert f"exchange-eligibility.{found}.md" in [r["source"] for r in results]


def test_search_stays_in_its_collections_and_documents(client: TestClient) -> None:
    query = GPA["en"][0]
    everything = client.post("/v1/search", json={"query": query}).json()["results"]
    document = everything[3]["document_id"]
    body = {"query": query, "document_ids": [document]}
    only = client.post("/v1/search", json=body).json()["results"]
    assert {r["document_id"] for r in only} == {document}
    for nothing in ({"collections": ["elsewhere"]}, {"collections": []}):
        assert client.post("/v1/search", json={"query": query, **nothing}).json() == {"results": []}
    works = {"query": query, "filters": {"work_ids": ["global-ai-hub"]}}
    results = client.post("/v1/search", json=works).json()["results"]
    assert {r["source"].split(".")[0] for r in results} == {"global-ai-hub"}
    assert {p["language"] for r in results for p in (r, *r["also"])} == {"ko", "ar", "en"}


def test_search_filters_by_article_and_day(client: TestClient) -> None:
    body = {"query": GPA["en"][0], "filters": {"articles": ["2"], "as_of": "2026-11-01"}}
    results = client.post("/v1/search", json=body).json()["results"]
    assert results
    assert {r["locator"] for r in results} <= {"Article 2", "제2조", "المادة 2", "المادة الثانية"}
    body["filters"] = {"as_of": "2001-01-01"}
    found = client.post("/v1/search", json=body).json()["results"]
    assert GPA["en"][1] not in [r["locator"] for r in found], "it was not in force then"
    body["filters"] = {"as_of": "yesterday"}
    assert client.post("/v1/search", json=body).status_code == 422


@pytest.mark.parametrize("language", ["ko", "ar", "en"])
def test_a_checked_answer_is_cited_verbatim(
    client: TestClient, generator: ScriptedGenerator, language: str
) -> None:
    generator.answer = ANSWERS[language]
    reply = chat(client, GPA[language][0])
    assert reply.outcome == "answered"
    assert reply.answer_language == language
    assert reply.direction == ("rtl" if language == "ar" else "ltr")
    (citation,) = reply.citations
    assert f"[{citation.number}]" in reply.answer
    assert citation.source == f"exchange-eligibility.{language}.md"
    assert citation.locator == GPA[language][1]
    passages = client.post(
        "/v1/search", json={"query": GPA[language][0], "document_ids": [citation.document_id]}
    ).json()["results"]
    (text,) = [p["text"] for p in passages if p["passage_id"] == citation.passage_id]
    assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "invented",
    [
        "평점평균이 3.7점 이상이어야 합니다. [1]",
        "The average must be at least 3.0. [1]",
        "平均绩点必须达到要求。 [1]",
        "",
        "[1]",
    ],
)
def test_an_answer_that_fails_the_checks_is_never_shown(
    client: TestClient, generator: ScriptedGenerator, invented: str
) -> None:
    generator.answer = invented
    reply = chat(client, GPA["ko"][0])
    assert reply.outcome == "quoted"
    assert not invented.strip(" [1]") or invented not in reply.answer
    assert "3.0점" in reply.answer
    quotes = {c.number: " ".join(c.quote.split()) for c in reply.citations}
    shown = re.findall(r"“(.+?)” \[(\d+)\]", reply.answer)
    assert {int(number) for _, number in shown} == set(quotes)
    assert all(quote in quotes[int(number)] for quote, number in shown)


def test_only_the_sentences_that_pass_are_shown(
    client: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = f"{ANSWERS['en']} The fee is 777 dollars. [1]"
    reply = chat(client, GPA["en"][0])
    assert reply.outcome == "answered"
    assert "777" not in reply.answer


def test_without_generator_the_documents_still_speak(
    client: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = UnavailableError("The generator does not answer.")
    reply = chat(client, GPA["ar"][0])
    assert reply.outcome == "quoted"
    assert reply.notice
    assert "النموذج" in reply.notice
    assert reply.citations
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["checks"] == {
        "index": True,
        "generator": False,
        "database": True,
    }
    assert client.get("/readyz").json()["calibrated"] is True
    without = client.get("/readyz?generator=false")
    assert (without.status_code, set(without.json()["checks"])) == (200, {"index", "database"})
    assert client.get("/healthz").json()["status"] == "ok"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the boiling point of mercury on Mount Everest?", "en"),
        ("오늘 부산 날씨는 어떤가요?", "ko"),
        ("من فاز بكأس العالم عام ١٩٩٨؟", "ar"),
    ],
)
def test_what_the_documents_do_not_say_is_not_found(
    client: TestClient, generator: ScriptedGenerator, question: str, language: str
) -> None:
    generator.answer = "This must never be asked for."
    reply = chat(client, question)
    assert reply.outcome == "not_found"
    assert reply.answer_language == language
    assert reply.citations == []
    assert reply.nearest_documents
    assert reply.nearest_documents[0].title in reply.answer
    assert reply.nearest_documents[0].passage_id
    assert generator.prompts == []


def test_the_reply_language_can_be_fixed_and_other_languages_are_told(
    client: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = ANSWERS["ko"]
    assert chat(client, GPA["en"][0], language="ko").answer_language == "ko"
    reply = chat(client, "Quelle moyenne faut-il pour participer au programme d'échange ?")
    assert reply.answer_language == "en"
    assert "Korean, Arabic and English" in str(reply.notice)


def test_evidence_is_streamed_before_anything_is_generated(
    client: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = ANSWERS["en"] + " Good luck to all of them. [1]"
    found = events(client, GPA["en"][0])
    assert [name for name, _ in found] == ["evidence", "sentence", "reply"], "no luck in evidence"
    evidence = EvidenceEvent.model_validate(found[0][1])
    reply = ChatResponse.model_validate(found[-1][1])
    assert evidence.id == reply.id
    assert {c.number for c in reply.citations} <= {c.number for c in evidence.citations}
    assert " ".join(data["text"] for name, data in found if name == "sentence") == reply.answer
    timings = reply.timings_ms
    assert timings.first_token is not None
    assert timings.retrieval <= timings.evidence <= timings.first_token <= timings.total


def test_a_broken_step_ends_the_stream_with_an_error_event(
    client: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = RuntimeError("secret detail")
    name, problem = events(client, GPA["en"][0])[-1]
    assert (name, problem["status"]) == ("error", 500)
    assert "secret" not in json.dumps(problem)


def test_a_follow_up_carries_the_question_before_it(
    client: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = ANSWERS["en"]
    body = {
        "messages": [
            {"role": "user", "content": GPA["en"][0]},
            {"role": "assistant", "content": "3.0 out of 4.3."},
            {"role": "user", "content": "Why is that?"},
        ]
    }
    reply = ChatResponse.model_validate(client.post("/v1/chat", json=body).json())
    assert reply.outcome != "not_found"
    assert any(c.source.startswith("exchange-eligibility") for c in reply.citations)


@pytest.mark.parametrize(
    ("route", "body", "detail"),
    [
        ("/v1/chat", {"messages": [{"role": "user", "content": "?"}]}, "has no words"),
        ("/v1/chat", {"messages": [{"role": "user", "content": "a"}]}, "has no words"),
        ("/v1/chat", {"messages": [{"role": "user", "content": "🙂🙂🙂"}]}, "has no words"),
        ("/v1/chat", {"messages": [{"role": "user", "content": "x" * 100_000}]}, "100,000 char"),
        ("/v1/chat", {"messages": []}, "messages"),
        ("/v1/chat", {"messages": [{"role": "assistant", "content": "Hi there"}]}, "not the user"),
        ("/v1/chat", {"messages": [{"role": "user", "content": "hello"}], "top": 1}, "body.top"),
        ("/v1/chat", {"messages": [{"role": "user", "content": "hi you"}], "language": "fr"}, "ko"),
        ("/v1/search", {"query": ""}, "body.query"),
        ("/v1/search", {"query": "x" * 100_000}, "Shorten it"),
        ("/v1/search", {"query": "hello", "top_k": 1000}, "body.top_k"),
        ("/v1/search", {"query": "hello", "language": "fr"}, "body.language"),
    ],
)
def test_bad_input_gets_a_problem_document(
    client: TestClient, route: str, body: dict[str, Any], detail: str
) -> None:
    response = client.post(route, json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert detail in problem["detail"]
    assert problem["instance"] == route
    assert len(response.text) < 2000, "the input is not sent back"


def test_an_oversized_body_is_refused(client: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": "x" * 3_000_000}]}
    response = client.post("/v1/chat", json=body)
    assert response.status_code == 413
    assert len(response.text) < 2000


def test_broken_json_and_unknown_routes_are_problems_too(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    broken = client.post("/v1/chat", content=b"{", headers=headers)
    unknown = client.get("/v1/nothing")
    assert (broken.status_code, unknown.status_code) == (422, 404)
    for response in (broken, unknown):
        assert response.headers["content-type"] == "application/problem+json"
