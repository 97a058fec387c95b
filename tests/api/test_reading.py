"""What a page for readers and operators needs: titles and search, single replies, a passage among
its neighbours, wordings and editions, unanswered questions, past ingestions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from api_library import QUESTION, Keys, Library, OpenGate, Write
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.ingestion.options import JobOptions
from assistant.retrieval.answerable import Decision
from assistant.storage.conversations import TITLE_CHARS, title_of
from assistant.storage.records import Records
from ingest.job import IngestionJob


def chat(api: TestClient, text: str = QUESTION, **fields: object) -> ChatResponse:
    headers = fields.pop("headers", None)
    body = {"messages": [{"role": "user", "content": text}], **fields}
    reply = api.post("/v1/chat", json=body, headers=headers)  # type: ignore[arg-type]
    return ChatResponse.model_validate(reply.json())


def titles(api: TestClient, **query: str) -> list[str]:
    listed = api.get("/v1/conversations", params=query).json()["conversations"]
    return [conversation["title"] for conversation in listed]


def test_a_conversation_is_named_after_its_first_question_and_can_be_renamed(
    api: TestClient,
) -> None:
    first = chat(api)
    chat(api, "And the dormitory?", conversation_id=first.conversation_id)
    assert titles(api) == [QUESTION]
    path = f"/v1/conversations/{first.conversation_id}"
    assert api.patch(path, json={"title": "체재비 문의"}).json()["title"] == "체재비 문의"
    assert titles(api) == ["체재비 문의"]
    assert api.patch(path, json={"title": "two\nlines"}).status_code == 422
    assert api.patch("/v1/conversations/none", json={"title": "x"}).status_code == 404
    assert api.put(path, json={}).headers["Allow"] == "GET, PATCH, DELETE"


@pytest.mark.parametrize("question", ["  What \n is it? ", "가" * 500])
def test_a_title_is_one_short_line(question: str) -> None:
    title = title_of(question)
    assert "\n" not in title
    assert 0 < len(title) <= TITLE_CHARS


def test_conversations_are_found_by_title_and_by_any_question(api: TestClient) -> None:
    one = chat(api, user="a")
    chat(api, "What is 100% of the room's rent?", conversation_id=one.conversation_id, user="a")
    chat(api, "Which room is cheapest?", user="a")
    assert titles(api, containing="100%") == [QUESTION]
    assert titles(api, containing="ROOM") == ["Which room is cheapest?", QUESTION]
    assert titles(api, containing="_") == []
    assert titles(api, containing="room", user="b") == []


def test_a_reply_is_read_by_its_id_with_its_own_key_or_an_operators(
    api: TestClient, key: Keys
) -> None:
    mine, other, admin = key(), key(), key("admin")
    reply = chat(api, headers=mine)
    record = api.get(f"/v1/replies/{reply.id}", headers=mine).json()
    assert (record["question"], record["reply"]["id"]) == (QUESTION, reply.id)
    assert api.get(f"/v1/replies/{reply.id}", headers=other).status_code == 404
    assert api.get(f"/v1/replies/{reply.id}", headers=admin).status_code == 200
    api.delete(f"/v1/conversations/{reply.conversation_id}", headers=mine)
    assert api.get(f"/v1/replies/{reply.id}", headers=mine).status_code == 404


def test_questions_without_an_answer_are_listed_for_operators_alone(
    make_library: Callable[..., Library], key: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_library()
    with TestClient(create_app(library.service)) as api:
        student = key()
        chat(api, headers=student)
        monkeypatch.setattr(OpenGate, "decide", lambda *_: Decision(0.0, 0.5, None))
        chat(api, "When is the canteen open?", headers=student)
        assert api.get("/v1/questions", headers=student).status_code == 403
        admin = key("admin")
        listed = api.get("/v1/questions", headers=admin).json()
        assert listed["total"] == 1
        assert listed["questions"][0]["question"] == "When is the canteen open?"
        both = {"outcome": ["not_found", "answered", "quoted"], "limit": 1}
        listed = api.get("/v1/questions", headers=admin, params=both).json()
        assert (listed["total"], len(listed["questions"])) == (2, 1)


SECTIONS = "# Housing\n\n" + "\n\n".join(
    f"## Article {n}\n\nRule number {n} is about rooms and says {n} things." for n in range(1, 6)
)


def test_a_passage_is_shown_among_its_neighbours(
    api: TestClient, job: IngestionJob, write: Write
) -> None:
    document = ingested(job, write("rules.md", SECTIONS))
    passages = api.get(f"/v1/documents/{document}/passages").json()["passages"]
    third = passages[2]
    path = f"/v1/documents/{document}/passages/{third['passage_id']}/context"
    context = api.get(path, params={"start": 0, "end": 4, "around": 1}).json()
    assert context["passage"]["quote"]["text"] == third["text"][:4]
    assert [p["ordinal"] for p in context["before"]] == [passages[1]["ordinal"]]
    assert [p["ordinal"] for p in context["after"]] == [passages[3]["ordinal"]]
    assert (context["validity"], context["amended"], context["editions"]) == ("undated", False, [])
    assert api.get(path, params={"start": 4}).status_code == 422
    assert api.get(path.replace(third["passage_id"], document)).status_code == 404


def test_other_editions_and_wordings_are_one_step_away(
    api: TestClient, job: IngestionJob, write: Write
) -> None:
    old = dated("rules-2020.en.md", "en", "2020-01-01", "The fee is 100 riyals.")
    new = dated("rules-2024.en.md", "en", "2024-01-01", "The fee is 200 riyals.")
    korean = dated("rules.ko.md", "ko", "2024-01-01", "수수료는 200 리얄로 한다.", "제2조")
    ids = [ingested(job, write(name, text)) for name, text in (old, new, korean)]
    first, second, edition = (context_of(api, document, "2") for document in ids)
    assert (first["validity"], second["validity"]) == ("ended", "in_force")
    assert (first["amended"], second["amended"]) == (False, True)
    assert [w["document_id"] for w in first["wordings"]] == [ids[1]]
    assert [w["document_id"] for w in second["wordings"]] == [ids[0]]
    name, text = dated("fees.md", "en", "2020-01-01", "The fee is 100 riyals.")
    ended = text.replace("work_id: rules\n", "status: repealed\neffective_until: 2021-01-01\n")
    assert context_of(api, ingested(job, write(name, ended)), "2")["validity"] == "repealed"
    (other,) = second["editions"]
    assert (other["document_id"], other["language"]) == (ids[2], "ko")
    assert other["passage_id"] == edition["passage"]["passage_id"]
    assert other["quote"] is None


def test_a_quote_is_found_again_in_the_other_editions(
    api: TestClient, job: IngestionJob, write: Write
) -> None:
    same = "The fee is 200 riyals."
    english = dated("rules.en.md", "en", "2024-01-01", f"Rooms have two beds. {same}")
    korean = dated("rules.ko.md", "ko", "2024-01-01", f"{same} 방에는 침대가 둘 있다.", "제2조")
    first, _ = (ingested(job, write(name, text)) for name, text in (english, korean))
    passages = api.get(f"/v1/documents/{first}/passages").json()["passages"]
    passage = next(p for p in passages if p["article"] == "2")
    start = passage["text"].index(same)
    path = f"/v1/documents/{first}/passages/{passage['passage_id']}/context"
    (other,) = api.get(path, params={"start": start, "end": start + len(same)}).json()["editions"]
    assert other["quote"]["text"].strip() == same


def dated(
    name: str, language: str, day: str, text: str, article: str = "Article 2"
) -> tuple[str, str]:
    first = article.replace("2", "1")
    head = f"---\nwork_id: rules\nlanguage: {language}\neffective_from: {day}\n---\n"
    return name, f"{head}# Rules\n\n## {first}\n\n{text} 1.\n\n## {article}\n\n{text}"


def context_of(api: TestClient, document: str, article: str) -> dict:  # type: ignore[type-arg]
    passages = api.get(f"/v1/documents/{document}/passages").json()["passages"]
    passage = next(p for p in passages if p["article"] == article)
    path = f"/v1/documents/{document}/passages/{passage['passage_id']}/context"
    return api.get(path).json()  # type: ignore[no-any-return]


def test_a_key_sees_no_context_of_what_it_is_not_granted(
    api: TestClient, library: Library, key: Keys
) -> None:
    headers = key(collections=["students"])
    secret = library.documents["salaries.md"]
    path = f"/v1/documents/{secret}/passages/{library.passage('salaries.md')}/context"
    assert api.get(path, headers=headers).status_code == 404


def test_past_ingestions_are_listed_for_those_who_may_see_their_collection(
    api: TestClient, key: Keys, records: Records
) -> None:
    students = key("ingest", collections=["students"])
    everything = key("ingest")
    file = {"files": ("new.md", b"# New\n\nA new rule for students is here.")}
    sent = api.post(
        "/v1/documents", files=file, data={"collection": "students"}, headers=students
    ).json()
    api.post("/v1/documents", files=file, data={"collection": "staff"}, headers=everything)
    listed = api.get("/v1/ingestions", headers=students).json()["ingestions"]
    assert [i["ingestion_id"] for i in listed] == [sent["ingestion_id"]]
    assert listed[0]["collection"] == "students"
    assert len(api.get("/v1/ingestions", headers=everything).json()["ingestions"]) == 2
    assert api.get("/v1/ingestions", headers=key("chat")).status_code == 403


def ingested(job: IngestionJob, path: Path) -> str:
    (result,) = job.run([path], JobOptions("students")).files
    assert result.document_id
    return result.document_id
