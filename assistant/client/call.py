"""A request to the API and how its answer is read: plain values, without a connection."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx
from httpx_sse import ServerSentEvent
from pydantic import BaseModel

from assistant.client.errors import refusal, streamed_problem

T = TypeVar("T")
EventT = TypeVar("EventT", bound=BaseModel)


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        method, path: As in the API's own description.
        query: Parameters; those that are None are left out.
        body: Sent as JSON, without what is None.
        content: Sent as it is, in place of ``body``. `AsyncClient` takes an asynchronous one,
            `Client` one that is not.
        headers: What describes ``content``, or what is wanted.
    """

    method: str
    path: str
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    body: BaseModel | None = None
    content: AsyncIterable[bytes] | Iterable[bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        """The request as the methods of httpx take it."""
        body = self.body.model_dump(mode="json", exclude_none=True) if self.body else None
        return {
            "method": self.method,
            "url": self.path,
            "params": {name: value for name, value in self.query.items() if value is not None},
            "json": body,
            "content": self.content,
            "headers": self.headers,
        }


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request with one reply.

    Attributes:
        request: What is asked.
        parse: Reads the body of the reply.
        replies: Statuses without success whose body is a reply all the same.
    """

    request: Request
    parse: Callable[[bytes], T]
    replies: frozenset[int] = frozenset()

    def read(self, response: httpx.Response) -> T:
        """The reply of a response that has been read.

        Raises:
            ProblemError: The service refuses or fails.
            ValidationError: It is not a reply of the API.
        """
        if not response.is_success and response.status_code not in self.replies:
            raise refusal(response)
        return self.parse(response.content)


@dataclass(frozen=True)
class FileReply:
    """A file on its way.

    Attributes:
        headers: What describes it: its type, its name, its length.
        chunks: Its bytes, as they come.
    """

    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True)
class EventCall(Generic[EventT]):
    """A request that is answered by server-sent events.

    Attributes:
        request: What is asked.
        events: What each kind of event holds, by its name.
        last: Name of the event that completes the stream.
    """

    request: Request
    events: Mapping[str, type[EventT]]
    last: str

    def read(self, message: ServerSentEvent) -> EventT | None:
        """The typed event, or None for a kind that this client does not know.

        Raises:
            ProblemError: It is the event ``error``.
            ValidationError: It is not an event of the API.
        """
        if message.event == "error":
            raise streamed_problem(message.data)
        kind = self.events.get(message.event)
        return kind.model_validate_json(message.data) if kind else None
