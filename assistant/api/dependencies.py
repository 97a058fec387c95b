"""What routes need, by name.

A route that reads or writes documents takes one of ``ChatCaller``, ``IngestCaller``,
``ReaderCaller`` (either), ``AdminCaller`` and ``OperatorCaller``: that is what asks for the key
and its scope, and what counts the request. The caller then says what the route may touch:
``narrowed`` for searches, ``sees`` for reading, ``require_collection`` for writing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from assistant.api.access import OPERATOR, Caller, RequestAuthenticator
from assistant.api.middleware.admission import BoundedQueue
from assistant.api.middleware.metrics import Metrics
from assistant.api.schemas.text import is_utf8
from assistant.api.service import Service
from assistant.errors import ForbiddenError, InvalidInputError
from assistant.storage.keys import KeyScope

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="API key",
    description="A key made with `trilogue keys create`. A service without keys asks for none.",
)
OPERATOR_TOKEN = APIKeyHeader(
    name="X-Trilogue-Token",
    auto_error=False,
    scheme_name="Operator token",
    description="The token of `service.json` in the data folder; it changes with each start.",
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


def refuse_broken_address(request: Request) -> None:
    """What is no UTF-8 in an address would be read as U+FFFD, and taken for what was asked.

    Raises:
        InvalidInputError: Path or query are not UTF-8, percent-encoded.
    """
    for name, key in (("path", "raw_path"), ("query", "query_string")):
        if not is_utf8(request.scope.get(key) or b""):
            raise InvalidInputError(
                f"The {name} of the address is no text.", "Percent-encode it as UTF-8."
            )


async def get_caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Caller:
    """Who calls; the request is counted, once.

    Raises:
        UnauthorizedError: No valid key.
        LimitError: The key's limits are used up.
    """
    if isinstance(admitted := getattr(request.state, "admitted", None), Caller):
        return admitted
    authenticator: RequestAuthenticator = request.app.state.authenticator
    caller = await authenticator.caller(
        credentials.credentials if credentials else None,
        request.headers.get(OPERATOR_TOKEN.model.name),
    )
    request.state.caller = caller.id
    headers, refusal = await authenticator.count(caller)
    # Set where the middleware finds them: errors and streams have them too.
    request.state.headers = headers
    if refusal:
        raise refusal
    request.state.admitted = caller
    return caller


def _caller_with(*scopes: KeyScope) -> Callable[[Caller], Caller]:
    def check(caller: Annotated[Caller, Depends(get_caller)]) -> Caller:
        caller.require(*scopes)
        return caller

    return check


def _operator(
    caller: Annotated[Caller, Depends(get_caller)],
    _: Annotated[str | None, Depends(OPERATOR_TOKEN)],
) -> Caller:
    if caller != OPERATOR:
        raise ForbiddenError(
            "Paths of this machine are ingested for its operator only.",
            "Run 'trilogue ingest' there, or send the files to POST /v1/documents.",
        )
    return caller


class UploadRoute(APIRoute):
    """A route with a large body, which is read only when the caller may send it.

    FastAPI reads a body before it looks at dependencies.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            (await get_caller(request, await BEARER(request))).require("ingest")
            return await handle(request)

        return guarded


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
ReaderCaller = Annotated[Caller, Depends(_caller_with("chat", "ingest"))]
AdminCaller = Annotated[Caller, Depends(_caller_with("admin"))]
OperatorCaller = Annotated[Caller, Depends(_operator)]
#: A place in the queue, held until the last byte of the response is sent.
ChatPlace = Depends(_place_in("chats"))
SearchPlace = Depends(_place_in("searches"))
PicturePlace = Depends(_place_in("pictures"))
