"""Keys: nobody gets in without one, and nobody sees more than the key is granted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from api_library import QUESTION, Keys, Library
from fastapi.testclient import TestClient

from assistant.api import access
from assistant.api.app import create_app
from assistant.storage.keys import ApiKeyRecord
from assistant.storage.records import Records

CHAT = {"messages": [{"role": "user", "content": QUESTION}]}
COMPLETION = {"model": "trilogue", **CHAT}
#: Routes that anybody may call.
PUBLIC = {"/healthz", "/readyz"}


def every_route(client: TestClient) -> list[tuple[str, str]]:
    """Method and path of every operation that the service describes."""
    paths = client.get("/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def filled(path: str) -> str:
    """A path with something in the place of its parameters."""
    unknown = "00000000-0000-0000-0000-000000000000"
    for name in ("document_id", "passage_id", "ingestion_id"):
        path = path.replace(f"{{{name}}}", unknown)
    for name in ("conversation_id", "reply_id", "share_id", "feedback_id", "user", "model"):
        path = path.replace(f"{{{name}}}", "somebody")
    path = path.replace("{page}", "1")
    assert "{" not in path, f"{path} has a parameter that this test does not know"
    return path


def test_every_route_but_health_asks_for_a_key_once_there_is_one(
    api: TestClient, key: Keys
) -> None:
    key("chat")
    for method, path in every_route(api):
        response = api.request(method, filled(path), json={})
        if path in PUBLIC:
            assert response.status_code in (200, 503)
        else:
            assert response.status_code == 401, (method, path)
            assert response.headers["www-authenticate"].startswith("Bearer")
            assert response.headers["content-type"] == "application/problem+json"


def test_every_route_asks_for_a_scope(api: TestClient, key: Keys) -> None:
    headers = key("ingest")
    chat_routes = [(m, p) for m, p in every_route(api) if p not in PUBLIC and "ingest" not in p]
    for method, path in chat_routes:
        if path.startswith("/v1/documents") and "passages" not in path:
            continue  # these belong to ingestion
        response = api.request(method, filled(path), json={}, headers=headers)
        assert response.status_code == 403, (method, path)
        assert "scope" in response.json()["detail"]
    assert api.get("/v1/documents", headers=headers).status_code == 200


def test_who_may_only_chat_reads_documents_and_changes_none(
    api: TestClient, key: Keys, library: Library
) -> None:
    headers = key("chat")
    document = f"/v1/documents/{library.documents['exchange.md']}"
    for path in ("/v1/documents", document):
        assert api.get(path, headers=headers).status_code == 200
    files = [("files", ("a.md", "A rule."))]
    refused = [
        api.post("/v1/documents", files=files, headers=headers),
        api.delete(document, headers=headers),
        *(
            api.request(method, filled(path), json={}, headers=headers)
            for method, path in every_route(api)
            if "ingestion" in path
        ),
    ]
    assert len(refused) == 7
    assert {response.status_code for response in refused} == {403}


def test_without_keys_everything_is_open_and_the_first_key_closes_it(
    api: TestClient, key: Keys, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.post("/v1/search", json={"query": QUESTION}).status_code == 200
    headers = key("chat")
    api.app.state.authenticator._open.clear()  # type: ignore[attr-defined]  # as seconds later
    assert api.post("/v1/search", json={"query": QUESTION}).status_code == 401
    assert api.post("/v1/search", json={"query": QUESTION}, headers=headers).status_code == 200
    records.keys.revoke("test")
    api.app.state.authenticator._known.clear()  # type: ignore[attr-defined]
    assert api.post("/v1/search", json={"query": QUESTION}, headers=headers).status_code == 401
    api.app.state.authenticator._open.clear()  # type: ignore[attr-defined]
    assert api.post("/v1/search", json={"query": QUESTION}).status_code == 401


def test_a_revoked_key_is_remembered_for_seconds_only_however_often_it_is_used(
    library: Library, records: Records
) -> None:
    moment = 0.0
    authenticator = access.RequestAuthenticator(
        library.service.settings, records, "token", clock=lambda: moment
    )
    _, token = records.keys.create("portal", ["chat"], None)
    assert asyncio.run(authenticator.caller(token)).may("chat")
    records.keys.revoke("portal")
    moment = access.KEY_SECONDS - 1
    assert asyncio.run(authenticator.caller(token))
    moment = access.KEY_SECONDS + 1
    with pytest.raises(access.UnauthorizedError):
        asyncio.run(authenticator.caller(token))


def test_a_page_of_another_host_cannot_call_a_service_without_keys(
    api: TestClient, key: Keys
) -> None:
    rebound = {"Host": "evil.example"}
    refused = api.get("/v1/models", headers=rebound)
    assert refused.status_code == 403
    assert "TRILOGUE_TRUSTED_HOSTS" in refused.json()["detail"]
    for name in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert api.get("/v1/models", headers={"Host": name}).status_code == 200


LOOKING = "confidential stipend of staff"


def everything_about(api: TestClient, headers: dict[str, str], library: Library) -> str:
    """What a key gets to see by every way that tells of documents."""
    document, passage = library.documents["salaries.md"], library.passage("salaries.md")
    seen: list[str] = []

    def post(path: str, body: dict[str, Any]) -> None:
        seen.append(api.post(path, json=body, headers=headers).text)

    staff, both = {"collections": ["staff"]}, {"collections": ["students", "staff"]}
    for asked in ({}, staff, both, {"document_ids": [document]}):
        post("/v1/search", {"query": LOOKING, "top_k": 100, **asked})
        post("/v1/search", {"query": LOOKING, **asked, "document_ids": [document]})
        for path, body in (("/v1/chat", CHAT), ("/v1/chat/completions", COMPLETION)):
            known = {**body, **asked, "conversation_id": "c-1", "user": "u"}
            post(path, {**body, **asked})
            post(path, known)
            post(path, {**known, "stream": True})
    paths = (
        "/v1/documents",
        "/v1/documents?collection=staff",
        f"/v1/documents/{document}",
        f"/v1/documents/{document}/passages",
        f"/v1/documents/{document}/passages/{passage}",
        "/v1/conversations",
        "/v1/conversations/c-1",
        "/v1/users/u/data",
    )
    seen += [api.get(path, headers=headers).text for path in paths]
    return "\n".join(seen)


def test_a_key_never_sees_a_document_outside_its_collections(
    api: TestClient, key: Keys, library: Library
) -> None:
    scopes = ("chat", "ingest")
    students = everything_about(api, key(*scopes, collections=["students"]), library)
    assert "exchange.md" in students
    for secret in ("salaries.md", "Salaries", "5000", "confidential"):
        assert secret not in students
    # The same ways do show it to a key that is granted it, so the test would notice a leak.
    staff = everything_about(api, key(*scopes, collections=["staff"]), library)
    assert "salaries.md" in staff
    assert "exchange.md" not in staff
    nothing = everything_about(api, key(*scopes, collections=[]), library)
    assert "salaries.md" not in nothing
    assert "exchange.md" not in nothing


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/chat", CHAT), ("/v1/chat/completions", COMPLETION)]
)
def test_a_question_is_answered_from_the_documents_that_it_names_and_no_others(
    api: TestClient, key: Keys, library: Library, path: str, body: dict[str, Any]
) -> None:
    def sources(*names: str) -> set[str]:
        named = {"document_ids": [library.documents[name] for name in names]}
        reply = api.post(path, json={**body, **named}, headers=headers)
        assert reply.status_code == 200, reply.text
        return {citation["source"] for citation in reply.json()["citations"]}

    headers = key("chat", collections=["students"])
    assert sources("housing.md") == {"housing.md"}
    assert sources("exchange.md") == {"exchange.md"}
    assert sources("salaries.md") == sources() == set()


def test_what_was_replied_before_a_grant_was_taken_away_is_withheld(
    api: TestClient, key: Keys, records: Records
) -> None:
    headers = key("chat", collections=["students"])
    reply = api.post("/v1/chat", json={**CHAT, "conversation_id": "c-1"}, headers=headers).json()
    with records.database.session() as session:
        record = session.query(ApiKeyRecord).one()
        record.collections = ["staff"]
    api.app.state.authenticator._known.clear()  # type: ignore[attr-defined]
    share = api.put("/v1/conversations/c-1/share", headers=headers).json()["id"]
    for path in ("conversations/c-1", f"shares/{share}"):
        (turn,) = api.get(f"/v1/{path}", headers=headers).json()["turns"]
        assert turn["reply"] is None
        assert reply["answer"] not in json.dumps(turn)


def test_conversations_and_feedback_are_each_keys_own(api: TestClient, key: Keys) -> None:
    first, second, admin = key("chat"), key("chat"), key("admin")
    body = {**CHAT, "conversation_id": "c-1", "user": "student-7"}
    reply = api.post("/v1/chat", json=body, headers=first).json()
    assert api.get("/v1/conversations/c-1", headers=second).status_code == 404
    assert api.delete("/v1/conversations/c-1", headers=second).status_code == 404
    assert api.put("/v1/conversations/c-1/share", headers=second).status_code == 404
    share = api.put("/v1/conversations/c-1/share", headers=first).json()["id"]
    assert api.get(f"/v1/shares/{share}", headers=second).status_code == 404
    assert api.get(f"/v1/shares/{share}", headers=first).status_code == 200
    assert api.get("/v1/conversations", headers=second).json() == {"conversations": []}
    given = {"reply_id": reply["id"], "rating": "up"}
    assert api.post("/v1/feedback", json=given, headers=second).status_code == 404
    assert api.post("/v1/feedback", json=given, headers=first).status_code == 201
    assert api.get("/v1/feedback", headers=first).status_code == 403
    assert api.delete("/v1/users/student-7/data", headers=second).json() == {
        "conversations": 0,
        "feedback": 0,
    }
    assert len(api.get("/v1/users/student-7/data", headers=admin).json()["conversations"]) == 1


def test_the_rate_limit_is_told_and_kept(api: TestClient, key: Keys) -> None:
    headers, other = key("chat", requests_per_minute=3), key("chat", requests_per_minute=3)
    responses = [api.get("/v1/models", headers=headers) for _ in range(4)]
    assert [r.status_code for r in responses] == [200, 200, 200, 429]
    assert responses[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert responses[0].headers["ratelimit"].startswith('"minute";r=2;t=')
    assert 1 <= int(responses[3].headers["retry-after"]) <= 60
    assert responses[3].json()["error"]["type"] == "rate_limit_error"
    assert api.get("/v1/models", headers=other).status_code == 200


def test_the_daily_quota_is_told_kept_and_shared_by_replicas(
    api: TestClient, key: Keys, library: Library
) -> None:
    headers = key("chat", requests_per_day=2)
    with TestClient(create_app(library.service)) as replica:
        responses = [c.get("/v1/models", headers=headers) for c in (api, replica, api)]
    assert [r.status_code for r in responses] == [200, 200, 429]
    assert '"day";r=0;t=' in responses[1].headers["ratelimit"]
    assert int(responses[2].headers["retry-after"]) <= 86_400


def test_only_allowed_origins_may_call_from_a_page(
    make_library: Callable[..., Library], key: Keys
) -> None:
    service = make_library(cors_origins=["https://portal.example"]).service
    with TestClient(create_app(service)) as client:
        asked = {"Access-Control-Request-Method": "POST"}
        allowed = client.options("/v1/chat", headers={"Origin": "https://portal.example", **asked})
        other = client.options("/v1/chat", headers={"Origin": "https://evil.example", **asked})
    assert allowed.headers["access-control-allow-origin"] == "https://portal.example"
    assert "access-control-allow-origin" not in other.headers


def test_responses_and_errors_have_security_headers_and_a_request_id(api: TestClient) -> None:
    for path in ("/healthz", "/v1/nothing"):
        response = api.get(path, headers={"X-Request-ID": "portal-12345678"})
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-request-id"] == "portal-12345678"
    assert api.get("/healthz", headers={"X-Request-ID": "no\tgood"}).headers["x-request-id"] != "no"
