"""The operators' page: documents, ingestions, feedback and unanswered questions, for whoever has
an admin key.

The key stays in the memory of this process for as long as the page is open; the browser gets a
token for it, which the form that uploads files sends along.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

import gradio as gr
from cachetools import TTLCache
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from assistant.client import Call, endpoints
from assistant.codes import Language
from ui import views
from ui.client import ChatClient, ChatError
from ui.page import ATTACH
from ui.texts import choose_language, load_texts
from ui.visitor import LANGUAGE_COOKIE

T = TypeVar("T")
Tab = Literal["documents", "ingestions", "feedback", "unanswered"]
TABS: tuple[Tab, ...] = ("documents", "ingestions", "feedback", "unanswered")
#: How many operators' sessions are known, and for how many seconds.
_SESSIONS, _SECONDS = 200, 8 * 3600.0
#: Documents that are listed at once.
_PAGE = 50


@dataclass
class OperatorView:
    """One operator's page.

    Attributes:
        language: That the page is in.
        token: Stands for the key; None before it was shown.
        keyless: Whether the service asks nobody for a key.
        tab: What is looked at.
        shown: How many documents are listed at most.
        opened: The document, ingestion or reply whose details are shown.
        error: Why the last thing that was asked of the page was not done.
    """

    language: Language = "en"
    token: str | None = None
    keyless: bool = False
    tab: Tab = "documents"
    shown: int = _PAGE
    opened: str = ""
    error: ChatError | None = None


class OperatorSessions:
    """The operators that are signed in, and the uploads that they send."""

    def __init__(self, client: ChatClient) -> None:
        self._client = client
        self._signed_in: TTLCache[str, ChatClient] = TTLCache(_SESSIONS, _SECONDS)

    async def sign_in(self, key: str) -> str:
        """A token for an admin key.

        Raises:
            ChatError: The key is none, or the service does not answer.
        """
        if not key.isascii() or not key.isprintable():
            raise ChatError("not_allowed")
        return await self._let_in(self._client.with_key(key.strip()))

    async def enter(self) -> str | None:
        """A token without a key, where the service has none and asks nobody for one; else None:
        the page's own key is not its visitors'."""
        if self._client.has_key:
            return None
        with suppress(ChatError):
            return await self._let_in(self._client)
        return None

    async def _let_in(self, client: ChatClient) -> str:
        await client.send(endpoints.feedback())  # Only admin keys may read it.
        token = secrets.token_urlsafe(24)
        self._signed_in[token] = client
        return token

    def sign_out(self, token: str | None) -> None:
        """Forget the key."""
        self._signed_in.pop(token or "", None)

    def client(self, token: str | None) -> ChatClient | None:
        """The service as the operator may use it."""
        return self._signed_in.get(token or "")

    def routes(self) -> list[BaseRoute]:
        """Where files are sent."""
        return [Route("/operators/documents", self.upload, methods=["POST"])]

    async def upload(self, request: Request) -> Response:
        """Hand a form with files on to the service, as it comes; nothing is kept here."""
        client = self.client(request.headers.get("x-operator"))
        if client is None:
            return JSONResponse({"kind": "not_allowed"}, 403)
        length = request.headers.get("content-length")
        kind = request.headers.get("content-type", "")
        try:
            started = await client.send(endpoints.send_documents(request.stream(), kind, length))
        except ChatError as error:
            return JSONResponse({"kind": error.kind, "detail": error.detail}, 400)
        return JSONResponse({"ingestion": started.ingestion_id})


class OperatorEvents:
    """The handlers of the operators' page, over those who are signed in."""

    def __init__(self, sessions: OperatorSessions) -> None:
        self._sessions = sessions

    async def open(self, view: OperatorView, request: gr.Request) -> str:
        """Ask for the key where there is one, in the reader's language."""
        view.language = choose_language(
            dict(request.query_params).get("lang"),
            dict(request.cookies).get(LANGUAGE_COOKIE),
            request.headers.get("accept-language", ""),
        )
        view.token = await self._sessions.enter()
        view.keyless = view.token is not None
        return await self._shown(view)

    async def act(self, view: OperatorView, event: gr.EventData) -> str:
        """What a button of the page stands for."""
        data: dict[str, Any] = event._data or {}
        value = str(data.get("value", ""))
        view.error = None
        try:
            await self._do(str(data.get("act")), value, data, view)
        except ChatError as error:
            self._failed(error, view)
        return await self._shown(view)

    async def _do(self, act: str, value: str, data: dict[str, Any], view: OperatorView) -> None:
        client = self._sessions.client(view.token)
        match act:
            case "language":
                view.language = choose_language(value, None, "")
            case "sign-in":
                view.token = await self._sessions.sign_in(str(data.get("text", "")))
            case "sign-out":
                self._sessions.sign_out(view.token)
                view.token = None
            case "tab":
                view.tab = next((tab for tab in TABS if tab == value), "documents")
                view.opened = ""
            case "uploaded":
                view.tab, view.opened = "ingestions", value
            case "open":
                view.opened = "" if view.opened == value else value
            case "more":
                view.shown += _PAGE
            case "cancel" if client:
                await client.send(endpoints.cancel_ingestion(value))
            case "delete" if client:
                await client.send(endpoints.delete_document(str(UUID(value))))

    def _failed(self, error: ChatError, view: OperatorView) -> None:
        view.error = error
        if error.kind == "not_allowed":
            self._sessions.sign_out(view.token)
            view.token = None

    async def _shown(self, view: OperatorView) -> str:
        texts, values = load_texts(view.language), {}
        client = self._sessions.client(view.token)
        if client:
            try:
                values = await _table(client, view)
            except ChatError as error:
                self._failed(error, view)
                values, client = {}, self._sessions.client(view.token)
        return views.render(
            "operators.html", texts, view=view, tabs=TABS, signed_in=client is not None, **values
        )


async def _table(client: ChatClient, view: OperatorView) -> dict[str, Any]:
    """What the tab shows, as the template names it."""
    match view.tab:
        case "documents":
            return {
                "found": await client.send(endpoints.documents(view.shown)),
                "details": await _details(client, view, endpoints.document),
            }
        case "ingestions":
            return {
                "found": await client.send(endpoints.ingestions()),
                "details": await _details(client, view, endpoints.ingestion),
            }
        case "feedback":
            return {
                "found": await client.send(endpoints.feedback()),
                "details": await _details(client, view, endpoints.reply),
            }
    return {"found": await client.send(endpoints.unanswered()), "details": None}


async def _details(
    client: ChatClient, view: OperatorView, endpoint: Callable[[str], Call[T]]
) -> T | None:
    """What is opened; where it is not there any more, that is said, and it is closed."""
    if not view.opened:
        return None
    try:
        return await client.send(endpoint(view.opened))
    except ChatError as error:
        if error.kind != "gone":
            raise
        view.opened, view.error = "", error
        return None


def build_operators(app: gr.Blocks, sessions: OperatorSessions) -> None:
    """Lay out the page. Call it inside its route of a `gr.Blocks`."""
    state = gr.State(OperatorView())
    texts = load_texts("en")
    empty = views.render("operators.html", texts, view=OperatorView(), tabs=TABS, signed_in=False)
    shown = gr.HTML(empty, apply_default_css=False, js_on_load=ATTACH, elem_id="operators")
    events = OperatorEvents(sessions)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    app.load(events.open, [state], [shown], **quiet)
    # By default a click is lost while the page is being refreshed.
    shown.act(events.act, [state], [shown], trigger_mode="multiple", **quiet)
