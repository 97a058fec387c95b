"""A stand-in for the service: it streams what a test has written down for it, and keeps
conversations, feedback and documents in memory."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    Conversation,
    ConversationList,
    ConversationShare,
    ConversationSummary,
    ConversationTurn,
    EvidenceEvent,
    Feedback,
    FeedbackList,
    PassageList,
    PassageView,
    Problem,
    RequestLimits,
    SentenceEvent,
    SharedConversation,
)
from assistant.api.schemas.document_schemas import (
    DocumentList,
    DocumentView,
    FileReport,
    IngestionList,
    IngestionReport,
    IngestionView,
)
from assistant.api.schemas.reader_schemas import (
    PassageContext,
    QuestionList,
    ReplyRecord,
)

#: What the service does next: send an event or raw text, wait for a signal, or break the
#: connection (None).
Step = EvidenceEvent | SentenceEvent | ChatResponse | Problem | str | threading.Event | None
_NAMES = {EvidenceEvent: "evidence", SentenceEvent: "sentence", ChatResponse: "reply"}
NOW = datetime(2026, 9, 11, 9, 30, tzinfo=UTC)
ADMIN_KEY = "admin-key"
#: A PNG picture of one white pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def _set_event() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class FakeService:
    """The service's routes on a free port of 127.0.0.1, with a script a chat."""

    url: str = ""
    scripts: list[list[Step] | Problem | str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    disconnected: threading.Event = field(default_factory=threading.Event)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    feedback: list[Feedback] = field(default_factory=list)
    passages: dict[str, PassageContext] = field(default_factory=dict)
    documents: list[DocumentView] = field(default_factory=list)
    #: Passages of documents, by the document's id.
    outlines: dict[str, list[PassageView]] = field(default_factory=dict)
    #: Original files of documents, by id.
    originals: dict[str, bytes] = field(default_factory=dict)
    #: Pictures of pages that were asked for: page and quote.
    pictures: list[tuple[int, str]] = field(default_factory=list)
    ingestions: list[IngestionView] = field(default_factory=list)
    #: How often the ingestions were asked for.
    listings: int = 0
    questions: QuestionList = field(default_factory=lambda: QuestionList(total=0, questions=[]))
    max_question_chars: int = 2000
    #: Whether it says what it reads at most, without which no page is ready.
    limits_known: threading.Event = field(default_factory=_set_event)
    uploads: list[bytes] = field(default_factory=list)
    #: Whether it asks nobody for a key.
    open: bool = False
    #: What operators are told instead of what they ask for.
    refusal: Problem | None = None

    def app(self) -> FastAPI:
        """All routes."""
        app = FastAPI()
        app.post("/v1/chat", response_model=None)(self.chat)
        app.get("/v1/limits")(self.limits)
        app.get("/v1/conversations")(self.list_conversations)
        app.get("/v1/conversations/{name}", response_model=None)(self.get_conversation)
        app.patch("/v1/conversations/{name}", response_model=None)(self.rename)
        app.delete("/v1/conversations/{name}", status_code=204)(self.delete_conversation)
        app.put("/v1/conversations/{name}/share", response_model=None)(self.share)
        app.delete("/v1/conversations/{name}/share", response_model=None)(self.share)
        app.get("/v1/shares/{share_id}", response_model=None)(self.shared)
        app.delete("/v1/users/{user}/data")(self.delete_user)
        app.get("/v1/replies/{reply_id}", response_model=None)(self.reply)
        app.post("/v1/feedback", status_code=201)(self.give_feedback)
        app.delete("/v1/feedback/{feedback_id}", response_model=None)(self.take_back)
        app.get("/v1/feedback", response_model=None)(self.list_feedback)
        app.get("/v1/documents/{d}/passages/{p}/context", response_model=None)(self.context)
        app.get("/v1/documents/{document_id}/passages")(self.list_passages)
        app.get("/v1/documents/{document_id}/original", response_model=None)(self.original)
        app.get("/v1/documents/{d}/pages/{page}.png", response_model=None)(self.picture)
        app.get("/v1/documents")(self.list_documents)
        app.post("/v1/documents", status_code=202, response_model=None)(self.upload)
        app.get("/v1/documents/{document_id}", response_model=None)(self.document)
        app.delete("/v1/documents/{document_id}", status_code=204)(self.delete_document)
        app.get("/v1/ingestions")(self.list_ingestions)
        app.get("/v1/ingestions/{name}", response_model=None)(self.ingestion)
        app.post("/v1/ingestions/{name}/cancel")(self.cancel_ingestion)
        app.get("/v1/questions")(self.list_questions)
        return app

    async def limits(self) -> RequestLimits:
        while not self.limits_known.is_set():
            await asyncio.sleep(0.01)
        return RequestLimits(max_question_chars=self.max_question_chars)

    async def chat(self, request: Request) -> Response:
        """Play the next script; a `Problem` or a plain string is sent instead of a stream."""
        body = await request.json()
        self.requests.append(body)
        script = self.scripts.pop(0)
        if isinstance(script, Problem):
            return _problem(script)
        if isinstance(script, str):
            return Response(script, 502, media_type="text/html")
        return StreamingResponse(self._play(script, body), media_type="text/event-stream")

    async def _play(self, script: list[Step], asked: dict[str, Any]) -> AsyncIterator[str]:
        turn = self.keep(asked)
        try:
            for step in script:
                if step is None:
                    raise ConnectionResetError("the script breaks the connection here")
                if isinstance(step, threading.Event):
                    while not step.is_set():
                        await asyncio.sleep(0.01)
                    continue
                if isinstance(step, str):
                    yield step
                    continue
                if isinstance(step, EvidenceEvent | ChatResponse):
                    turn.reply_id = step.id
                if isinstance(step, ChatResponse):
                    turn.reply, turn.unfinished = step, False
                name = _NAMES.get(type(step), "error")
                yield f"event: {name}\ndata: {step.model_dump_json()}\n\n"
        except asyncio.CancelledError:
            self.disconnected.set()
            raise
        if turn.unfinished:
            self.conversations[str(asked.get("conversation_id"))].turns.remove(turn)

    def keep(self, asked: dict[str, Any]) -> ConversationTurn:
        """Store a question that is about to be answered, as the service does."""
        name, question = str(asked.get("conversation_id")), asked["messages"][-1]["content"]
        kept = self.conversations.setdefault(
            name,
            Conversation(
                id=name, user=asked.get("user"), title=question[:80], created_at=NOW,
                updated_at=NOW, turns=[],
            ),
        )  # fmt: skip
        replaced = [turn.reply_id == asked.get("replaces") for turn in kept.turns]
        if any(replaced):
            del kept.turns[replaced.index(True) :]
        turn = ConversationTurn(
            reply_id=f"asked-{len(self.requests)}", question=question, reply=None,
            unfinished=True, created_at=NOW,
        )  # fmt: skip
        kept.turns.append(turn)
        return turn

    async def share(self, name: str, request: Request) -> Response | ConversationShare:
        if request.method == "DELETE":
            self.conversations[name].share = None
            return Response(status_code=204)
        share = ConversationShare(id=f"share-of-{name}", shared_at=NOW)
        self.conversations[name].share = share
        return share

    async def shared(self, share_id: str) -> Response | SharedConversation:
        for kept in self.conversations.values():
            if kept.share and kept.share.id == share_id:
                return SharedConversation(title=kept.title, shared_at=NOW, turns=kept.turns)
        return _problem(_GONE)

    async def list_conversations(self, user: str, containing: str = "") -> ConversationList:
        found = [
            ConversationSummary.model_validate(c, from_attributes=True)
            for c in reversed(self.conversations.values())
            if c.user == user and containing.lower() in (c.title or "").lower()
        ]
        return ConversationList(conversations=found)

    async def get_conversation(self, name: str) -> Response | Conversation:
        return self.conversations.get(name) or _problem(_GONE)

    async def rename(self, name: str, request: Request) -> Response | Conversation:
        self.conversations[name].title = (await request.json())["title"]
        return self.conversations[name]

    async def delete_conversation(self, name: str) -> None:
        del self.conversations[name]

    async def delete_user(self, user: str) -> dict[str, int]:
        before = len(self.conversations)
        self.conversations = {n: c for n, c in self.conversations.items() if c.user != user}
        return {"conversations": before - len(self.conversations), "feedback": 0}

    async def reply(self, reply_id: str) -> Response | ReplyRecord:
        for conversation in self.conversations.values():
            for turn in conversation.turns:
                if turn.reply and turn.reply.id == reply_id:
                    return ReplyRecord(question=turn.question, reply=turn.reply, created_at=NOW)
        return _problem(_GONE)

    async def give_feedback(self, request: Request) -> Feedback:
        values = {"reason": None, "comment": None, "user": None} | await request.json()
        given = Feedback(
            **values,
            id=f"f-{secrets.token_hex(4)}",
            outcome="answered",
            trace_id="t",
            created_at=NOW,
        )
        self.feedback.append(given)
        self._rate(given.reply_id, given)
        return given

    async def take_back(self, feedback_id: str) -> Response:
        (found,) = [given for given in self.feedback if given.id == feedback_id]
        self.feedback.remove(found)
        others = [given for given in self.feedback if given.reply_id == found.reply_id]
        self._rate(found.reply_id, others[-1] if others else None)
        return Response(status_code=204)

    def _rate(self, reply_id: str, given: Feedback | None) -> None:
        for conversation in self.conversations.values():
            for turn in conversation.turns:
                if turn.reply_id == reply_id:
                    turn.feedback = given

    async def list_feedback(self, request: Request) -> Response | FeedbackList:
        if not self.open and request.headers.get("authorization") != f"Bearer {ADMIN_KEY}":
            return _problem(Problem(title="Unauthorized", status=401, detail="No such key."))
        return FeedbackList(feedback=self.feedback)

    async def context(self, d: str, p: str, start: int = 0, end: int = 0) -> Any:
        return self.passages.get(p) or _problem(_GONE)

    async def list_passages(self, document_id: str, limit: int) -> Any:
        passages = self.outlines.get(document_id, [])
        if not passages:
            return _problem(_GONE)
        return PassageList(total=len(passages), passages=passages[:limit])

    async def original(self, document_id: str) -> Response:
        if document_id not in self.originals:
            return _problem(Problem(title="Original not kept", status=404, detail="Not kept."))
        return Response(
            self.originals[document_id],
            media_type="application/pdf",
            headers={"Content-Disposition": "attachment; filename*=utf-8''%EA%B7%9C%EC%A0%95.pdf"},
        )

    async def picture(self, d: str, page: int, quote: str = "") -> Response:
        if d not in self.originals:
            return _problem(Problem(title="Original not kept", status=404, detail="Not kept."))
        self.pictures.append((page, quote))
        return Response(PIXEL, media_type="image/png", headers={"X-Quote-Found": "true"})

    async def list_documents(self, limit: int, offset: int = 0) -> Any:
        if self.refusal:
            return _problem(self.refusal)
        listed = self.documents[offset : offset + limit]
        return DocumentList(total=len(self.documents), documents=listed)

    async def document(self, document_id: str) -> Response | DocumentView:
        found = [d for d in self.documents if d.document_id == document_id]
        return found[0] if found else _problem(_GONE)

    async def delete_document(self, document_id: str) -> None:
        self.documents = [d for d in self.documents if d.document_id != document_id]

    async def upload(self, request: Request) -> Response | IngestionView:
        body = await request.body()
        if b"broken" in body:
            return _problem(Problem(title="Invalid", status=422, detail="<b>x.pdf</b> is broken."))
        self.uploads.append(body)
        new = IngestionView(
            ingestion_id=f"ingestion-{len(self.uploads):024x}", collection=None, state="done",
            created_at=NOW,
            report=IngestionReport(
                files=[FileReport(path="new.md", outcome="added", passages=1)],
                counts={"added": 1}, passages=1, seconds=0.2, dry_run=False,
            ),
        )  # fmt: skip
        self.ingestions.insert(0, new)
        return new

    async def list_ingestions(self) -> IngestionList:
        self.listings += 1
        return IngestionList(ingestions=self.ingestions)

    async def ingestion(self, name: str) -> Response | IngestionView:
        found = [i for i in self.ingestions if i.ingestion_id == name]
        return found[0] if found else _problem(_GONE)

    async def cancel_ingestion(self, name: str) -> IngestionView:
        (place,) = (n for n, one in enumerate(self.ingestions) if one.ingestion_id == name)
        cancelling = self.ingestions[place].model_copy(update={"state": "cancelling"})
        self.ingestions[place] = cancelling
        return cancelling

    async def list_questions(self) -> QuestionList:
        return self.questions


_GONE = Problem(title="Not Found", status=404, detail="There is no such thing.")


def _problem(problem: Problem) -> Response:
    body = problem.model_dump()
    return JSONResponse(body, problem.status, media_type="application/problem+json")


@contextmanager
def running() -> Iterator[FakeService]:
    """A stand-in that listens on a free port. At the end it breaks off what still streams."""
    fake = FakeService()
    listener = socket.create_server(("127.0.0.1", 0))
    fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(fake.app(), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield fake
    server.force_exit = server.should_exit = True
    thread.join()
