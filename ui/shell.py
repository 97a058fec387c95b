"""The pages before Gradio has built them: under their own name, in the reader's language, with a
box that can be written into. Gradio's HTML is rewritten on its way to the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import views
from ui.texts import Texts, choose_language, load_texts
from ui.visitor import LANGUAGE_COOKIE

#: Addresses that Gradio serves, each with whether it is the chat page.
PAGES: Mapping[str, bool] = {"/": True, "/operators": False}
# What Gradio writes about itself for link previews and home screens. In its page "<" stands in
# tags only: in its scripts it is escaped.
_ITS_OWN = re.compile(
    r"""<meta\s[^>]*\b(?:property|name)="(?:og|twitter):[^>]*>|<link\s[^>]*rel="manifest"[^>]*>"""
)
_LANGUAGE = re.compile(r'(<html\b[^>]*?)\blang="[^"]*"')
_HEAD = re.compile(r"(?=</head>)")
_BODY = re.compile(r"(<body\b[^>]*>)")


class Shell:
    """ASGI middleware that rewrites the pages which Gradio serves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in PAGES:
            await self._app(scope, receive, send)
            return
        texts = texts_of(Request(scope))
        started: Message = {}
        body = b""

        async def send_rewritten(message: Message) -> None:
            nonlocal started, body
            if message["type"] == "http.response.start":
                started = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            if body and "text/html" in Headers(scope=started).get("content-type", ""):
                body = rewritten(body.decode(), texts, PAGES[scope["path"]]).encode()
                MutableHeaders(scope=started)["content-length"] = str(len(body))
            await send(started)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, send_rewritten)


def rewritten(page: str, texts: Texts, chat: bool) -> str:
    """Gradio's page with our head, and with what is seen before it is there."""
    attributes = f'lang="{texts.language}" dir="{texts.direction}"'
    head = views.render("head.html", texts, chat=chat)
    body = views.render("shell.html", texts, chat=chat)
    page = _ITS_OWN.sub("", page)
    page = _LANGUAGE.sub(lambda found: found[1] + attributes, page, count=1)
    page = _HEAD.sub(lambda _: head, page, count=1)
    return _BODY.sub(lambda found: found[1] + body, page, count=1)


def texts_of(request: Request) -> Texts:
    """The texts of a reader: in the language that the address names, or that was chosen before,
    or that the browser asks for."""
    asked, remembered = request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
    return load_texts(
        choose_language(asked, remembered, request.headers.get("accept-language", ""))
    )
