"""A stand-in for the service: it streams what a test has written down for it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.api.schemas import (
    ChatResponse,
    Citation,
    EvidenceEvent,
    NearestDocument,
    Problem,
    SentenceEvent,
    Timings,
)

#: What the service does next: send an event, wait for a signal, or break the connection.
Step = EvidenceEvent | SentenceEvent | ChatResponse | Problem | threading.Event | None
_NAMES = {EvidenceEvent: "evidence", SentenceEvent: "sentence", ChatResponse: "reply"}


@dataclass
class FakeService:
    """`POST /v1/chat` on a free port of 127.0.0.1, with a script a request."""

    url: str = ""
    scripts: list[list[Step] | Problem | str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    disconnected: threading.Event = field(default_factory=threading.Event)

    async def chat(self, request: Request) -> Response:
        """Play the next script; a `Problem` or a plain string is sent instead of a stream."""
        self.requests.append(await request.json())
        script = self.scripts.pop(0)
        if isinstance(script, Problem):
            body = script.model_dump()
            return JSONResponse(body, script.status, media_type="application/problem+json")
        if isinstance(script, str):
            return Response(script, 502, media_type="text/html")
        return StreamingResponse(self._play(script), media_type="text/event-stream")

    async def _play(self, script: list[Step]) -> AsyncIterator[str]:
        try:
            for step in script:
                if step is None:
                    raise ConnectionResetError("the script breaks the connection here")
                if isinstance(step, threading.Event):
                    while not step.is_set():
                        await asyncio.sleep(0.01)
                    continue
                yield f"event: {_NAMES.get(type(step), 'error')}\ndata: {step.model_dump_json()}\n\n"
        except asyncio.CancelledError:
            self.disconnected.set()
            raise


@pytest.fixture
def service() -> Iterator[FakeService]:
    """A running `FakeService`."""
    fake = FakeService()
    app = FastAPI()
    app.post("/v1/chat", response_model=None)(fake.chat)
    listener = socket.create_server(("127.0.0.1", 0))
    fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield fake
    server.force_exit = server.should_exit = True
    thread.join()


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def korean() -> Citation:
    """A passage of the dual degree regulation in Korean."""
    return Citation(
        number=1,
        document_id="d1",
        passage_id="p1",
        source="dual-degree.ko.md",
        title="KAIST–KSU 대학원 복수학위 과정 운영 규정",
        locator="제3조제2항",
        page=None,
        language="ko",
        quote="② 매년 24명을 선발하며, 기관별 선발 인원은 각각 12명으로 한다.",
        start=0,
        end=40,
        score=0.8,
    )


@pytest.fixture
def arabic() -> Citation:
    """A passage of the dual degree regulation in Arabic."""
    return Citation(
        number=2,
        document_id="d2",
        passage_id="p2",
        source="dual-degree.ar.md",
        title="لائحة برنامج الدرجة المزدوجة للدراسات العليا بين كايست وجامعة الملك سعود",
        locator="المادة 3(2)",
        page=4,
        language="ar",
        quote="يُقبل سنويًا أربعة وعشرون طالبًا، اثنا عشر منهم عن طريق كل جهة.",
        start=0,
        end=60,
        score=0.7,
    )


@pytest.fixture
def evidence(korean: Citation, arabic: Citation) -> EvidenceEvent:
    """The evidence for an Arabic question."""
    return EvidenceEvent(id="r1", answer_language="ar", direction="rtl", citations=[korean, arabic])


@pytest.fixture
def reply(korean: Citation, arabic: Citation) -> ChatResponse:
    """An answer in Arabic, cited to a Korean and an Arabic passage."""
    return ChatResponse(
        id="r1",
        outcome="answered",
        answer="يُقبل في البرنامج 24 طالبًا كل عام [1]. ويُقبل 12 طالبًا عن طريق كل جهة [2].",
        answer_language="ar",
        direction="rtl",
        citations=[korean, arabic],
        nearest_documents=[],
        notice=None,
        conversation_id="c1",
        model="a model",
        timings_ms=Timings(retrieval=1, evidence=2, first_token=3, total=4),
    )


@pytest.fixture
def not_found(reply: ChatResponse) -> ChatResponse:
    """A reply in English that names where to look."""
    document = NearestDocument(
        document_id="d1",
        source="dual-degree.ko.md",
        title="KAIST–KSU 대학원 복수학위 과정 운영 규정",
        language="ko",
    )
    return reply.model_copy(
        update={
            "outcome": "not_found",
            "answer": "The documents do not say what the tuition fee is.",
            "answer_language": "en",
            "direction": "ltr",
            "citations": [],
            "nearest_documents": [document],
        }
    )
