"""Half a surrogate pair is refused in every text of every request, as the description has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from api_library import QUESTION, Library
from fastapi.testclient import TestClient

HALF = "\ud800"
#: Its bytes, were it a character; UTF-8 knows none such.
HALF_IN_URL = "%ED%A0%80"
JSON = "application/json"
FORM = "multipart/form-data"

Described = dict[str, Any]


def operations(described: Described) -> Iterator[tuple[str, str, Described]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def broken(schema: Described, described: Described, valid: Any = None) -> Iterator[Any]:
    """Values of a schema, each with the half pair in one place: a text or a name.

    Args:
        schema: What a value has to be like.
        described: Where the schemas are that it refers to.
        valid: A value that fits, as far as one is known.
    """
    if name := schema.get("$ref"):
        schema = described["components"]["schemas"][name.rpartition("/")[2]]
    for choice in schema.get("anyOf", ()):
        yield from broken(choice, described, valid)
    match schema.get("type"):
        case "string":
            yield HALF
        case "array":
            first = valid[0] if isinstance(valid, list) and valid else None
            yield from ([item] for item in broken(schema["items"], described, first))
        case "object":
            known = valid if isinstance(valid, dict) else {}
            for name, field in schema.get("properties", {}).items():
                for value in broken(field, described, known.get(name)):
                    yield {**known, name: value}
            if isinstance(field := schema.get("additionalProperties"), dict):
                yield from ({"title": value} for value in broken(field, described))
            yield {**known, HALF: "x"}


def test_no_text_of_a_body_may_have_one(
    api: TestClient, library: Library, subtests: pytest.Subtests
) -> None:
    described = api.get("/openapi.json").json()
    headers = {"X-Trilogue-Token": library.service.operator_token, "Content-Type": JSON}
    sent = 0
    for method, path, operation in operations(described):
        shown = operation.get("requestBody", {}).get("content", {}).get(JSON)
        for body in broken(shown["schema"], described, shown["example"]) if shown else ():
            text = json.dumps(body)
            sent += 1
            with subtests.test(request=f"{method} {path} {text}"):
                response = api.request(method, _filled(path), content=text, headers=headers)
                assert response.status_code == 422, response.text
                told = response.json()["detail"]
                assert any(
                    why in told for why in ("surrogate", "Input should", "no day", r"\ud800")
                )
    assert sent > 50


def test_no_text_of_a_form_may_have_one(api: TestClient, subtests: pytest.Subtests) -> None:
    forms = [
        (method, path)
        for method, path, operation in operations(api.get("/openapi.json").json())
        if FORM in operation.get("requestBody", {}).get("content", {})
    ]
    assert forms == [("POST", "/v1/documents")], "whose texts are those below"
    for metadata in ({"title": HALF}, {HALF: "x"}):
        with subtests.test(metadata=json.dumps(metadata)):
            files = {"files": ("a.md", b"# A\n\nText.")}
            form = {"metadata": json.dumps(metadata)}
            response = api.post("/v1/documents", files=files, data=form)
            assert response.status_code == 422, response.text
            assert "surrogate" in response.json()["detail"]


def test_no_address_may_have_one(api: TestClient, subtests: pytest.Subtests) -> None:
    texts = [
        (method, path, parameter["in"], parameter["name"])
        for method, path, operation in operations(api.get("/openapi.json").json())
        for parameter in operation.get("parameters", ())
        if parameter["in"] in ("path", "query") and "string" in json.dumps(parameter["schema"])
    ]
    assert {"path", "query"} == {place for _, _, place, _ in texts}
    for method, path, place, name in texts:
        with subtests.test(request=f"{method} {path} {name}"):
            if place == "path":
                url = _filled(path.replace(f"{{{name}}}", HALF_IN_URL))
            else:
                url = f"{_filled(path)}?{name}={HALF_IN_URL}"
            response = api.request(method, url)
            assert response.status_code == 422, response.text
            assert f"The {place} " in response.json()["detail"]


def test_a_whole_pair_is_a_character(api: TestClient) -> None:
    text = json.dumps({"query": f"{QUESTION} \U0001f600"})
    assert "\\ud83d\\ude00" in text
    response = api.post("/v1/search", content=text, headers={"Content-Type": JSON})
    assert response.status_code == 200, response.text
    assert api.get("/v1/feedback?reply_id=%F0%9F%98%80").status_code == 200


def _filled(path: str) -> str:
    """A path with some id, or the first page, in place of each of its parameters."""
    some_id = "00000000-0000-4000-8000-000000000000"
    path = path.replace("{page}", "1")
    return "/".join(some_id if part.startswith("{") else part for part in path.split("/"))
