"""Documents and ingestions with keys: each key has its own collections, and no others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_library import QUESTION, Keys, Library
from fastapi.testclient import TestClient
from scripted_generator import ScriptedGenerator

from assistant.api.app import create_app
from assistant.models.answer_cache import CachedAnswer
from assistant.models.piece import Piece
from assistant.storage.records import Records

Headers = dict[str, str]
RULE = "# Parking\n\n## Article 1\n\nA parking place costs 10 dollars a day.\n"


def upload(api: TestClient, headers: Headers, text: str = RULE, **form: str) -> httpx.Response:
    files = [("files", ("parking.md", text))]
    return api.post("/v1/documents", files=files, data=form, headers=headers)


def finished(api: TestClient, started: httpx.Response, headers: Headers) -> dict[str, Any]:
    assert started.status_code == 202, started.text
    for _ in range(600):
        view: dict[str, Any] = api.get(started.headers["location"], headers=headers).json()
        if view["state"] in ("done", "failed"):
            return view
        time.sleep(0.1)
    raise AssertionError("the ingestion does not end")


def sources(api: TestClient, headers: Headers) -> set[str]:
    listed = api.get("/v1/documents", headers=headers).json()
    assert listed["total"] == len(listed["documents"])
    return {document["source"] for document in listed["documents"]}


def test_a_key_lists_its_own_documents_and_counts_no_others(api: TestClient, key: Keys) -> None:
    students = key("ingest", collections=["students"])
    assert sources(api, students) == {"exchange.md", "housing.md"}
    asked = api.get("/v1/documents", params={"collection": "staff"}, headers=students).json()
    assert asked == {"total": 0, "documents": []}
    assert sources(api, key("chat")) == {"exchange.md", "housing.md", "salaries.md"}
    assert sources(api, key("chat", collections=[])) == set()


def test_another_collections_document_is_as_one_that_is_not_there(
    api: TestClient, key: Keys, library: Library
) -> None:
    headers = key("ingest", "chat", collections=["students"])
    foreign = library.documents["salaries.md"]
    for method in ("GET", "DELETE"):
        answers = [
            api.request(method, f"/v1/documents/{name}", headers=headers)
            for name in (foreign, "00000000-0000-0000-0000-000000000000")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [answer.json()["detail"].split(".", 1)[1] for answer in answers]
        assert told[0] == told[1]
    assert library.service.store.count({"document_id": [foreign]}) > 0


def test_a_key_sends_documents_into_its_own_collections_only(
    api: TestClient, key: Keys, library: Library
) -> None:
    one = key("ingest", collections=["students"])
    two = key("ingest", collections=["students", "guests"])
    assert upload(api, one, collection="staff").status_code == 403
    assert upload(api, two).status_code == 422
    # What a document or its metadata says cannot lead it elsewhere.
    elsewhere = f"---\ncollection: staff\n---\n{RULE}"
    stated = json.dumps({"collection": "staff"})
    view = finished(api, upload(api, one, elsewhere, metadata=stated), one)
    assert view["report"]["counts"] == {"added": 1}
    assert "parking.md" in sources(api, one)
    store = library.service.store
    assert store.count({"collection": ["staff"]}) == 1
    assert store.count({"collection": ["students"]}) == 3


def test_an_ingestion_is_followed_by_keys_of_its_collection_only(
    api: TestClient, key: Keys
) -> None:
    students, staff = key("ingest", collections=["students"]), key("ingest", collections=["staff"])
    started = upload(api, students)
    place = started.headers["location"]
    for path in (place, f"{place}/events"):
        assert api.get(path, headers=staff).status_code == 404
    everywhere = key("ingest")
    loose = upload(api, everywhere, RULE.replace("10", "20"))
    assert api.get(loose.headers["location"], headers=students).status_code == 404
    assert finished(api, loose, everywhere)["state"] == "done"
    view = finished(api, started, students)
    assert api.get(f"{place}/events", headers=students).text.count("event: report") == 1
    # Where the service keeps its files is not the caller's to know.
    assert [Path(file["path"]).name for file in view["report"]["files"]] == ["parking.md"]
    assert "/" not in view["report"]["files"][0]["path"]


def test_an_archive_gives_a_key_no_way_out_and_duplicates_tell_no_paths(
    api: TestClient, key: Keys, library: Library
) -> None:
    headers = key("ingest", collections=["students"])
    exchange = "# Exchange\n\n## Article 1\n\nThe exchange stipend is 900 dollars a month. It is "
    same = upload(api, headers, exchange + "paid in advance.")
    (file,) = finished(api, same, headers)["report"]["files"]
    assert file["outcome"] == "duplicate"
    assert file["document_id"] == library.documents["exchange.md"]
    assert "/" not in json.dumps(file)


@pytest.mark.parametrize("with_keys", [False, True])
def test_the_operators_token_is_a_way_in_with_and_without_keys(
    api: TestClient, key: Keys, library: Library, tmp_path: Path, with_keys: bool
) -> None:
    if with_keys:
        key("chat", collections=[])
    headers = {"X-Trilogue-Token": library.service.operator_token}
    path = tmp_path / "parking.md"
    path.write_text(RULE)
    body = {"paths": [str(path)], "collection": "staff"}
    started = api.post("/v1/ingestions", json=body, headers=headers)
    started.headers["location"] = f"/v1/ingestions/{started.json()['ingestion_id']}"
    view = finished(api, started, headers)
    assert view["report"]["files"][0]["path"] == str(path)
    assert "parking.md" in sources(api, headers)
    document = view["report"]["files"][0]["document_id"]
    assert api.delete(f"/v1/documents/{document}", headers=headers).status_code == 204
    wrong = api.get("/v1/documents", headers={"X-Trilogue-Token": "guess"})
    assert wrong.status_code == (401 if with_keys else 200)


@pytest.mark.parametrize("scope", ["ingest", "admin"])
def test_local_paths_are_not_for_keys(api: TestClient, key: Keys, scope: Any) -> None:
    response = api.post("/v1/ingestions", json={"paths": ["/etc/hostname"]}, headers=key(scope))
    assert response.status_code == 403
    assert "operator" in response.json()["detail"]


def kept_answer(library: Library, source: str) -> Callable[[], bool]:
    """Puts an answer made from a document into the cache; whether it is still there."""
    answers = library.service.answers
    made_from = [library.documents[source]]
    answers.put(source, CachedAnswer((Piece("The answer."),), False), made_from, answers.moment())
    return lambda: answers.get(source) is not None


def test_an_answer_is_forgotten_when_its_document_changes_or_goes(
    api: TestClient, library: Library
) -> None:
    exchange = kept_answer(library, "exchange.md")
    housing = kept_answer(library, "housing.md")
    salaries = kept_answer(library, "salaries.md")
    assert api.delete(f"/v1/documents/{library.documents['exchange.md']}").status_code == 204
    assert not exchange()
    assert housing()
    # The files of the library are the operator's: one changes, one is gone.
    folder = library.folder
    (folder / "students" / "housing.md").write_text("# Housing\n\nA room costs 400 dollars.\n")
    (folder / "staff" / "salaries.md").unlink()
    (folder / "staff" / "other.md").write_text(RULE)
    headers = {"X-Trilogue-Token": library.service.operator_token}
    for collection in ("students", "staff"):
        body = {"paths": [str(folder / collection)], "collection": collection, "prune": True}
        started = api.post("/v1/ingestions", json=body, headers=headers)
        started.headers["location"] = f"/v1/ingestions/{started.json()['ingestion_id']}"
        finished(api, started, headers)
    assert not housing()
    assert not salaries()


def test_an_answer_rests_on_the_documents_as_they_are_now(
    api: TestClient, library: Library, generator: ScriptedGenerator
) -> None:
    chat = {"messages": [{"role": "user", "content": QUESTION}]}
    before = api.post("/v1/chat", json=chat).json()
    assert "900" in before["answer"]
    for source in ("exchange.md", "salaries.md"):
        api.delete(f"/v1/documents/{library.documents[source]}")
    after = api.post("/v1/chat", json=chat).json()
    # Ids and times may have these digits by chance.
    shown = [after["answer"], *(citation["quote"] for citation in after["citations"])]
    assert not any("900" in text for text in shown)


def test_ingestions_are_counted(api: TestClient, library: Library) -> None:
    assert finished(api, upload(api, {}), {})["state"] == "done"
    metrics = api.get("/metrics").text
    assert 'trilogue_ingestions_total{state="done"} 1.0' in metrics
    assert 'trilogue_ingested_files_total{outcome="added"} 1.0' in metrics


def test_pages_of_allowed_origins_may_send_documents(
    make_library: Callable[..., Library], records: Records
) -> None:
    service = make_library(cors_origins=["https://portal.example"]).service
    with TestClient(create_app(service)) as api:
        for origin, status in (("https://portal.example", 202), ("https://evil.example", 403)):
            assert upload(api, {"Origin": origin}).status_code == status
