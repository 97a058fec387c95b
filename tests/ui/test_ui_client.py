"""The client yields typed events, and turns every failure into a `ChatError`."""

from __future__ import annotations

import asyncio

import pytest
from fake_service import FakeService

from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    EvidenceEvent,
    Message,
    Problem,
    SentenceEvent,
)
from ui.client import ChatClient, ChatError, ChatEvent

REQUEST = ChatRequest(messages=[Message(role="user", content="질문 ؟")], stream=True)


def ask(url: str) -> tuple[list[ChatEvent], ChatError | None]:
    """All events of a reply, and the error that ended it."""
    events: list[ChatEvent] = []

    async def collect() -> None:
        async for event in ChatClient(url).ask(REQUEST):
            events.append(event)  # noqa: PERF401 - what came before an error counts

    try:
        asyncio.run(collect())
    except ChatError as error:
        return events, error
    return events, None


def test_events_arrive_typed_and_in_order(
    service: FakeService, evidence: EvidenceEvent, reply: ChatResponse
) -> None:
    sentence = SentenceEvent(text="يُقبل في البرنامج 24 طالبًا كل عام [1].")
    service.scripts = [[evidence, sentence, reply]]
    assert ask(f"{service.url}/") == ([evidence, sentence, reply], None)
    assert service.requests == [
        {
            "messages": [{"role": "user", "content": "질문 ؟"}],
            "language": "auto",
            "stream": True,
            "explain": False,
        }
    ]


def test_a_service_that_is_not_there_is_unreachable(free_port: int) -> None:
    events, error = ask(f"http://127.0.0.1:{free_port}")
    assert events == []
    assert error is not None
    assert error.kind == "unreachable"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "not_allowed"),
        (404, "gone"),
        (413, "too_long"),
        (422, "rejected"),
        (429, "busy"),
        (500, "failed"),
        (503, "busy"),
    ],
)
def test_a_problem_document_tells_the_kind_and_the_detail(
    service: FakeService, evidence: EvidenceEvent, status: int, kind: str
) -> None:
    problem = Problem(title="A problem", status=status, detail="What to do.")
    service.scripts = [problem, [evidence, problem]]
    before, during = ask(service.url), ask(service.url)
    assert before[0] == []
    assert during[0] == [evidence]
    for _, error in (before, during):
        assert error is not None
        assert (error.kind, error.detail) == (kind, "What to do.")


def test_a_proxys_error_page_is_a_failure_without_detail(service: FakeService) -> None:
    service.scripts = ["<html><h1>502 Bad Gateway</h1></html>"]
    _, error = ask(service.url)
    assert error is not None
    assert (error.kind, error.detail) == ("failed", "")


def test_a_broken_connection_is_an_interruption(
    service: FakeService, evidence: EvidenceEvent
) -> None:
    service.scripts = [[evidence, None]]
    events, error = ask(service.url)
    assert events == [evidence]
    assert error is not None
    assert error.kind == "interrupted"


def test_a_stream_that_ends_without_a_reply_is_an_interruption(
    service: FakeService, evidence: EvidenceEvent
) -> None:
    service.scripts = [[evidence, SentenceEvent(text="…")]]
    events, error = ask(service.url)
    assert len(events) == 2
    assert error is not None
    assert error.kind == "interrupted"


def test_an_event_of_the_wrong_form_is_a_failure(service: FakeService) -> None:
    service.scripts = [["event: evidence\ndata: {}\n\n"]]
    _, error = ask(service.url)
    assert error is not None
    assert error.kind == "failed"
