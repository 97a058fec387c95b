"""Spans of requests and of their steps: what they tell, how long they are open, and of whom they
say nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import httpx
import pytest
from api_library import ANSWER, QUESTION, Library
from fastapi.testclient import TestClient
from held_generator import HeldGenerator
from live import unused_port
from llama_index.core.llms import ChatMessage
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant.api.app import create_app
from assistant.api.middleware import tracing
from assistant.api.service import Service
from assistant.errors import UnavailableError
from assistant.models.generator import Generator
from assistant.models.session import CutOffError, GenerationSession, Prompt
from assistant.settings import Settings
from assistant.spans import span, spanned

CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": QUESTION}]}
ENDPOINT = "http://127.0.0.1:9"
STEPS = ("retrieval", "evidence", "generation")


class Collector:
    """What a collector was sent."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = tracing.configure(
            Settings(otlp_endpoint=ENDPOINT, _env_file=None), self.exporter
        )
        assert provider is not None
        self.provider = provider

    def all(self) -> list[ReadableSpan]:
        self.provider.force_flush()
        return list(self.exporter.get_finished_spans())

    def named(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.all()}

    def wait_for(self, *names: str) -> dict[str, ReadableSpan]:
        deadline = time.monotonic() + 10
        while not set(names) <= set(found := self.named()):
            assert time.monotonic() < deadline, f"no {set(names) - set(found)} in {list(found)}"
            time.sleep(0.02)
        return found


@pytest.fixture(scope="module")
def _collector() -> Iterator[Collector]:
    # OpenTelemetry takes one provider a process.
    collector = Collector()
    yield collector
    collector.provider.shutdown()


@pytest.fixture
def collector(_collector: Collector) -> Collector:
    _collector.all()
    _collector.exporter.clear()
    return _collector


@pytest.fixture
def generator() -> Iterator[HeldGenerator]:
    generator = HeldGenerator()
    yield generator
    generator.go_on.set()


@pytest.fixture
def traced(make_library: Callable[..., Library]) -> Service:
    return make_library(otlp_endpoint=ENDPOINT).service


def _id(span: ReadableSpan) -> int:
    return span.context.span_id


