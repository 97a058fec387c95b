"""How long a question may be, and that it is told."""

from __future__ import annotations

from collections.abc import Callable

from api_library import QUESTION, Library
from fastapi.testclient import TestClient

from assistant.api.app import create_app


def test_the_limit_that_is_told_is_the_one_that_holds(make_library: Callable[..., Library]) -> None:
    with TestClient(create_app(make_library(max_question_chars=40).service)) as api:
        limit = api.get("/v1/limits").json()["max_question_chars"]
        assert limit == 40
        # Characters that JavaScript counts as two are one.
        longest = QUESTION.ljust(limit, "\U0001f600")
        assert api.post("/v1/search", json={"query": longest}).status_code == 200
        refused = api.post("/v1/search", json={"query": f"{longest}!"})
        assert refused.status_code == 422
        assert "at most 40" in refused.json()["detail"]
