"""Runs go on after a kill, and whatever a service does is written down question by question."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from eval_runs import Ran, ask, plan_of, serving
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from known_service import KnownService
from live import listening

from evals.client import ServiceClient
from evals.dataset import Suite
from evals.errors import EvalError
from evals.records import Record, RunFolder
from evals.runner import run
from evals.scores import score


@pytest.fixture
def small(suite: Suite) -> Suite:
    """Two facts, of which one cannot be answered."""
    return replace(suite, facts=(suite.facts[0], suite.facts[-1]))


def test_a_run_records_every_raw_reply_and_the_service(healthy: Ran, suite: Suite) -> None:
    manifest = healthy.folder.manifest
    assert manifest.service.version == "9.9.9"
    assert manifest.service.models == ["fake"]
    assert manifest.plan.suites.keys() == {"known"}
    records = healthy.folder.records()
    answerable = sum(case.answerable for case in suite.cases)
    assert len(records) == 2 * answerable + len(suite.cases)
    chat = records["known", "appeal.ko", "chat"]
    assert chat.chat is not None
    assert chat.chat.answer == "재심 청구 기간은 14일이다. [1]"
    assert chat.times.evidence is not None
    assert chat.times.first_sentence is not None
    assert chat.times.evidence <= chat.times.first_sentence <= chat.times.total


def test_a_killed_run_goes_on_where_it_stopped(small: Suite, tmp_path: Path) -> None:
    service, folder, plan = KnownService(), RunFolder(tmp_path), plan_of(small)
    with serving(service) as url:
        ask(url, small, folder, plan)
        path = tmp_path / "replies.jsonl"
        whole = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(whole[:4]) + whole[4][:20])
        asked_before = len(service.requests)
        ask(url, small, folder, plan)
        assert len(service.requests) - asked_before == len(whole) - 4
        ask(url, small, folder, plan)
        assert len(service.requests) - asked_before == len(whole) - 4
    assert len(folder.records()) == len(whole)


def test_what_failed_is_asked_again(small: Suite, tmp_path: Path) -> None:
    folder, plan = RunFolder(tmp_path), plan_of(small)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}"
    asked = ask(dead, small, folder, plan)
    errors = [record.error or "" for item in asked for record in item.records.values()]
    assert all("ConnectError" in error for error in errors)
    scores = score(folder.manifest, asked, folder.passages)
    assert {row.values["failed"] for row in scores.select("failed")} == {1.0}
    assert {
        row.values["right_in_any_language"] for row in scores.select("right_in_any_language")
    } == {0.0}
    with serving(KnownService()) as url:
        asked = ask(url, small, folder, plan)
    assert all(record.error is None for item in asked for record in item.records.values())


def test_a_folder_of_another_run_is_refused(small: Suite, suite: Suite, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with serving(KnownService()) as url:
        ask(url, small, folder, plan_of(small))
        with pytest.raises(EvalError, match="other suites or options"):
            ask(url, suite, folder, plan_of(suite))


def test_a_run_does_not_go_on_with_another_version(small: Suite, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for service in (KnownService(), KnownService(version="10.0.0")):
        with serving(service) as url:
            if service.version == "9.9.9":
                ask(url, small, folder, plan_of(small))
                continue
            with pytest.raises(EvalError, match=r"begun with version 9\.9\.9"):
                ask(url, small, folder, plan_of(small))


async def _cut_off(request: Request) -> Response:
    async def events() -> AsyncIterator[str]:
        yield 'event: sentence\ndata: {"text": "…"}\n\n'

    return StreamingResponse(events(), media_type="text/event-stream")


async def _not_a_reply(request: Request) -> Response:
    return Response("event: reply\ndata: {}\n\n", media_type="text/event-stream")


async def _page(request: Request) -> Response:
    return Response("<html>Bad gateway", 502)


async def _wrong_kind(request: Request) -> Response:
    return Response("hello", media_type="text/plain")


async def _bytes(request: Request) -> Response:
    return Response(b"event: reply\ndata: \xff\xfe\n\n", media_type="text/event-stream")


async def _problem(request: Request) -> Response:
    problem = {"title": "No", "status": 403, "detail": "This key may not."}
    return JSONResponse(problem, 403, media_type="application/problem+json")


async def _error_event(request: Request) -> Response:
    problem = {"title": "Late", "status": 504, "detail": "It took too long."}
    return Response(
        f"event: error\ndata: {json.dumps(problem)}\n\n", media_type="text/event-stream"
    )


async def _sleeps(request: Request) -> Response:
    await asyncio.sleep(1.5)
    return Response()


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (_cut_off, "ended before the reply"),
        (_not_a_reply, "not a reply of the API"),
        (_page, "502: <html>Bad gateway"),
        (_wrong_kind, "SSEError"),
        (_bytes, ""),
        (_problem, "403: This key may not."),
        (_error_event, "504: It took too long."),
        (_sleeps, "no reply within 0.5 s"),
    ],
)
def test_nonsense_is_reported_and_never_a_crash(
    behaviour: object, error: str, small: Suite, tmp_path: Path
) -> None:
    app = FastAPI(openapi_url=None)
    app.post("/v1/chat", response_model=None)(behaviour)  # type: ignore[arg-type]
    folder, plan = RunFolder(tmp_path), plan_of(small, ["chat"], timeout=0.5)
    with listening(app) as (url, _):
        asked = ask(url, small, folder, plan)
    found = [item.records["chat"].error for item in asked]
    assert len(found) == len(small.cases)
    assert all(told is not None and error in told for told in found)
    assert folder.manifest.service.version is None
    assert folder.passages is None


def test_a_busy_service_is_asked_again_when_it_says(small: Suite, tmp_path: Path) -> None:
    service, refused = KnownService(), []
    app = service.app()

    @app.middleware("http")
    async def busy(request: Request, call_next: object) -> Response:
        if request.url.path == "/v1/chat" and len(refused) < 3:
            refused.append(request.url.path)
            return Response(status_code=429, headers={"Retry-After": "0"})
        return await call_next(request)  # type: ignore[operator, no-any-return]

    with listening(app) as (url, _):
        asked = ask(url, small, RunFolder(tmp_path), plan_of(small, ["chat"]))
    assert len(refused) == 3
    assert all(item.records["chat"].error is None for item in asked)


def test_only_so_many_chats_are_asked_and_no_baseline_answers_more(
    suite: Suite, tmp_path: Path
) -> None:
    folder, plan = RunFolder(tmp_path), plan_of(suite).model_copy(update={"chats": 6})
    with serving(KnownService()) as url:
        asked = ask(url, suite, folder, plan)
    assert sum("chat" in item.records for item in asked) == 6
    assert sum("search" in item.records for item in asked) == 24
    scores = score(folder.manifest, asked, folder.passages)
    for system in ("service", "bm25", "abstain"):
        assert len(scores.select("right_in_any_language", system=system)) == 6


def test_progress_tells_how_much_is_done(small: Suite, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    async def asking(url: str) -> None:
        def progress(done: int, total: int, record: Record | None) -> None:
            told.append((done, total))

        async with ServiceClient(url, None) as client:
            plan = plan_of(small, ["chat"])
            await run(client, RunFolder(tmp_path), plan, [small], progress)

    with serving(KnownService()) as url:
        asyncio.run(asking(url))
    assert told == [(i, 6) for i in range(7)]


def test_questions_are_kept_to_the_collections_of_their_language(small: Suite) -> None:
    service = KnownService()

    async def asking(url: str) -> None:
        async with ServiceClient(url, None, collections="rules-{language}") as client:
            case = small.cases[0]
            assert (case.language, case.target) == ("ar", "ar")
            for step in ("search", "pool", "chat"):
                await client.ask(case, step)

    with serving(service) as url:
        asyncio.run(asking(url))
    search, pool, chat = service.requests
    assert (search["language"], search["collections"]) == ("ar", ["rules-ar"])
    assert "language" not in pool
    assert "collections" not in pool
    assert chat["collections"] == ["rules-ar"]
