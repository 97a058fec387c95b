"""Every way in which the service does not do what it was asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

import httpx
from httpx_sse import SSEError
from pydantic import ValidationError

from assistant.api.schemas.chat_schemas import Problem


class ClientError(Exception):
    """The service did not do what it was asked for."""


class UnreachableError(ClientError):
    """There is no connection to the service."""


class BrokenOffError(ClientError):
    """The connection broke, the service was silent for too long, or a stream ended too early."""


class MalformedReplyError(ClientError):
    """What came is not a reply of the API."""


class ProblemError(ClientError):
    """The service said why it does not do it (RFC 9457), as a response or in its stream.

    Args:
        status: HTTP status.
        detail: The service's own words; empty where something else answered in its place, such
            as a proxy with a page of its own.
        retry_after: Seconds after which trying again makes sense, where it said so.
        body: What came, as it came.
    """

    def __init__(self, status: int, detail: str, retry_after: int | None, body: str) -> None:
        super().__init__(f"{status}: {detail or _short(body)}")
        self.status = status
        self.detail = detail
        self.retry_after = retry_after
        self.body = body


class MissingError(ProblemError):
    """There is no such thing, or the key may not know of it."""


class RateLimitError(ProblemError):
    """The key has made as many requests as it may."""


_KINDS: dict[int, type[ProblemError]] = {404: MissingError, 429: RateLimitError}


def refusal(response: httpx.Response) -> ProblemError:
    """The error that a response without success, which has been read, tells of."""
    body = response.content.decode("utf-8", "replace")
    try:
        detail = Problem.model_validate_json(body).detail
    except ValidationError:
        detail = ""
    status = response.status_code
    wait = _seconds(response.headers.get("Retry-After", ""))
    return _KINDS.get(status, ProblemError)(status, detail, wait, body)


def streamed_problem(data: str) -> ProblemError:
    """The error that the event ``error`` of a stream tells of.

    Raises:
        ValidationError: It is no problem document.
    """
    problem = Problem.model_validate_json(data)
    return _KINDS.get(problem.status, ProblemError)(problem.status, problem.detail, None, data)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what httpx and pydantic raise into a `ClientError`."""
    try:
        yield
    except (ValidationError, SSEError, httpx.DecodingError) as error:
        raise MalformedReplyError(f"This is not a reply of the API: {_told(error)}") from error
    except _NOT_REACHED as error:
        raise UnreachableError(_told(error)) from error
    except httpx.HTTPError as error:
        raise BrokenOffError(_told(error)) from error


_NOT_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {_short(str(error))}"


def _short(text: str) -> str:
    return " ".join(text.split())[:300]


def _seconds(header: str) -> int | None:
    """``Retry-After`` in seconds; it is a number, or a date (RFC 9110, 10.2.3)."""
    try:
        if header.isascii() and header.isdigit():
            return int(header)
        return max(0, round(parsedate_to_datetime(header).timestamp() - time.time()))
    except ValueError:
        return None
