"""The OpenAPI description, where FastAPI's own is not exact: errors are problem documents, and
routes that stream say so."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from assistant.api import problems
from assistant.api.schemas import Problem

#: For the routes' own ``responses``: the description is completed by `describe`.
PROBLEM: dict[str, Any] = {"model": Problem}
_JSON = "application/json"
_PROBLEM_REF = "#/components/schemas/Problem"
#: Of a chat that is not streamed and one that is.
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The reply; with `stream`, server-sent events",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def describe(app: FastAPI) -> None:
    """Complete what ``app`` says of itself."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        described = generate()
        for operations in described["paths"].values():
            for operation in operations.values():
                for response in operation["responses"].values():
                    _correct(response.get("content", {}))
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _correct(content: dict[str, Any]) -> None:
    """FastAPI describes every model as plain JSON."""
    if content.get(_JSON, {}).get("schema", {}).get("$ref") == _PROBLEM_REF:
        content[problems.MEDIA_TYPE] = content.pop(_JSON)
