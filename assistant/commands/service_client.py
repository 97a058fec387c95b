"""How the commands ask a running service: with their key, and with a remedy where it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.api.announcement import RunningService
from assistant.errors import (
    ForbiddenError,
    InvalidInputError,
    LimitError,
    NotFoundError,
    TrilogueError,
    UnauthorizedError,
    UnavailableError,
    first_problem,
)
from assistant.settings import get_settings

if TYPE_CHECKING:
    from assistant.client import Client, ClientError

RequestT = TypeVar("RequestT", bound=BaseModel)

#: Seconds: the longest that a small generator takes for an answer.
_LONGEST_SILENCE = 300.0
_OTHER_KEY = "Put a key that may do it into TRILOGUE_API_KEY."


def request_of(kind: type[RequestT], **values: Any) -> RequestT:
    """A request of the API from what somebody has typed.

    Raises:
        InvalidInputError: It does not have the form that the API asks for.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise InvalidInputError(first_problem(error)) from error


@contextmanager
def asking(service: RunningService, silence: float = _LONGEST_SILENCE) -> Iterator[Client]:
    """A client of the service, whose errors are those that commands explain.

    Args:
        service: Whom to ask.
        silence: Seconds that it may be silent.

    Raises:
        InvalidInputError: The service refuses what it is asked.
        UnauthorizedError, ForbiddenError: It wants a key, or another one.
        NotFoundError: There is no such thing.
        LimitError: The key has made as many requests as it may.
        UnavailableError: The service does not answer, or fails.
    """
    from assistant.client import Client, ClientError

    key = get_settings().api_key
    shown = key.get_secret_value() if key else None
    try:
        with Client(service.url, shown, operator_token=service.token, timeout=silence) as client:
            yield client
    except ClientError as error:
        raise _explained(error, service.url) from error


def _explained(error: ClientError, url: str) -> TrilogueError:
    from assistant.client import ProblemError

    if not isinstance(error, ProblemError):
        hint = "Is 'trilogue serve' running?"
        return UnavailableError(f"The service at {url} does not answer: {error}", hint)
    detail = error.detail or f"{url} answered {error.status}."
    match error.status:
        case 401:
            return UnauthorizedError(detail, _OTHER_KEY)
        case 403:
            return ForbiddenError(detail, _OTHER_KEY)
        case 404:
            return NotFoundError(detail)
        case 429:
            wait = error.retry_after or 1
            return LimitError(detail, f"Try again in {wait} seconds.", wait)
        case status if status < 500:
            return InvalidInputError(detail)
    return UnavailableError(detail)
