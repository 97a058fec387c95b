"""The service over HTTP, asked synchronously and asynchronously.

Both clients do the same four steps: build the request, send it, check the response, read it. All
but the sending is in `call` and `errors`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_sse import EventSource

from assistant.client.call import Call, EventCall, EventT, FileReply, Request, T
from assistant.client.errors import BrokenOffError, refusal, translated

#: Seconds that the service may be silent. A small model on a busy laptop may think for minutes
#: between two events.
LONGEST_SILENCE = 300.0
_CONNECTING = 10.0


class Client:
    """Asks one service; used in ``with``, or closed with `close`.

    Args:
        url: Its base URL, such as ``http://127.0.0.1:8000``.
        key: API key, where it asks for one.
        operator_token: What makes us its operator: the token that it notes in its data folder.
        timeout: Seconds that it may be silent.

    Raises:
        UnreachableError: ``url`` is no URL.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        operator_token: str | None = None,
        timeout: float = LONGEST_SILENCE,
    ) -> None:
        with translated():
            self._http = httpx.Client(**_options(url, key, operator_token, timeout))

    def send(self, call: Call[T]) -> T:
        """Ask, and return the reply.

        Raises:
            ClientError: The service cannot be reached, refuses, fails, or breaks off.
        """
        with translated():
            return call.read(self._http.request(**call.request.options()))

    def stream(self, call: EventCall[EventT]) -> Generator[EventT, None, None]:
        """Ask, and yield the events as they come, up to the one that completes the stream.

        Raises:
            ClientError: As `send`; also where the stream ends before that event.
        """
        with translated(), self._http.stream(**call.request.options()) as response:
            if not response.is_success:
                response.read()
                raise refusal(response)
            for message in EventSource(response).iter_sse():
                if (event := call.read(message)) is not None:
                    yield event
                if message.event == call.last:
                    return
        raise _ended_early(call)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient:
    """`Client` for asynchronous code; used in ``async with``, or closed with `aclose`."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        operator_token: str | None = None,
        timeout: float = LONGEST_SILENCE,
    ) -> None:
        with translated():
            self._http = httpx.AsyncClient(**_options(url, key, operator_token, timeout))

    async def send(self, call: Call[T]) -> T:
        """As `Client.send`."""
        with translated():
            return call.read(await self._http.request(**call.request.options()))

    async def stream(self, call: EventCall[EventT]) -> AsyncGenerator[EventT, None]:
        """As `Client.stream`. Close it, with `contextlib.aclosing`, where it is left early."""
        with translated():
            async with self._http.stream(**call.request.options()) as response:
                if not response.is_success:
                    await response.aread()
                    raise refusal(response)
                async for message in EventSource(response).aiter_sse():
                    if (event := call.read(message)) is not None:
                        yield event
                    if message.event == call.last:
                        return
        raise _ended_early(call)

    @asynccontextmanager
    async def download(self, request: Request) -> AsyncGenerator[FileReply]:
        """Ask for a file, and give it as it comes, while the block runs.

        Raises:
            ClientError: As `send`.
        """
        with translated():
            async with self._http.stream(**request.options()) as response:
                if not response.is_success:
                    await response.aread()
                    raise refusal(response)
                yield FileReply(response.headers, response.aiter_bytes())

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.aclose()


def _options(url: str, key: str | None, token: str | None, timeout: float) -> dict[str, Any]:
    """What httpx's clients are made of."""
    headers: dict[str, bytes] = {}
    if key:
        # As bytes: one with other letters than ASCII's is the service's to refuse.
        headers["Authorization"] = f"Bearer {key}".encode()
    if token:
        headers["X-Trilogue-Token"] = token.encode()
    return {
        "base_url": url.rstrip("/"),
        "headers": headers,
        "timeout": httpx.Timeout(_CONNECTING, read=timeout),
    }


def _ended_early(call: EventCall[Any]) -> BrokenOffError:
    return BrokenOffError(f"The stream ended before the {call.last}.")
