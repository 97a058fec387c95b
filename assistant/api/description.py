"""The OpenAPI description, where FastAPI's own is not exact: errors are problem documents,
routes that stream say so, and everything has an example."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from assistant import errors
from assistant.api.middleware import problems
from assistant.api.schemas.chat_schemas import Problem
from assistant.api.schemas.examples import EXAMPLES, TEXTS

#: For the routes' own ``responses``: the description is completed by `describe`.
PROBLEM: dict[str, Any] = {"model": Problem}
_JSON = "application/json"
#: One of the errors of each status that are the service's own.
_ERRORS: dict[int, errors.TrilogueError] = {
    error.status: error
    for error in (
        errors.UnauthorizedError(
            "The request has no API key.", "Send the header 'Authorization: Bearer KEY'."
        ),
        errors.ForbiddenError(
            "This key does not have the scope 'chat'.", "Ask the operator for a key that has it."
        ),
        errors.NotFoundError("There is no such thing.", "It may have been deleted."),
        errors.InvalidInputError("body.query: Field required"),
        errors.LimitError(
            "This key may make 60 requests a minute, and has made them.",
            "Try again in 41 seconds.",
            41,
        ),
        errors.TrilogueError("Something unexpected went wrong. The service's log says more."),
        errors.BusyError("There are 18 chats in progress already.", "Try again in a few seconds."),
        errors.DeadlineError("The reply took longer than 300 s.", "Try again later."),
    )
}
#: The content of a stream of server-sent events. Some read its schema as that of the whole
#: text, some as that of one event.
EVENT_STREAM: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": ["string", "object"],
            "properties": {
                "event": {"type": "string"},
                "data": {"type": "string", "contentMediaType": "application/json"},
            },
            "required": ["data"],
        }
    }
}
#: Of a chat that is not streamed and one that is.
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The reply; with `stream`, server-sent events",
        "content": EVENT_STREAM,
    }
}


def describe(app: FastAPI) -> None:
    """Complete what ``app`` says of itself."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        described = generate()
        for path, operations in described["paths"].items():
            for operation in operations.values():
                _illustrate(operation.get("requestBody", {}).get("content", {}))
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    _correct(content, int(status), path)
                    _illustrate(content)
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _correct(content: dict[str, Any], status: int, path: str) -> None:
    """FastAPI describes every model as plain JSON."""
    if _schema_of(content.get(_JSON, {})) == Problem.__name__:
        content[problems.MEDIA_TYPE] = content.pop(_JSON)
        content[problems.MEDIA_TYPE]["example"] = _problem(status, path)


def _illustrate(content: dict[str, Any]) -> None:
    """Give each kind of content its example."""
    for kind, described in content.items():
        if kind in TEXTS:
            described["example"] = TEXTS[kind]
        elif (schema := _schema_of(described)) in EXAMPLES:
            described["example"] = EXAMPLES[schema]


def _schema_of(described: dict[str, Any]) -> str:
    """Name of the schema of some content."""
    return str(described.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _problem(status: int, path: str) -> dict[str, Any]:
    """An error of this status, as the service answers it."""
    error = _ERRORS.get(status) or HTTPException(status)
    problem = problems.problem_of(error).model_copy(update={"instance": path})
    if problems.speaks_openai(path):
        problem.error = problems.openai_error(problem, error)
    return problem.model_dump(exclude_none=True)
