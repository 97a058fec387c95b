"""How the commands ask a running service."""

from __future__ import annotations

from typing import Any

import httpx

from assistant.api.announcement import RunningService
from assistant.errors import InvalidInputError, UnavailableError
from assistant.settings import get_settings

#: Seconds: the longest that a small generator takes for an answer.
_TIMEOUT = 300


def call(service: RunningService, method: str, path: str, **options: Any) -> Any:
    """A request to the service; its JSON.

    Args:
        service: Whom to ask.
        method, path: What to ask for.
        options: What else httpx takes.

    Raises:
        InvalidInputError: The service refuses it.
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
    except (ValueError, KeyError):
        detail = f"{url} answered {response.status_code}."
    if response.status_code in (401, 403):
        raise InvalidInputError(detail, "Put a key that may do it into TRILOGUE_API_KEY.")
    raise (InvalidInputError if response.status_code < 500 else UnavailableError)(detail)