def _told(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_trace_has_the_request_and_its_steps_and_no_words_of_people(
    traced: Service, generator: HeldGenerator, collector: Collector
) -> None:
    generator.go_on.set()
    generator.answer = f"{ANSWER} The fee is 777 dollars. [1]"
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {"traceparent": parent, "X-Request-ID": "request-of-a-test"}
    with TestClient(create_app(traced)) as api:
        reply = api.post("/v1/chat", json=CHAT, headers=headers).json()
    found = collector.named()
    request = found["POST /v1/chat"]
    assert {trace.format_trace_id(span.context.trace_id) for span in collector.all()} == {
        parent.split("-")[1]
    }
    assert request.kind is trace.SpanKind.SERVER
    assert _told(request) == {
        "http.request.method": "POST",
        "http.route": "/v1/chat",
        "http.response.status_code": 200,
        "trilogue.request_id": "request-of-a-test",
        "trilogue.reply_id": reply["id"],
        "trilogue.outcome": "answered",
        "trilogue.language": "en",
        "trilogue.completion_tokens": 12,
    }
    above = {
        **dict.fromkeys(STEPS, request),
        "embedding": found["retrieval"],
        "search": found["retrieval"],
        "verdict": found["generation"],
    }
    for name, outer in above.items():
        inner = found[name]
        assert inner.parent is not None, name
        assert inner.parent.span_id == _id(outer), name
        assert inner.start_time >= outer.start_time
        assert inner.end_time <= outer.end_time
    checks = [
        _told(span).get("trilogue.check") for span in collector.all() if span.name == "verdict"
    ]
    assert checks == [None, "invented_quantity"]
    everything = json.dumps([span.to_json() for span in collector.all()])
    assert QUESTION not in everything
    assert "dollars" not in everything


def test_spans_of_a_stream_are_open_until_it_ends(
    traced: Service,
    live: Callable[[Service], str],
    generator: HeldGenerator,
    collector: Collector,
) -> None:
    url = live(traced)

    def read() -> None:
        body = {**CHAT, "stream": True}
        with httpx.stream("POST", f"{url}/v1/chat", json=body, timeout=60) as response:
            list(response.iter_lines())

    reader = threading.Thread(target=read)
    reader.start()
    assert generator.began.wait(10)
    found = collector.wait_for("retrieval", "evidence")
    assert not {"generation", "POST /v1/chat"} & set(found)
    let_go = time.time()
    generator.go_on.set()
    reader.join()
    found = collector.wait_for("generation", "POST /v1/chat")
    request, generation = found["POST /v1/chat"], found["generation"]
    assert let_go * 1e9 < generation.end_time <= request.end_time
    assert _told(request)["trilogue.outcome"] == "answered"
    assert generation.parent is not None
    assert generation.parent.span_id == _id(request)


@pytest.mark.parametrize("stream", [False, True])
def test_spans_end_when_the_client_goes_away(
    traced: Service,
    live: Callable[[Service], str],
    generator: HeldGenerator,
    collector: Collector,
    stream: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = live(traced)
    with (
        pytest.raises(httpx.ReadTimeout),
        httpx.Client(timeout=httpx.Timeout(5, read=1.0)) as client,
    ):
        client.post(f"{url}/v1/chat", json={**CHAT, "stream": stream})
    assert generator.began.is_set()
    found = collector.wait_for("generation", "POST /v1/chat")
    assert not generator.go_on.is_set()
    assert found["generation"].status.is_ok, "it is no error of the service"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_search_has_its_steps(
    traced: Service, generator: HeldGenerator, collector: Collector
) -> None:
    with TestClient(create_app(traced)) as api:
        api.post("/v1/search", json={"query": QUESTION})
    found = collector.named()
    for step in ("embedding", "search"):
        parent = found[step].parent
        assert parent is not None
        assert parent.span_id == _id(found["POST /v1/search"])
    assert _told(found["search"])["trilogue.hits"] > 0


def test_addresses_and_headers_are_not_told(
    traced: Service, generator: HeldGenerator, collector: Collector
) -> None:
    with TestClient(create_app(traced), client=("203.0.113.7", 4711)) as api:
        headers = {"User-Agent": "Kim's browser", "Authorization": "Bearer of-a-secret"}
        api.get("/v1/users/kim@example.org/data?token=t0ken", headers=headers)
        api.get("/kim@example.org", headers=headers)
    found = collector.named()
    assert "GET /v1/users/{user:path}/data" in found
    assert "GET" in found, "no route is no reason to tell the path"
    everything = json.dumps([span.to_json() for span in collector.all()])
    for word in ("kim", "Kim", "203.0.113.7", "4711", "t0ken", "of-a-secret"):
        assert word not in everything


def test_of_an_error_its_class_is_told_and_not_its_words() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(tracing.DiscreetExporter(kept)))
    with (
        pytest.raises(ValueError, match="Kim"),
        provider.get_tracer("a library").start_as_current_span("theirs"),
    ):
        raise ValueError("Kim asked for it")
    (theirs,) = kept.get_finished_spans()
    assert not theirs.status.is_ok
    assert "Kim" not in theirs.to_json()


def test_a_step_that_fails_says_so(collector: Collector) -> None:
    async def failing() -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("Kim asked for it")

    async def read() -> list[int]:
        return [item async for item in spanned("items", failing())]

    with pytest.raises(ValueError, match="Kim"):
        asyncio.run(read())
    with pytest.raises(ValueError, match="Kim"), span("step"):
        raise ValueError("Kim asked for it")
    for step in collector.all():
        assert step.status.status_code is trace.StatusCode.ERROR
        assert _told(step) == {"error.type": "ValueError"}
        assert "Kim" not in step.to_json()


def test_a_request_to_the_generators_server_has_a_span(collector: Collector) -> None:
    url = f"http://127.0.0.1:{unused_port()}/v1"
    generator = Generator(Settings(generator_url=url, generator_model="m", _env_file=None))

    async def read() -> None:
        prompt = Prompt([ChatMessage(role="user", content=QUESTION)], 50)
        async for _ in GenerationSession(generator).stream(prompt):
            pass

    with pytest.raises(UnavailableError):
        asyncio.run(read())
    (completion,) = collector.all()
    assert completion.name == "completion"
    assert _told(completion) == {"error.type": "UnavailableError"}


def test_an_end_that_was_expected_is_no_failure(collector: Collector) -> None:
    async def cut_off() -> AsyncGenerator[int, None]:
        yield 1
        raise CutOffError

    async def read() -> list[int]:
        return [item async for item in spanned("items", cut_off(), expected=(CutOffError,))]

    with pytest.raises(CutOffError):
        asyncio.run(read())
    (step,) = collector.all()
    assert step.status.is_ok
    assert _told(step) == {}


def test_whoever_reads_the_items_of_a_step_is_not_in_it(
    collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    within: list[trace.Span] = []

    async def items() -> AsyncGenerator[int, None]:
        for number in range(3):
            within.append(trace.get_current_span())
            yield number

    async def read() -> None:
        outside = trace.get_current_span()
        step = spanned("items", items())
        assert await anext(step) == 0
        assert trace.get_current_span() is outside
        assert not collector.all()
        # As the event loop does with a generator that somebody let go of.
        await asyncio.create_task(step.aclose())

    asyncio.run(read())
    (told,) = collector.all()
    assert [inner.get_span_context().span_id for inner in within] == [_id(told)]
    assert not caplog.records
