"""The description of the API is true: schemathesis asks every operation of the live service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from api_library import Keys, Library
from fastapi.testclient import TestClient

from assistant.api.service import Service

#: Requests for each operation and phase; more find more, and take longer.
_EXAMPLES = os.environ.get("TRILOGUE_TEST_EXAMPLES", "15")


def test_every_operation_behaves_as_it_is_described(
    library: Library, live: Callable[[Service], str], key: Keys, tmp_path: Path
) -> None:
    headers = key("admin", requests_per_minute=1_000_000)
    url = live(library.service)
    httpx.get(f"{url}/openapi.json", timeout=120)  # made once: schemathesis waits for 10 s
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json",
            "--header", f"Authorization: {headers['Authorization']}",
            "--checks", "all", "--max-examples", _EXAMPLES, "--seed", "7", "--no-color",
            "--request-timeout", "60",
            # The service refuses what the description does not allow, and more: a question
            # without words is a valid string. Both are 422.
            "--exclude-checks", "positive_data_acceptance",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_says_what_it_does_and_which_key_it_needs(api: TestClient) -> None:
    described = api.get("/openapi.json").json()
    assert described["components"]["securitySchemes"]["API key"]["scheme"] == "bearer"
    for path, method, operation in operations(described):
        assert operation["description"], (method, path)
        if path not in ("/healthz", "/readyz"):
            assert {"API key": []} in operation["security"], (method, path)
            assert {"401", "403", "429"} <= set(operation["responses"]), (method, path)
        if operation.get("parameters") or "requestBody" in operation:
            assert "422" in operation["responses"], (method, path)
        assert {"500", "503"} <= set(operation["responses"]), (method, path)


def test_every_request_response_and_error_has_an_example_that_is_true(
    api: TestClient, subtests: pytest.Subtests
) -> None:
    described = api.get("/openapi.json").json()
    for path, method, operation in operations(described):
        contents = [("request", operation.get("requestBody", {}).get("content", {}))]
        contents += [(s, r.get("content", {})) for s, r in operation["responses"].items()]
        assert all(
            content
            for status, content in contents
            if status.isdigit() and status not in ("204", "304")
        )
        for part, content in contents:
            for kind, shown in content.items():
                if kind == "multipart/form-data":
                    continue  # files are no JSON; its fields are described one by one
                with subtests.test(operation=f"{method} {path} {part} {kind}"):
                    example = shown["example"]
                    schema = shown["schema"] | {"components": described["components"]}
                    jsonschema.validate(example, schema)
                    if part.isdigit() and int(part) >= 400 and kind.endswith("problem+json"):
                        assert example["status"] == int(part)
                        assert example["detail"]
