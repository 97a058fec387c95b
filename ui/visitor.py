"""Who is at the page: a random id in a cookie of the browser's, and nothing else.

The id is what the service stores conversations under. It is made here, says nothing of the
person, cannot be read by scripts, and is sent to no other site. Whoever deletes it from the
browser, or their data on the page, is forgotten.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "trilogue_visitor"
#: Where a language that was chosen on the page is remembered, by the page's own script.
LANGUAGE_COOKIE = "trilogue_language"
#: Seconds: as long as browsers keep a cookie at most.
_KEPT = 400 * 86_400
_ID = re.compile(r"ui-[0-9a-f]{32}")


class VisitorCookie:
    """ASGI middleware that gives each browser an id when it first loads a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or visitor(Request(scope).cookies):
            await self._app(scope, receive, send)
            return
        new = f"ui-{secrets.token_hex(16)}"
        secure = "; Secure" if scope["scheme"] == "https" else ""
        cookie = f"{COOKIE}={new}; Max-Age={_KEPT}; Path=/; HttpOnly; SameSite=Lax{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def visitor(cookies: Mapping[str, str]) -> str | None:
    """The browser's id, or None for one that has none."""
    shown = cookies.get(COOKIE, "")
    return shown if _ID.fullmatch(shown) else None
