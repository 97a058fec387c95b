"""The embedded llama.cpp server, for real: started, killed, restarted, never orphaned."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import openai
import psutil
import pytest
from llama_index.core.llms import ChatMessage

from assistant.errors import UnavailableError
from assistant.models.generator import Generator, generator_name
from assistant.models.llama_server import LlamaServer
from assistant.models.session import CutOffError, GenerationSession, Prompt
from assistant.models.weights import generator_adapter
from assistant.settings import Settings

_PARENT = """
import sys, time
from assistant.models.generator import Generator
from assistant.settings import Settings
generator = Generator(Settings(_env_file=None))
generator.start()
print(generator._server.pid, flush=True)
time.sleep(600)
"""


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def running() -> Iterator[Generator]:
    generator = Generator(Settings(_env_file=None))
    generator.start()
    yield generator
    generator.stop()


async def say(generator: Generator, text: str, tokens: int = 60) -> str:
    message = ChatMessage(role="user", content=text)
    said = GenerationSession(generator).stream(Prompt([message], tokens))
    return "".join([piece async for piece in said])


async def probability(generator: Generator, forced: str) -> float:
    """How likely the model found a digit that it was made to say."""
    question = "How many days does a week have? Answer with one digit and nothing else."
    message = ChatMessage(role="user", content=question)
    prompt = Prompt([message], 4, grammar=f'root ::= "{forced}"')
    said = GenerationSession(generator).stream(prompt)
    first, *_ = [piece async for piece in said]
    assert first == forced
    assert first.logprob is not None
    return math.exp(first.logprob)


@pytest.mark.generation
def test_what_stood_before_is_drafted_and_the_words_stay_the_same(running: Generator) -> None:
    drafting = running._server
    assert drafting
    plain = LlamaServer(drafting._model, 2048, 1, speculation=None)
    plain.start()
    try:
        without, none = repeated(plain)
    finally:
        plain.stop()
    said, drafted = repeated(drafting)
    assert said == without
    assert not none
    assert drafted > 10, "most of a sentence that is copied"


def repeated(server: LlamaServer) -> tuple[str, int]:
    """What the server says when it is to repeat a sentence, and how many drafted tokens it kept."""
    sentence = "Exchange students need a grade point average of 3.0 out of 4.3 and a letter."
    client = openai.OpenAI(base_url=server.base_url, api_key=server.api_key)
    reply = client.chat.completions.create(
        model="local",
        messages=[{"role": "user", "content": f"Repeat this word for word: {sentence}"}],
        temperature=0,
        max_tokens=40,
    )
    timings = cast(Any, reply).timings
    return reply.choices[0].message.content or "", timings.get("draft_n_accepted", 0)


@pytest.mark.generation
def test_it_generates_tells_how_sure_it_is_and_comes_back_after_a_kill(running: Generator) -> None:
    server = running._server
    assert server

    async def kill_and_ask_again() -> None:
        assert await running.ready()
        assert await say(running, "Say hello.")
        with pytest.raises(CutOffError):
            await say(running, "Count from one to fifty.", tokens=5)
        first = server.pid
        assert first
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: server.pid not in (None, first), 20)
        assert wait_for(server.healthy, 20)
        assert await say(running, "Say hello.")
        assert await probability(running, "7") > 0.5
        assert await probability(running, "3") < 0.5

    asyncio.run(kill_and_ask_again())


@pytest.mark.generation
def test_it_refuses_requests_without_its_key(running: Generator) -> None:
    assert running._server
    url = f"{running._server.base_url}/chat/completions"
    body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
    assert httpx.post(url, json=body, timeout=60).status_code == 401


@pytest.mark.generation
def test_it_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
    finally:
        parent.kill()
        parent.wait()
    assert wait_for(lambda: not psutil.pid_exists(child), 10)


def test_a_missing_file_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="trilogue models pull"):
        LlamaServer(tmp_path / "none.gguf", 1024, 1).start()


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"this is no model")
    server = LlamaServer(wrong, 1024, 1)
    with pytest.raises(UnavailableError, match=r"could not load wrong\.gguf"):
        server.start()
    assert server.pid is None


def test_an_adapter_that_is_missing_or_is_none_is_named(tmp_path: Path) -> None:
    settings = Settings(_env_file=None)
    missing = Settings(generator_adapter=str(tmp_path / "gone.gguf"), _env_file=None)
    assert generator_name(missing) == f"{settings.generator}+gone"
    with pytest.raises(UnavailableError, match="TRILOGUE_GENERATOR_ADAPTER"):
        Generator(missing).start()
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"this is no adapter")
    generator = Generator(Settings(generator_adapter=str(wrong), _env_file=None))
    with pytest.raises(UnavailableError, match=r"instruct\S* with wrong\.gguf"):
        generator.start()


def test_an_adapter_is_not_looked_for_where_it_is_refused_or_another_server_generates() -> None:
    refused = Settings(generator_adapter="none", _env_file=None)
    elsewhere = Settings(generator_url="http://127.0.0.1:9/v1", _env_file=None)
    assert generator_adapter(refused) is None
    assert generator_adapter(elsewhere) is None
    assert generator_name(refused) == refused.generator


def test_a_server_that_breaks_off_is_an_error_with_a_remedy() -> None:
    """The head of a stream and one piece, and then the connection is gone."""
    delta = '{"index":0,"delta":{"content":"Hi"},"finish_reason":null}'
    chunk = (
        f'{{"id":"x","object":"chat.completion.chunk","created":0,"model":"m","choices":[{delta}]}}'
    )
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    data = f"data: {chunk}\n\n"
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(f"{head}{len(data):x}\r\n{data}\r\n".encode())

    threading.Thread(target=serve, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    generator = Generator(Settings(generator_url=url, _env_file=None))
    with listener, pytest.raises(UnavailableError, match="does not answer"):
        asyncio.run(say(generator, "hello"))


def test_an_unreachable_server_is_named_with_the_setting() -> None:
    generator = Generator(Settings(generator_url="http://127.0.0.1:9/v1", _env_file=None))
    generator.start()
    assert asyncio.run(generator.ready()) is False
    with pytest.raises(UnavailableError, match="TRILOGUE_GENERATOR_URL"):
        asyncio.run(say(generator, "hello"))
    generator.stop()
