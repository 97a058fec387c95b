"""Around every request: its id, its line in the log, its metrics, and the security headers."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence

import regex
from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.access import RequestAuthenticator
from assistant.api.middleware import logs, problems
from assistant.api.middleware.metrics import Metrics
from assistant.errors import ForbiddenError

_log = logging.getLogger("trilogue.requests")

#: Request ids that callers may bring along.
_REQUEST_ID = regex.compile(r"[A-Za-z0-9._-]{8,64}")
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    # The one page that the API sends, a passage, has a style of its own and nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


class RequestMiddleware:
    """The outermost layer of the application.

    Args:
        app: What is inside.
        metrics: Counts every request.
        authenticator: Knows whether the service has keys.
        trusted_hosts: Further names that a service without keys answers to.
        secure: Whether readers reach the service by https.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        authenticator: RequestAuthenticator,
        trusted_hosts: Sequence[str],
        secure: bool,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._authenticator = authenticator
        self._hosts = {*_LOOPBACK_NAMES, *trusted_hosts}
        self._headers = dict(_SECURITY_HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        state = scope.setdefault("state", {})
        state["request_id"] = _identified(Headers(scope=scope).get("x-request-id"))
        logs.request_id.set(state["request_id"])
        trace.get_current_span().set_attribute("trilogue.request_id", state["request_id"])
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._complete(MutableHeaders(scope=message), state)
            await send(message)

        try:
            await self._guarded(scope, receive, answer)
        except Exception as error:
            if status:
                raise  # the response has begun: the server can only close the connection
            response = problems.response_of(Request(scope), error)
            await response(scope, receive, answer)
        finally:
            self._finish(scope, status, time.perf_counter() - began)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Without keys, only pages of this machine's own may call: a page of another host whose
        name was made to point here (DNS rebinding) is refused."""
        host = Request(scope).url.hostname or ""
        if host not in self._hosts and await self._authenticator.is_open():
            raise ForbiddenError(
                f"A service without API keys does not answer to the name {host[:100]!r}.",
                "Call it as localhost, make a key with 'trilogue keys create', or add the name "
                "to TRILOGUE_TRUSTED_HOSTS.",
            )
        await self._app(scope, receive, send)

    def _complete(self, headers: MutableHeaders, state: dict[str, object]) -> None:
        headers["X-Request-ID"] = str(state["request_id"])
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        limits = state.get("headers")
        if isinstance(limits, dict):
            headers.update(limits)

    def _finish(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's pattern, not the path: paths have ids in them.
        route = getattr(scope.get("route"), "path", "unknown")
        # 499 as in nginx: the client went away before there was a response.
        status = status or 499
        self._metrics.request(route, scope["method"], status, seconds)
        fields = {
            "route": route,
            "method": scope["method"],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "caller": scope["state"].get("caller"),
        }
        _log.info("%s %s %s", fields["method"], route, status, extra={"fields": fields})


def _identified(given: str | None) -> str:
    return given if given and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
