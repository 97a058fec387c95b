"""What routes need, by name.

A route that reads or writes documents takes one of ``ChatCaller``, ``IngestCaller`` and
``AdminCaller``: that is what asks for the key and its scope, and what counts the request. The
caller then says what the route may touch: ``narrowed`` for searches, ``sees`` for reading,
``require_collection`` for writing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.api.access import Caller, Doorkeeper
from assistant.api.admission import BoundedQueue
from assistant.api.metrics import Metrics
from assistant.api.service import Service
from assistant.storage.keys import KeyScope

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="API key",
    description="A key made with `trilogue keys create`. A service without keys asks for none.",
)


def get_service(request: Request) -> Service:
    """The service of the running application."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def get_metrics(request: Request) -> Metrics:
    """The application's metrics."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return metrics


async def get_caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Caller:
    """Who calls; the request is counted.

    Raises:
        UnauthorizedError: No valid key.
        LimitError: The key's limits are used up.
    """
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    caller = await doorkeeper.caller(credentials.credentials if credentials else None)
    request.state.caller = caller.id
    headers, refusal = await doorkeeper.count(caller)
    # Set where the middleware finds them: errors and streams have them too.
    request.state.headers = headers
    if refusal:
        raise refusal
    return caller


def _caller_with(scope: KeyScope) -> Callable[[Caller], Caller]:
    def check(caller: Annotated[Caller, Depends(get_caller)]) -> Caller:
        caller.require(scope)
        return caller

    return check


def _place_in(name: str) -> Callable[[Request, Caller], AsyncGenerator[None, None]]:
    async def hold(
        request: Request, caller: Annotated[Caller, Depends(get_caller)]
    ) -> AsyncGenerator[None, None]:
        queue: BoundedQueue = request.app.state.queues[name]
        with queue.place():
            yield

    return hold


ServiceDep = Annotated[Service, Depends(get_service)]
MetricsDep = Annotated[Metrics, Depends(get_metrics)]
ChatCaller = Annotated[Caller, Depends(_caller_with("chat"))]
IngestCaller = Annotated[Caller, Depends(_caller_with("ingest"))]
AdminCaller = Annotated[Caller, Depends(_caller_with("admin"))]
#: A place in the queue, held until the last byte of the response is sent.
ChatPlace = Depends(_place_in("chats"))
SearchPlace = Depends(_place_in("searches"))
