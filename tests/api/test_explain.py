"""Explanations: every decision for administrators, and no rejected sentence for anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from api_library import ANSWER, QUESTION, Keys, Library
from fastapi.testclient import TestClient
from scripted_generator import ScriptedGenerator
from typer.testing import CliRunner

from assistant.api.schemas.chat_schemas import ChatResponse
from assistant.api.schemas.trace_schemas import Trace
from assistant.api.service import Service
from assistant.commands.app import app
from assistant.settings import get_settings

INVENTED = "The fee is 77,177 dollars. [1]"
CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": QUESTION}], "explain": True}


def test_an_administrator_sees_every_decision(
    api: TestClient, key: Keys, generator: ScriptedGenerator
) -> None:
    generator.answer = f"{ANSWER} {INVENTED}"
    reply = ChatResponse.model_validate(
        api.post("/v1/chat", json=CHAT, headers=key("admin")).json()
    )
    assert "77,177" not in reply.answer
    trace = reply.trace
    assert trace is not None
    assert [sentence.check for sentence in trace.sentences] == [None, "invented_quantity"]
    assert "77,177" in str(trace.sentences[1].reason)
    (search,) = trace.searches
    assert (search.question, search.origin) == (QUESTION, "asked")
    assert "exchange.md" in [hit.source for hit in search.hits]
    assert search.decision.passed
    cited = {item.number for item in reply.citations}
    assert cited <= {item.number for item in trace.evidence}
    assert (trace.tokens.prompt, trace.tokens.cached_prompt, trace.tokens.completion) == (
        40,
        16,
        12,
    )
    assert reply.usage.prompt_tokens_details.cached_tokens == 16
    assert list(trace.ended_ms)[-1] == "total"


def test_a_key_for_chats_is_refused(api: TestClient, key: Keys) -> None:
    chat = key("chat")
    response = api.post("/v1/chat", json=CHAT, headers=chat)
    assert response.status_code == 403
    assert "admin" in response.json()["detail"]
    unexplained = {**CHAT, "explain": False}
    assert api.post("/v1/chat", json=unexplained, headers=chat).json()["trace"] is None


def test_a_service_without_keys_explains_itself_to_its_own_machine(api: TestClient) -> None:
    assert api.post("/v1/chat", json=CHAT).json()["trace"]["language"] == "en"


def test_a_stream_has_the_trace_in_its_last_event_only(
    api: TestClient, generator: ScriptedGenerator
) -> None:
    generator.answer = f"{ANSWER} {INVENTED}"
    with api.stream("POST", "/v1/chat", json={**CHAT, "stream": True}) as response:
        data = [line for line in response.iter_lines() if line.startswith("data: ")]
    assert ["77,177" in line for line in data] == [False, False, True]
    assert json.loads(data[-1].removeprefix("data: "))["trace"]["sentences"]


def test_rejected_sentences_are_not_stored(api: TestClient, generator: ScriptedGenerator) -> None:
    generator.answer = f"{ANSWER} {INVENTED}"
    conversation = api.post("/v1/chat", json=CHAT).json()["conversation_id"]
    stored = api.get(f"/v1/conversations/{conversation}").json()
    assert "900 dollars" in stored["turns"][0]["reply"]["answer"]
    assert stored["turns"][0]["reply"]["trace"] is None
    assert "77,177" not in str(stored)


def test_the_command_prints_what_was_decided(
    library: Library,
    live: Callable[[Service], str],
    generator: ScriptedGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator.answer = f"{ANSWER} {INVENTED}"
    monkeypatch.setenv("TRILOGUE_API_URL", live(library.service))
    get_settings.cache_clear()
    try:
        run = CliRunner().invoke(app, ["ask", QUESTION, "--explain"])
        plain = CliRunner().invoke(app, ["ask", QUESTION])
    finally:
        get_settings.cache_clear()
    assert run.exit_code == 0, run.output
    for told in (
        "as it was asked",
        "answerable",
        "Exchange",
        "invented_quantity",
        INVENTED,
        "16 of them",
    ):
        assert told in run.output
    assert "77,177" not in plain.output


def test_the_example_of_the_description_is_a_trace() -> None:
    (example,) = Trace.model_config["json_schema_extra"]["examples"]  # type: ignore[index,call-overload]
    shown, refused = Trace.model_validate(example).sentences
    assert shown.check is None
    assert refused.check == "invented_quantity"
