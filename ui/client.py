"""The service's chat API as typed events, and every way it can fail as one exception."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import httpx
from httpx_sse import EventSource, ServerSentEvent, SSEError, aconnect_sse
from pydantic import ValidationError

from assistant.api.schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    Problem,
    SentenceEvent,
)
from ui.texts import FailureKind

ChatEvent = EvidenceEvent | SentenceEvent | ChatResponse

# A small model on a busy laptop may think for minutes between two events.
_TIMEOUT = httpx.Timeout(10.0, connect=5.0, read=300.0)
_KINDS: dict[int, FailureKind] = {
    400: "rejected",
    401: "not_allowed",
    403: "not_allowed",
    413: "too_long",
    422: "rejected",
    429: "busy",
    503: "busy",
    504: "busy",
}


class ChatError(Exception):
    """The service gave no complete reply.

    Args:
        kind: What happened, as a key of the texts' ``failures``.
        detail: The service's own words, if it sent any.
    """

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


class ChatClient:
    """Asks the service at ``api_url`` (such as ``http://127.0.0.1:8000``), with a key where it
    asks for one."""

    def __init__(self, api_url: str, api_key: str | None = None) -> None:
        self._url = f"{api_url.rstrip('/')}/v1/chat"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    async def ask(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Yield the events of the reply to ``request``, which has ``stream`` set.

        The last event is the `ChatResponse`.

        Raises:
            ChatError: The service cannot be reached, refuses, fails, or breaks off.
        """
        body = request.model_dump(exclude_none=True)
        try:
            async with (
                httpx.AsyncClient(timeout=_TIMEOUT, headers=self._headers) as client,
                aconnect_sse(client, "POST", self._url, json=body) as source,
            ):
                await _raise_for_problem(source)
                async for message in source.aiter_sse():
                    event = _parse(message)
                    if event is not None:
                        yield event
                    if isinstance(event, ChatResponse):
                        return
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ChatError("unreachable") from error
        except (SSEError, ValidationError) as error:
            raise ChatError("failed") from error
        except httpx.HTTPError as error:
            raise ChatError("interrupted") from error
        raise ChatError("interrupted")


async def _raise_for_problem(source: EventSource) -> None:
    if source.response.is_success:
        return
    text = await source.response.aread()
    try:
        detail = Problem.model_validate_json(text).detail
    except ValidationError:
        detail = ""  # Not from the service itself: a proxy's error page, for example.
    raise ChatError(_KINDS.get(source.response.status_code, "failed"), detail)


def _parse(message: ServerSentEvent) -> ChatEvent | None:
    """The typed event of ``message``, or None for a kind that this client does not know."""
    match message.event:
        case "evidence":
            return EvidenceEvent.model_validate_json(message.data)
        case "sentence":
            return SentenceEvent.model_validate_json(message.data)
        case "reply":
            return ChatResponse.model_validate_json(message.data)
        case "error":
            problem = Problem.model_validate_json(message.data)
            raise ChatError(_KINDS.get(problem.status, "failed"), problem.detail)
    return None
