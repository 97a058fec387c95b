"""How the commands ask a running service."""

from __future__ import annotations

from typing import Any

import httpx

from assistant.api.announcement import RunningService
from assistant.errors import (
    ForbiddenError,
    InvalidInputError,
    LimitError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)
from assistant.settings import get_settings

#: Seconds: the longest that a small generator takes for an answer.
_TIMEOUT = 300
_OTHER_KEY = "Put a key that may do it into TRILOGUE_API_KEY."


def call(service: RunningService, method: str, path: str, **options: Any) -> Any:
    """A request to the service; its JSON.

    Args:
        service: Whom to ask.
        method, path: What to ask for.
        options: What else httpx takes.

    Raises:
        InvalidInputError: The service refuses it.
        UnauthorizedError, ForbiddenError: It wants a key, or another one.
        NotFoundError: There is no such thing.
        LimitError: The key has made as many requests as it may.
        UnavailableError: The service does not answer, or fails.
    """
    url = service.url + path
    headers = service.headers(get_settings().api_key)
    try:
        response = httpx.request(method, url, timeout=_TIMEOUT, headers=headers, **options)
    except httpx.HTTPError as error:
        raise UnavailableError(
            f"The service at {url} does not answer: {error}", "Is 'trilogue serve' running?"
        ) from error
    if response.is_success:
        return response.json() if response.content else None
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = f"{url} answered {response.status_code}."
    match response.status_code:
        case 401:
            raise UnauthorizedError(detail, _OTHER_KEY)
        case 403:
            raise ForbiddenError(detail, _OTHER_KEY)
        case 404:
            raise NotFoundError(detail)
        case 429:
            told = response.headers.get("Retry-After", "")
            wait = int(told) if told.isdigit() else 1
            raise LimitError(detail, f"Try again in {wait} seconds.", wait)
        case status if status < 500:
            raise InvalidInputError(detail)
    raise UnavailableError(detail)
