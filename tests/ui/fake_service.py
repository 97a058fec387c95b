"""A stand-in for the service: it streams what a test has written down for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.api.schemas import ChatResponse, EvidenceEvent, Problem, SentenceEvent

#: What the service does next: send an event or raw text, wait for a signal, or break the
#: connection (None).
Step = EvidenceEvent | SentenceEvent | ChatResponse | Problem | str | threading.Event | None
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
                if isinstance(step, str):
                    yield step
                    continue
                name = _NAMES.get(type(step), "error")
                yield f"event: {name}\ndata: {step.model_dump_json()}\n\n"
        except asyncio.CancelledError:
            self.disconnected.set()
            raise
