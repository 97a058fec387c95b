"""Errors as problem documents (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.api.schemas import Problem
from assistant.errors import TrilogueError, UnavailableError

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
#: Seconds after which a client may try again when a part is not available.
_RETRY_AFTER = "5"


def problem_of(error: Exception) -> Problem:
    """The problem document for an error; nothing internal is told of an unexpected one."""
    if isinstance(error, TrilogueError):
        return Problem(title=error.title, status=error.status, detail=str(error))
    _log.error("Unexpected error", exc_info=error)
    return Problem(
        title="Internal error",
        status=500,
        detail="Something unexpected went wrong. The service's log says more.",
    )


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem document."""
    app.add_exception_handler(TrilogueError, _on_error)
    app.add_exception_handler(Exception, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def _response(
    request: Request, problem: Problem, headers: dict[str, str] | None = None
) -> JSONResponse:
    body = problem.model_copy(update={"instance": request.url.path})
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    headers = {"Retry-After": _RETRY_AFTER} if isinstance(error, UnavailableError) else None
    return _response(request, problem_of(error), headers)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # The input itself is left out: it may be large, and it is the caller's own.
    details = "; ".join(
        f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
    )
    return _response(request, Problem(title="Invalid request", status=422, detail=details))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    problem = Problem(title=title, status=error.status_code, detail=str(error.detail))
    return _response(request, problem, dict(error.headers or {}))
