"""The service as the page asks it: every way in which it can fail is one of the page's texts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TypeVar

from assistant.api.schemas.chat_schemas import ChatRequest
from assistant.client import (
    AsyncClient,
    BrokenOffError,
    Call,
    ChatEvent,
    ClientError,
    FileReply,
    ProblemError,
    Request,
    UnreachableError,
    endpoints,
)
from ui.texts import FailureKind

T = TypeVar("T")

_KINDS: dict[int, FailureKind] = {
    400: "rejected",
    401: "not_allowed",
    403: "not_allowed",
    404: "gone",
    413: "too_long",
    422: "rejected",
    429: "busy",
    503: "busy",
    504: "busy",
}


class ChatError(Exception):
    """The service did not do what it was asked for.

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
    asks for one. Every call raises `ChatError` where the service cannot be reached, refuses,
    fails, or breaks off."""

    def __init__(self, api_url: str, api_key: str | None = None) -> None:
        self._url = api_url
        self._key = api_key

    @property
    def has_key(self) -> bool:
        """Whether the service is asked with a key."""
        return self._key is not None

    def with_key(self, api_key: str) -> ChatClient:
        """The same service, asked with another key."""
        return ChatClient(self._url, api_key)

    async def send(self, call: Call[T]) -> T:
        """The reply to a call."""
        with _failing():
            async with AsyncClient(self._url, self._key) as client:
                return await client.send(call)

    @asynccontextmanager
    async def download(self, request: Request) -> AsyncGenerator[FileReply]:
        """A file as it comes, while the block runs."""
        with _failing():
            async with (
                AsyncClient(self._url, self._key) as client,
                client.download(request) as reply,
            ):
                yield reply

    async def ask(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Yield the events of the reply to ``request``; the last one is the `ChatResponse`."""
        with _failing():
            async with (
                AsyncClient(self._url, self._key) as client,
                aclosing(client.stream(endpoints.chat_events(request))) as events,
            ):
                async for event in events:
                    yield event


@contextmanager
def _failing() -> Iterator[None]:
    """Say every failure as a `ChatError`."""
    try:
        yield
    except ProblemError as error:
        raise ChatError(_KINDS.get(error.status, "failed"), error.detail) from error
    except UnreachableError as error:
        raise ChatError("unreachable") from error
    except BrokenOffError as error:
        raise ChatError("interrupted") from error
    except ClientError as error:
        raise ChatError("failed") from error
