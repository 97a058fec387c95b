"""Text that no database takes is refused in the same way on both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from api_library import QUESTION
from fastapi.testclient import TestClient

from assistant.storage.database import Database
from assistant.storage.records import Records

NUL = "a\0b"
MESSAGES = [{"role": "user", "content": QUESTION}]
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat", {"messages": MESSAGES, "user": NUL}),
    ("/v1/chat", {"messages": [{"role": "user", "content": NUL}]}),
    ("/v1/chat", {"messages": MESSAGES, "collections": [NUL]}),
    ("/v1/chat/completions", {"model": "trilogue", "messages": MESSAGES, "user": NUL}),
    (
        "/v1/chat/completions",
        {"model": "trilogue", "messages": [{"role": "user", "content": NUL}]},
    ),
    ("/v1/embeddings", {"model": "m", "input": [NUL]}),
    ("/v1/search", {"query": NUL}),
    ("/v1/search", {"query": QUESTION, "document_ids": [NUL]}),
    ("/v1/search", {"query": QUESTION, "filters": {"work_ids": [NUL]}}),
    ("/v1/feedback", {"reply_id": NUL, "rating": "up"}),
    ("/v1/feedback", {"reply_id": "r", "rating": "up", "comment": NUL}),
    ("/v1/feedback", {"reply_id": "r", "rating": "up", "user": NUL}),
]
PATHS = [
    ("GET", "/v1/users/a%00b/data"),
    ("DELETE", "/v1/users/a%00b/data"),
    ("GET", "/v1/conversations?user=a%00b"),
    ("GET", "/v1/feedback?reply_id=a%00b"),
    ("GET", "/v1/documents?collection=a%00b"),
]


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    """SQLite and PostgreSQL in turn."""
    records = Records.over(Database(url))
    yield records
    records.close()


def test_a_nul_character_is_refused_with_its_place(
    api: TestClient, subtests: pytest.Subtests
) -> None:
    responses = [(f"POST {path}", api.post(path, json=body)) for path, body in REQUESTS]
    responses += [(f"{method} {path}", api.request(method, path)) for method, path in PATHS]
    for name, response in responses:
        with subtests.test(request=name):
            assert response.status_code == 422, response.text
            assert "NUL" in response.json()["detail"] or "pattern" in response.json()["detail"]


def test_every_other_character_is_stored_and_given_back(api: TestClient) -> None:
    user = "\u0001é가ب\U0001f600"
    reply = api.post("/v1/chat", json={"messages": MESSAGES, "user": user}).json()
    body = {"reply_id": reply["id"], "rating": "down", "comment": "\u001b고맙습니다\ufffe"}
    assert api.post("/v1/feedback", json=body).status_code == 201
    stored = api.get(f"/v1/users/{quote(user)}/data").json()
    assert stored["feedback"][0]["comment"] == body["comment"]
    assert len(stored["conversations"]) == 1
