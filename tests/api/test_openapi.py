"""The description of the API is true: schemathesis asks every operation of the live service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from api_library import Keys, Library
from fastapi.testclient import TestClient

from assistant.api.service import Service

#: Requests for each operation and phase; more find more, and take longer.
_EXAMPLES = os.environ.get("TRILOGUE_TEST_EXAMPLES", "25")


def test_every_operation_behaves_as_it_is_described(
    library: Library, live: Callable[[Service], str], key: Keys, tmp_path: Path
) -> None:
    headers = key("admin", requests_per_minute=1_000_000)
    url = live(library.service)
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json",
            "--header", f"Authorization: {headers['Authorization']}",
            "--checks", "all", "--max-examples", _EXAMPLES, "--seed", "7", "--no-color",
            # The service refuses what the description does not allow, and more: a question
            # without words is a valid string. Both are 422.
            "--exclude-checks", "positive_data_acceptance",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_every_operation_says_what_it_does_and_which_key_it_needs(api: TestClient) -> None:
    described = api.get("/openapi.json").json()
    assert described["components"]["securitySchemes"]["API key"]["scheme"] == "bearer"
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            assert "422" in operation["responses"] or not operation.get("parameters")
            if path not in ("/healthz", "/readyz"):
                assert {"API key": []} in operation["security"], (method, path)
