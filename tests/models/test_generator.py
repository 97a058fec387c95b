"""The generator in front of an OpenAI-compatible server: usage, slots, cache, cancellation."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from live import listening
from llama_index.core.llms import ChatMessage

from assistant.models.answer_cache import AnswerCache
from assistant.models.generator import Generator
from assistant.models.llama_server import LlamaServer
from assistant.models.piece import Piece
from assistant.models.session import (
    CutOffError,
    GenerationSession,
    Prompt,
    SamplingOptions,
    TokenUsage,
)
from assistant.settings import Settings
from assistant.storage.answers import AnswerStore, forget_answers
from assistant.storage.database import Database


class FakeServer:
    """Streams words, slowly where a test says so, and notes what it was asked."""

    def __init__(self) -> None:
        self.words = ["It ", "is ", "900."]
        self.logprobs = [0.0, 0.0, 0.0]
        self.alternatives: dict[str, float] = {}
        self.pause = 0.0
        self.finish = "stop"
        self.usage_details: dict[str, Any] = {}
        self.last: dict[str, Any] = {}
        self.requests: list[dict[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self.abandoned = threading.Event()

    async def completions(self, request: Request) -> StreamingResponse:
        self.requests.append(await request.json())
        return StreamingResponse(self._chunks(), media_type="text/event-stream")

    async def _chunks(self) -> AsyncGenerator[str, None]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            for word, logprob in zip_longest(self.words, self.logprobs, fillvalue=0.0):
                top = [
                    {"token": other, "logprob": math.log(p), "bytes": []}
                    for other, p in self.alternatives.items()
                ]
                token = {"token": word, "logprob": logprob, "bytes": [], "top_logprobs": top}
                logprobs = {"content": [token]}
                choice = {"index": 0, "delta": {"content": word}, "logprobs": logprobs}
                yield _sse(choices=[choice])
                await asyncio.sleep(self.pause)
            yield _sse(choices=[{"index": 0, "delta": {}, "finish_reason": self.finish}])
            usage = {"prompt_tokens": 21, "completion_tokens": 5, "total_tokens": 26}
            usage |= self.usage_details
            yield _sse(choices=[], usage=usage, **self.last)
            yield "data: [DONE]\n\n"
        except BaseException:
            self.abandoned.set()
            raise
        finally:
            self.at_once -= 1


def _sse(**fields: Any) -> str:
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", **fields}
    return f"data: {json.dumps(chunk)}\n\n"


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def make(server: FakeServer) -> Iterator[Callable[..., Generator]]:
    app = FastAPI()
    app.post("/v1/chat/completions", response_model=None)(server.completions)
    with listening(app) as (url, _):

        def make(**settings: Any) -> Generator:
            return Generator(
                Settings(generator_url=f"{url}/v1", generator_model="m", _env_file=None, **settings)
            )

        yield make


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database on SQLite; `tests/storage/test_answers.py` has what is PostgreSQL's."""
    database = Database(f"sqlite:///{tmp_path / 'answers.db'}")
    yield database
    database.close()


def store_of(database: Database, size: int = 10) -> AnswerStore:
    """A cache of answers."""
    return AnswerStore(database, size, 60)


def change(database: Database, document_id: str) -> None:
    """A document changes."""
    with database.session() as session:
        forget_answers(session, [document_id], database.moment(session))


PROMPT = Prompt([ChatMessage(role="user", content="How much?")], 50)


async def say(
    generator: Generator,
    options: SamplingOptions | None = None,
    answers: AnswerCache | None = None,
    documents: Sequence[str] = (),
) -> tuple[str, TokenUsage]:
    session = GenerationSession(generator, options, answers)
    await session.add_documents(documents)
    return "".join([piece async for piece in session.stream(PROMPT)]), session.usage


def test_usage_is_what_the_server_counted(make: Callable[..., Generator]) -> None:
    text, run = asyncio.run(say(make()))
    assert text == "It is 900."
    assert (run.prompt_tokens, run.completion_tokens) == (21, 5)


@pytest.mark.parametrize("told_by", ["llama.cpp", "vLLM"])
def test_tokens_from_the_servers_prompt_cache_are_counted(
    make: Callable[..., Generator], server: FakeServer, told_by: str
) -> None:
    if told_by == "vLLM":
        server.usage_details = {"prompt_tokens_details": {"cached_tokens": 16}}
    else:
        server.last = {"timings": {"cache_n": 16, "prompt_n": 5, "predicted_n": 5}}
    _, run = asyncio.run(say(make()))
    assert (run.prompt_tokens, run.cached_prompt_tokens) == (21, 16)


def test_a_callers_options_reach_the_server(
    make: Callable[..., Generator], server: FakeServer
) -> None:
    asyncio.run(say(make(), SamplingOptions(temperature=0.7, seed=3, max_tokens=9)))
    (asked,) = server.requests
    assert (asked["temperature"], asked["seed"], asked["max_tokens"]) == (0.7, 3, 9)


def test_the_child_is_asked_not_to_think_aloud(
    make: Callable[..., Generator], server: FakeServer
) -> None:
    generator = make()
    asyncio.run(say(generator))
    base_url = generator._connect()[0].api_base
    child = SimpleNamespace(listening=True, base_url=base_url, api_key="-")
    generator._server = cast(LlamaServer, child)
    asyncio.run(say(generator))
    foreign, own = server.requests
    assert own["chat_template_kwargs"] == {"enable_thinking": False}
    assert "chat_template_kwargs" not in foreign, "some servers refuse what they do not know"


