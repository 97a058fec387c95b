"""The service under load, when clients leave, and when it is stopped."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from api_library import QUESTION, Keys, Library
from fastapi.testclient import TestClient
from held_generator import HeldGenerator
from live import listening
from prometheus_client.parser import text_string_to_metric_families

from assistant.api.app import create_app
from assistant.api.service import Service
from assistant.storage.conversations import ConversationRecord
from assistant.storage.database import now

CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": QUESTION}]}
COMPLETION = {"model": "trilogue", **CHAT}


@pytest.fixture
def generator() -> Iterator[HeldGenerator]:
    generator = HeldGenerator()
    yield generator
    generator.go_on.set()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat", CHAT),
        ("/v1/chat", {**CHAT, "stream": True}),
        ("/v1/chat/completions", COMPLETION),
        ("/v1/chat/completions", {**COMPLETION, "stream": True}),
    ],
)
def test_generation_stops_when_the_client_goes_away(
    library: Library,
    live: Callable[[Service], str],
    generator: HeldGenerator,
    path: str,
    body: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = live(library.service)

    def leave() -> None:
        # Long enough for the answer to begin; then the connection is closed.
        with httpx.Client(timeout=httpx.Timeout(5, read=1.0)) as client:
            client.post(url + path, json=body)

    with pytest.raises(httpx.ReadTimeout):
        leave()
    assert generator.began.is_set()
    assert generator.ended.wait(10), "the generator still works for nobody"
    generator.go_on.set()
    # Its place in the queue is free again.
    assert httpx.post(f"{url}/v1/chat", json=CHAT, timeout=30).status_code == 200
    metrics = httpx.get(f"{url}/metrics").text
    assert 'trilogue_queue{queue="chats"} 0.0' in metrics
    # It is no error of the service.
    assert 'status="500"' not in metrics
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(
    make_library: Callable[..., Library],
    live: Callable[[Service], str],
    generator: HeldGenerator,
) -> None:
    url = live(make_library(generator_slots=1, chat_queue=1).service)
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(httpx.post(f"{url}/v1/chat", json=CHAT, timeout=60).status_code)

    waiting = [threading.Thread(target=ask) for _ in range(2)]
    for thread in waiting:
        thread.start()
    deadline = time.monotonic() + 10
    while 'queue="chats"} 2.0' not in httpx.get(f"{url}/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    for body in (CHAT, {**CHAT, "stream": True}):
        refused = httpx.post(f"{url}/v1/chat", json=body, timeout=10)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["title"] == "Too busy"
    assert httpx.post(f"{url}/v1/search", json={"query": QUESTION}).status_code == 200
    generator.go_on.set()
    for thread in waiting:
        thread.join()
    assert statuses == [200, 200]


@pytest.mark.parametrize("stream", [False, True])
def test_a_reply_that_takes_too_long_is_ended(
    make_library: Callable[..., Library], generator: HeldGenerator, stream: bool
) -> None:
    service = make_library(request_seconds=0.5).service
    with TestClient(create_app(service)) as api:
        response = api.post("/v1/chat", json={**CHAT, "stream": stream})
    assert generator.ended.is_set()
    if stream:
        name, data = response.text.strip().split("\n\n")[-1].split("\n")
        assert name == "event: error"
        assert json.loads(data.removeprefix("data: "))["status"] == 504
    else:
        assert response.status_code == 504
        assert "longer than" in response.json()["detail"]


def test_a_request_that_is_too_large_is_refused(make_library: Callable[..., Library]) -> None:
    with TestClient(create_app(make_library(max_body_bytes=2048).service)) as api:
        response = api.post("/v1/search", json={"query": "x" * 3000})
    assert response.status_code == 413


def test_a_stop_finishes_the_streams_that_are_under_way(
    library: Library, generator: HeldGenerator
) -> None:
    events: list[str] = []
    with listening(create_app(library.service)) as (url, server):

        def read() -> None:
            body = {**CHAT, "stream": True}
            with httpx.stream("POST", f"{url}/v1/chat", json=body, timeout=60) as response:
                events.extend(line for line in response.iter_lines() if line.startswith("event"))

        reader = threading.Thread(target=read)
        reader.start()
        assert generator.began.wait(10)
        server.should_exit = True
        while server.servers and server.servers[0].is_serving():
            time.sleep(0.01)
        generator.go_on.set()
        reader.join()
    assert events[0] == "event: evidence"
    assert events[-1] == "event: reply"


def metrics(api: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(api.get("/metrics").text)
        for sample in family.samples
    }


def test_metrics_tell_outcomes_steps_tokens_and_rejected_sentences(
    api: TestClient, generator: HeldGenerator
) -> None:
    generator.go_on.set()
    api.post("/v1/chat", json=CHAT)
    generator.answer = "The fee is 777 dollars. [1]"
    api.post("/v1/chat", json={"messages": [{"role": "user", "content": "How high is the fee?"}]})
    api.post("/v1/chat", json={**CHAT, "collections": ["nowhere"]})
    told = metrics(api)
    for outcome in ("answered", "quoted", "not_found"):
        labels = (("language", "en"), ("outcome", outcome))
        assert told["trilogue_replies_total", labels] == 1
    cited = {k: v for k, v in told.items() if k[0] == "trilogue_collection_replies_total"}
    assert {dict(labels)["collection"] for _, labels in cited} <= {"students", "staff"}
    assert any(dict(labels)["outcome"] == "answered" for _, labels in cited)
    assert told["trilogue_documents", (("collection", "students"),)] == 2
    rejected = (("check", "invented_quantity"), ("language", "en"))
    assert told["trilogue_sentences_rejected_total", rejected] == 1
    for kind, count in (("prompt", 40), ("cached_prompt", 16), ("completion", 12)):
        tokens = told["trilogue_generator_tokens_total", (("kind", kind),)]
        assert tokens == 2 * count, "of both answers"
    assert told["trilogue_step_seconds_count", (("step", "retrieval"),)] == 3
    assert told["trilogue_step_seconds_count", (("step", "generation"),)] == 2
    chats = (("method", "POST"), ("route", "/v1/chat"), ("status", "200"))
    assert told["trilogue_http_requests_total", chats] == 3


def test_methods_that_are_made_up_take_no_memory_of_their_own(api: TestClient) -> None:
    for number in range(20):
        api.request(f"ZZ-{number}", "/v1/chat")
    methods = {dict(labels).get("method") for _, labels in metrics(api)}
    assert "other" in methods
    assert not any(method and method.startswith("ZZ") for method in methods)


def test_metrics_are_for_administrators_where_there_are_keys(api: TestClient, key: Keys) -> None:
    chat, admin = key("chat"), key("admin")
    assert api.get("/metrics", headers=chat).status_code == 403
    assert api.get("/metrics", headers=admin).status_code == 200


def test_old_data_is_purged_when_the_service_starts(
    make_library: Callable[..., Library], generator: HeldGenerator
) -> None:
    generator.go_on.set()
    library = make_library()
    with TestClient(create_app(library.service)) as api:
        api.post("/v1/chat", json=CHAT)
    with library.service.records.database.session() as session:
        session.query(ConversationRecord).one().updated_at = now() - timedelta(days=31)
    with TestClient(create_app(library.service)) as api:
        deadline = time.monotonic() + 10
        while api.get("/v1/conversations").json()["conversations"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
