"""The addresses beside the chat page: replies as they come, sources, shared replies, exports."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from assistant.api.schemas.chat_schemas import Conversation, SharedConversation
from assistant.api.schemas.reader_schemas import PassageContext, ReplyRecord
from assistant.client import Call, endpoints
from assistant.event_stream import event_stream, sse
from ui import views
from ui.client import ChatClient, ChatError
from ui.events import own_conversation
from ui.export import title_of
from ui.library import Filter, Library, Work
from ui.live import LiveReplies, LiveReply
from ui.markdown import as_markdown
from ui.next_questions import next_questions
from ui.shell import texts_of
from ui.texts import Texts
from ui.visitor import visitor
from ui.word import as_word

T = TypeVar("T")

_STATIC = Path(__file__).with_name("static")
#: Status codes of the pages that tell of a failure.
_STATUS = {"gone": 404, "rejected": 404, "not_allowed": 403}
#: What is told of a file as the service tells it: it makes sure that no browser runs one.
_HANDED_ON = ("content-disposition", "content-length", "content-type")
#: The service may withdraw a document at any time.
_PRIVATE = {"Cache-Control": "private, no-store"}
_SAVED = {**_PRIVATE, "content-disposition": "attachment"}
_REPLY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_SHARE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Routes:
    """The handlers, over the service and the replies on their way."""

    def __init__(self, client: ChatClient, live: LiveReplies, library: Library) -> None:
        self._client = client
        self._live = live
        self._library = library

    def list(self) -> list[BaseRoute]:
        """All routes."""
        return [
            Mount("/trilogue", StaticFiles(directory=_STATIC)),
            Route("/replies/{key}", self.reply),
            Route("/documents", self.documents),
            Route("/source", self.source),
            Route("/next", self.next_questions),
            Route("/source/{document:uuid}/file", self.original),
            Route("/source/{document:uuid}/pages/{page:int}.png", self.picture),
            Route("/shared/{reply_id}", self.shared),
            Route("/shared/conversations/{share_id}", self.shared_conversation),
            Route("/conversations/{name}/share", self.share, methods=["GET", "PUT", "DELETE"]),
            Route("/conversations/{name}/print", self.print),
            Route("/conversations/{name}.md", self.markdown),
            Route("/conversations/{name}.docx", self.word),
        ]

    async def reply(self, request: Request) -> Response:
        """A reply as it comes, as server-sent events: each has all that there is to show, so
        that a browser which comes back after a while has missed nothing."""
        live = self._live.find(request.path_params["key"], visitor(request.cookies))
        if live is None:
            # Tells EventSource not to come again.
            return Response(status_code=204)
        return event_stream(self._events(live, texts_of(request)))

    async def _events(self, live: LiveReply, texts: Texts) -> AsyncGenerator[bytes, None]:
        yield sse(retry=1000)
        async with aclosing(self._live.follow(live)) as turns:
            async for turn in turns:
                shown = {
                    "html": views.reply(turn, texts),
                    "reply": turn.reply_id or "",
                    "status": views.status(turn, texts, self._live.pace.usual),
                    "done": not turn.pending,
                }
                yield sse(json.dumps(shown))

    async def documents(self, request: Request) -> Response:
        """What the documents cover: a page, or with ``part`` what a dialog shows of it. Those that
        were chosen on the page are asked about (``ask``)."""
        query = request.query_params
        chosen = [*query.getlist("document"), *query.get("documents", "").split(",")]
        texts = texts_of(request)
        if "ask" in query:
            asked = [] if query["ask"] == "all" else query.getlist("document")
            named = quote(",".join(asked), safe=",")
            return RedirectResponse(f"/?lang={texts.language}&documents={named}", 303)
        found: list[Work] | ChatError
        try:
            found = await self._library.works()
        except ChatError as error:
            found = error
        wanted = Filter(*(query.get(name, "")[:200] for name in ("text", "language", "collection")))
        page = views.documents(found, chosen, wanted, query.get("part"), texts)
        return HTMLResponse(page, _status(found), _PRIVATE)

    async def source(self, request: Request) -> Response:
        """A passage in its document: a page, or with ``part`` the inside of a dialog."""
        found = await self._context(request)
        whole = "part" not in request.query_params
        return HTMLResponse(views.source(found, texts_of(request), whole), _status(found))

    async def next_questions(self, request: Request) -> Response:
        """Questions that could come after a reply that cites a passage, if there are any."""
        texts, found = texts_of(request), await self._context(request)
        # What the reader could ask stands in the edition that the reader could read.
        if not isinstance(found, ChatError) and found.passage.language != texts.language:
            own = next((e for e in found.editions if e.language == texts.language), None)
            if own:
                wanted = endpoints.passage_context(own.document_id, own.passage_id)
                found = await self._sent(wanted)
        if isinstance(found, ChatError):
            return HTMLResponse("", _status(found))
        questions = next_questions(found, texts)
        return HTMLResponse(views.render("next.html", texts, questions=questions))

    async def _context(self, request: Request) -> PassageContext | ChatError:
        """The passage that the address names, or the first of a document, among its neighbours."""
        query = request.query_params
        try:
            marked = (int(query["start"]), int(query["end"])) if "start" in query else None
            document = str(UUID(query.get("document", "")))
            passage = str(UUID(query["passage"])) if "passage" in query else None
        except (ValueError, KeyError):
            return ChatError("gone")
        if passage is None:
            first = await self._sent(endpoints.passages(document, 1))
            if isinstance(first, ChatError):
                return first
            passage = first.passages[0].passage_id
        return await self._sent(endpoints.passage_context(document, passage, marked))

    async def _sent(self, call: Call[T]) -> T | ChatError:
        """The reply to a call, or why there is none."""
        try:
            return await self._client.send(call)
        except ChatError as error:
            return error

    async def picture(self, request: Request) -> Response:
        """A page of a document as it looks, with a quote marked."""
        path, marked = request.path_params, request.query_params.get("quote", "")
        try:
            wanted = endpoints.page_picture(str(path["document"]), path["page"], marked)
            png = await self._client.send(wanted)
        except ChatError as error:
            return PlainTextResponse(texts_of(request).failures[error.kind], _status(error))
        return Response(png, media_type="image/png", headers=_PRIVATE)

    async def original(self, request: Request) -> Response:
        """The file of a document, handed on as it comes."""
        async with AsyncExitStack() as opened:
            try:
                wanted = endpoints.original(str(request.path_params["document"]))
                file = await opened.enter_async_context(self._client.download(wanted))
            except ChatError as error:
                return PlainTextResponse(texts_of(request).failures[error.kind], _status(error))
            headers = {name: file.headers[name] for name in _HANDED_ON if name in file.headers}
            return StreamingResponse(
                _until_closed(file.chunks, opened.pop_all()), headers=_SAVED | headers
            )

    async def shared(self, request: Request) -> Response:
        """One reply, for whoever has its link."""
        found: ReplyRecord | ChatError = ChatError("gone")
        if _REPLY_ID.fullmatch(name := request.path_params["reply_id"]):
            found = await self._sent(endpoints.reply(name))
        return HTMLResponse(views.shared(found, texts_of(request)), _status(found))

    async def unknown(self, request: Request, error: Exception) -> Response:
        """What is said where there is nothing: to people a page, to programs what Gradio says."""
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(views.unknown(texts_of(request)), 404)
        return JSONResponse({"detail": getattr(error, "detail", "Not Found")}, 404)

    async def shared_conversation(self, request: Request) -> Response:
        """A conversation, for whoever has its link."""
        found: SharedConversation | ChatError = ChatError("gone")
        if _SHARE_ID.fullmatch(share_id := request.path_params["share_id"]):
            found = await self._sent(endpoints.shared_conversation(share_id))
        page = views.shared_conversation(found, texts_of(request))
        return HTMLResponse(page, _status(found), _PRIVATE)

    async def share(self, request: Request) -> Response:
        """The inside of the dialog that shares a conversation of this browser's (PUT), and shares
        it no longer (DELETE)."""
        found = await self._own(request)
        name = request.path_params["name"]
        try:
            if not isinstance(found, ChatError) and request.method == "PUT":
                shared = await self._client.send(endpoints.share_conversation(name))
                found = found.model_copy(update={"share": shared})
            elif not isinstance(found, ChatError) and request.method == "DELETE":
                await self._client.send(endpoints.unshare_conversation(name))
                found = found.model_copy(update={"share": None})
        except ChatError as error:
            found = error
        return HTMLResponse(views.share(found, texts_of(request)), _status(found), _PRIVATE)

    async def print(self, request: Request) -> Response:
        """A conversation of this browser's as a page that is printed when it is opened."""
        found = await self._own(request)
        return HTMLResponse(views.printed(found, texts_of(request)), _status(found), _PRIVATE)

    async def markdown(self, request: Request) -> Response:
        """A conversation of this browser's as a Markdown file."""
        return await self._export(request, "text/markdown; charset=utf-8", "md", as_markdown)

    async def word(self, request: Request) -> Response:
        """A conversation of this browser's as a Word file."""
        return await self._export(request, _WORD, "docx", as_word)

    async def _export(
        self,
        request: Request,
        media_type: str,
        ending: str,
        write: Callable[[Conversation, Texts], bytes],
    ) -> Response:
        found, texts = await self._own(request), texts_of(request)
        if isinstance(found, ChatError):
            return PlainTextResponse(texts.failures[found.kind], _status(found))
        name = quote(f"{title_of(found, texts)[:80]}.{ending}", safe="")
        return Response(
            await run_in_threadpool(write, found, texts),
            media_type=media_type,
            headers={**_PRIVATE, "Content-Disposition": f"attachment; filename*=utf-8''{name}"},
        )

    async def _own(self, request: Request) -> Conversation | ChatError:
        """The conversation of this browser's that the address names."""
        try:
            return await own_conversation(
                self._client, visitor(request.cookies), request.path_params["name"]
            )
        except ChatError as error:
            return error


async def _until_closed(
    chunks: AsyncIterator[bytes], opened: AsyncExitStack
) -> AsyncGenerator[bytes, None]:
    """The bytes of a file, whose connection is closed with the last one, or when the browser goes
    away before."""
    async with opened:
        async for chunk in chunks:
            yield chunk


def _status(found: object) -> int:
    return _STATUS.get(found.kind, 503) if isinstance(found, ChatError) else 200