def test_closing_the_iterator_ends_the_servers_work(
    make: Callable[..., Generator], server: FakeServer
) -> None:
    server.words, server.pause = ["word "] * 1000, 0.01

    async def leave() -> TokenUsage:
        session = GenerationSession(make())
        async with aclosing(session.stream(PROMPT)) as pieces:
            await anext(pieces)
            await anext(pieces)
        return session.usage

    run = asyncio.run(leave())
    assert server.abandoned.wait(10)
    # Without the server's own count: one token a piece.
    assert run.completion_tokens == 2
    assert run.prompt_tokens > 0


def test_no_more_requests_than_slots_are_under_way(
    make: Callable[..., Generator], server: FakeServer
) -> None:
    server.pause = 0.02
    generator = make(generator_slots=2)

    async def everybody() -> list[tuple[str, Any]]:
        return await asyncio.gather(*(asyncio.create_task(say(generator)) for _ in range(6)))

    replies = asyncio.run(everybody())
    assert {text for text, _ in replies} == {"It is 900."}
    assert server.most_at_once == 2
    assert sum(run.waited > 0.01 for _, run in replies) >= 4


def test_the_same_prompt_is_answered_from_the_cache(
    make: Callable[..., Generator], server: FakeServer, database: Database
) -> None:
    answers = store_of(database)
    generator = make()
    first, told = asyncio.run(say(generator, answers=answers))
    again, run = asyncio.run(say(generator, answers=answers))
    assert first == again
    assert len(server.requests) == 1
    assert (told.from_cache, told.not_in_cache) == (0, 1)
    assert (run.from_cache, run.prompt_tokens, run.completion_tokens) == (1, 0, 0)
    asyncio.run(say(generator, SamplingOptions(max_tokens=9), answers))
    assert len(server.requests) == 2, "another limit makes another answer"
    for _ in range(2):
        asyncio.run(say(generator, SamplingOptions(temperature=0.7), answers))
    assert len(server.requests) == 4, "what is sampled is not kept"


def test_what_comes_from_the_cache_is_as_probable_as_it_was(
    make: Callable[..., Generator], server: FakeServer, database: Database
) -> None:
    server.logprobs = [-0.5, -0.1, 0.0]
    generator, answers = make(), store_of(database)

    async def pieces() -> list[Piece]:
        session = GenerationSession(generator, answers=answers)
        return [piece async for piece in session.stream(PROMPT)]

    for _ in range(2):
        assert [piece.logprob for piece in asyncio.run(pieces())] == server.logprobs
    assert len(server.requests) == 1


def test_a_number_is_compared_with_numbers_and_not_with_words(
    make: Callable[..., Generator], server: FakeServer
) -> None:
    server.words, server.logprobs = ["9", " days"], [math.log(0.2), math.log(0.5)]
    server.alternatives = {" 7": 0.2, "The": 0.5}

    async def pieces() -> list[Piece]:
        return [piece async for piece in GenerationSession(make()).stream(PROMPT)]

    number, word = asyncio.run(pieces())
    assert math.exp(number.logprob) == pytest.approx(0.5)
    assert math.exp(word.logprob) == pytest.approx(0.5)


def test_a_text_that_was_cut_off_is_cut_off_from_the_cache_too(
    make: Callable[..., Generator], server: FakeServer, database: Database
) -> None:
    server.finish = "length"
    generator, answers = make(), store_of(database)
    for _ in range(2):
        with pytest.raises(CutOffError):
            asyncio.run(say(generator, answers=answers))
    assert len(server.requests) == 1


def test_a_text_that_was_abandoned_is_not_kept(
    make: Callable[..., Generator], server: FakeServer, database: Database
) -> None:
    answers = store_of(database)

    async def leave() -> None:
        session = GenerationSession(make(), answers=answers)
        async with aclosing(session.stream(PROMPT)) as pieces:
            await anext(pieces)

    asyncio.run(leave())
    assert len(answers) == 0


def test_a_document_that_changes_takes_its_answers_along(
    make: Callable[..., Generator], server: FakeServer, database: Database
) -> None:
    answers = store_of(database)
    generator = make()
    asyncio.run(say(generator, answers=answers, documents=["document-1", "document-2"]))
    change(database, "document-3")
    assert len(answers) == 1
    change(database, "document-2")
    assert len(answers) == 0
    asyncio.run(say(generator, answers=answers, documents=["document-1"]))
    assert len(server.requests) == 2


def test_a_text_goes_with_a_document_that_it_led_to(
    make: Callable[..., Generator], database: Database
) -> None:
    answers = store_of(database)

    async def ask() -> None:
        session = GenerationSession(make(), answers=answers)
        async for _ in session.stream(PROMPT):
            pass
        await session.add_documents(["document-1"])

    asyncio.run(ask())
    assert len(answers) == 1
    change(database, "document-1")
    assert len(answers) == 0


def test_a_text_whose_document_goes_while_it_is_written_is_not_kept(
    make: Callable[..., Generator], database: Database
) -> None:
    answers = store_of(database)

    async def ask() -> None:
        session = GenerationSession(make(), answers=answers)
        await session.add_documents(["document-1"])
        async with aclosing(session.stream(PROMPT)) as pieces:
            await anext(pieces)
            change(database, "document-1")
            async for _ in pieces:
                pass

    asyncio.run(ask())
    assert len(answers) == 0
    asyncio.run(say(make(), answers=answers, documents=["document-1"]))
    assert len(answers) == 1, "it may have come back"


def test_a_cache_of_no_size_keeps_nothing(
    make: Callable[..., Generator], database: Database
) -> None:
    answers = store_of(database, 0)
    asyncio.run(say(make(), answers=answers))
    assert len(answers) == 0
