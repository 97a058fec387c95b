"""The addresses beside the chat page: replies as they come, sources, shared replies, exports."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from uuid import UUID

from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from assistant.api.schemas.reader_schemas import PassageContext, ReplyRecord
from assistant.client import endpoints
from assistant.event_stream import event_stream, sse
from ui import views
from ui.client import ChatClient, ChatError
from ui.events import own_conversation
from ui.live import LiveReplies, LiveReply
from ui.markdown import export
from ui.texts import Texts, choose_language, load_texts
from ui.visitor import LANGUAGE_COOKIE, visitor

_STATIC = Path(__file__).with_name("static")
#: Status codes of the pages that tell of a failure.
_STATUS = {"gone": 404, "rejected": 404, "not_allowed": 403}
#: What is told of a file as the service tells it: it makes sure that no browser runs one.
_HANDED_ON = ("content-disposition", "content-length", "content-type")
#: The service may withdraw a document at any time.
_PRIVATE = {"Cache-Control": "private, no-store"}
_SAVED = {**_PRIVATE, "content-disposition": "attachment"}
_REPLY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Routes:
    """The handlers, over the service and the replies on their way."""

    def __init__(self, client: ChatClient, live: LiveReplies) -> None:
        self._client = client
        self._live = live

    def list(self) -> list[BaseRoute]:
        """All routes."""
        return [
            Mount("/trilogue", StaticFiles(directory=_STATIC)),
            Route("/replies/{key}", self.reply),
            Route("/source", self.source),
            Route("/source/{document:uuid}/file", self.original),
            Route("/source/{document:uuid}/pages/{page:int}.png", self.picture),
            Route("/shared/{reply_id}", self.shared),
            Route("/conversations/{name}.md", self.export),
        ]

    async def reply(self, request: Request) -> Response:
        """A reply as it comes, as server-sent events: each has all that there is to show, so
        that a browser which comes back after a while has missed nothing."""
        live = self._live.find(request.path_params["key"], visitor(request.cookies))
        if live is None:
            # Tells EventSource not to come again.
            return Response(status_code=204)
        return event_stream(self._events(live, _texts(request)))

    async def _events(self, live: LiveReply, texts: Texts) -> AsyncGenerator[bytes, None]:
        yield sse(retry=1000)
        async with aclosing(self._live.follow(live)) as turns:
            async for turn in turns:
                shown = {
                    "html": views.reply(turn, texts),
                    "status": views.status(turn, texts, self._live.pace.usual),
                    "done": not turn.pending,
                }
                yield sse(json.dumps(shown))

    async def source(self, request: Request) -> Response:
        """A passage in its document: a page, or with ``part`` the inside of a dialog."""
        query, texts = request.query_params, _texts(request)
        try:
            quote = (int(query["start"]), int(query["end"])) if "start" in query else None
            place = (str(UUID(query.get("document", ""))), str(UUID(query.get("passage", ""))))
            found: PassageContext | ChatError = await self._client.send(
                endpoints.passage_context(*place, quote)
            )
        except (ValueError, KeyError):
            found = ChatError("gone")
        except ChatError as error:
            found = error
        whole = "part" not in query
        return HTMLResponse(views.source(found, texts, whole), _status(found))

    async def picture(self, request: Request) -> Response:
        """A page of a document as it looks, with a quote marked."""
        path, quote = request.path_params, request.query_params.get("quote", "")
        try:
            wanted = endpoints.page_picture(str(path["document"]), path["page"], quote)
            png = await self._client.send(wanted)
        except ChatError as error:
            return PlainTextResponse(_texts(request).failures[error.kind], _status(error))
        return Response(png, media_type="image/png", headers=_PRIVATE)

    async def original(self, request: Request) -> Response:
        """The file of a document, handed on as it comes."""
        async with AsyncExitStack() as opened:
            try:
                wanted = endpoints.original(str(request.path_params["document"]))
                file = await opened.enter_async_context(self._client.download(wanted))
            except ChatError as error:
                return PlainTextResponse(_texts(request).failures[error.kind], _status(error))
            headers = {name: file.headers[name] for name in _HANDED_ON if name in file.headers}
            return StreamingResponse(
                _until_closed(file.chunks, opened.pop_all()), headers=_SAVED | headers
            )

    async def shared(self, request: Request) -> Response:
        """One reply, for whoever has its link."""
        name = request.path_params["reply_id"]
        try:
            if not _REPLY_ID.fullmatch(name):
                raise ChatError("gone")
            found: ReplyRecord | ChatError = await self._client.send(endpoints.reply(name))
        except ChatError as error:
            found = error
        return HTMLResponse(views.shared(found, _texts(request)), _status(found))

    async def unknown(self, request: Request, error: Exception) -> Response:
        """What is said where there is nothing: to people a page, to programs what Gradio says."""
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(views.unknown(_texts(request)), 404)
        return JSONResponse({"detail": getattr(error, "detail", "Not Found")}, 404)

    async def export(self, request: Request) -> Response:
        """A conversation of this browser's as a Markdown file."""
        name, texts = request.path_params["name"], _texts(request)
        try:
            conversation = await own_conversation(self._client, visitor(request.cookies), name)
        except ChatError as error:
            return PlainTextResponse(texts.failures[error.kind], _status(error))
        title = conversation.turns[0].question if conversation.turns else texts.saved_as
        return Response(
            export(conversation, title, texts),
            media_type="text/markdown; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="conversation.md"'},
        )


async def _until_closed(
    chunks: AsyncIterator[bytes], opened: AsyncExitStack
) -> AsyncGenerator[bytes, None]:
    """The bytes of a file, whose connection is closed with the last one, or when the browser goes
    away before."""
    async with opened:
        async for chunk in chunks:
            yield chunk


def _texts(request: Request) -> Texts:
    asked, remembered = request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
    return load_texts(
        choose_language(asked, remembered, request.headers.get("accept-language", ""))
    )


def _status(found: object) -> int:
    return _STATUS.get(found.kind, 503) if isinstance(found, ChatError) else 200
