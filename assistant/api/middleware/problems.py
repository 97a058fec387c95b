"""Errors as problem documents (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from assistant.api.middleware.connection import ClientGoneError
from assistant.api.schemas.chat_schemas import OpenAIError, Problem
from assistant.api.schemas.text import HALF_SURROGATE
from assistant.errors import TrilogueError

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
#: In logs and metrics, a request whose client closed the connection (nginx's number).
CLIENT_CLOSED_REQUEST = 499
#: Routes whose clients look for the error where OpenAI puts it. A problem document may have
#: members of its own (RFC 9457, 3.2), so one document serves both kinds of clients.
_OPENAI_ROUTES = ("/v1/chat/completions", "/v1/embeddings", "/v1/models")
_OPENAI_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def problem_of(error: Exception) -> Problem:
    """The problem document for an error; nothing internal is told of an unexpected one."""
    match error:
        case TrilogueError():
            return Problem(title=error.title, status=error.status, detail=str(error))
        case RequestValidationError():
            return Problem(title="Invalid request", status=422, detail=_invalid(error))
        case HTTPException():
            title = HTTPStatus(error.status_code).phrase
            return Problem(title=title, status=error.status_code, detail=str(error.detail))
    _log.error("Unexpected error", exc_info=error)
    return Problem(
        title="Internal error",
        status=500,
        detail="Something unexpected went wrong. The service's log says more.",
    )


def speaks_openai(path: str) -> bool:
    """Whether the clients of a route are OpenAI's."""
    return path.startswith(_OPENAI_ROUTES)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every expected error with a problem document."""
    for kind in (TrilogueError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(ClientGoneError, _on_leaving)


def response_of(request: Request, error: Exception) -> JSONResponse:
    """The response that tells of an error."""
    problem = problem_of(error)
    headers = dict(getattr(error, "headers", None) or {})
    if (seconds := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(seconds)
    if problem.status == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="trilogue"'
    path = request.url.path
    told = openai_error(problem, error) if speaks_openai(path) else None
    body = problem.model_copy(update={"instance": path, "error": told})
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _allowed(request: Request) -> list[str]:
    """The methods of all routes with this path. Starlette names those of the first only."""
    return [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] == Match.FULL
            for route in request.app.routes
        )
    ]


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    return response_of(request, error)


async def _on_leaving(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)


def _invalid(error: RequestValidationError) -> str:
    # The input itself is left out: it may be large, and it is the caller's own.
    return "; ".join(f"{_place(item['loc'])}: {_said(item)}" for item in error.errors())


def _place(parts: Sequence[object]) -> str:
    # A field that the API does not know may have a name that cannot be sent back.
    return ".".join(map(str, parts)).encode(errors="backslashreplace").decode()


def _said(item: dict[str, str]) -> str:
    match item["type"]:
        case "extra_forbidden":
            return "is not supported"
        case "string_unicode":  # of a text with a pattern, which pydantic reads in Rust
            return HALF_SURROGATE
    return item["msg"]


def openai_error(problem: Problem, error: Exception) -> OpenAIError:
    """The error as OpenAI's clients read it."""
    default = "api_error" if problem.status >= 500 else "invalid_request_error"
    param = code = None
    if isinstance(error, RequestValidationError) and (items := error.errors()):
        param = _place(items[0]["loc"][1:])
        code = "unsupported_parameter" if items[0]["type"] == "extra_forbidden" else None
    return OpenAIError(
        message=problem.detail,
        type=_OPENAI_TYPES.get(problem.status, default),
        param=param,
        code=code,
    )
