"""What a question costs beside the models: it is checked, its language told, and cut into terms,
once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from api_library import ANSWER, QUESTION
from fastapi.testclient import TestClient
from kiwipiepy import Kiwi

from assistant.answering.pipeline import Assistant

#: Names an article, so that the titles of what is found are compared with it.
NAMED = "What does Article 1 of Exchange say about the stipend?"


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[str]]:
    """Keeps the texts that a function is called with."""

    def watch(owner: Any, name: str) -> list[str]:
        function, seen = getattr(owner, name), list[str]()

        def watched(*args: Any, **named: Any) -> Any:
            seen.extend(arg for arg in args if isinstance(arg, str))
            return function(*args, **named)

        monkeypatch.setattr(owner, name, watched)
        return seen

    return watch


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("language", ["auto", "ko"])
def test_a_question_is_checked_and_its_language_told_once(
    api: TestClient, count: Callable[[Any, str], list[str]], stream: bool, language: str
) -> None:
    checked = count(Assistant, "check")
    told = count(importlib.import_module("assistant.language.detect"), "script_shares")
    body = {
        "messages": [
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": ANSWER},
            {"role": "user", "content": NAMED},
        ],
        "language": language,
        "stream": stream,
    }
    assert api.post("/v1/chat", json=body).status_code == 200
    assert checked == [NAMED]
    assert told.count(NAMED) == 1


def test_a_search_is_checked_and_its_language_told_once(
    api: TestClient, count: Callable[[Any, str], list[str]]
) -> None:
    checked = count(Assistant, "check")
    told = count(importlib.import_module("assistant.language.detect"), "script_shares")
    assert api.post("/v1/search", json={"query": NAMED}).status_code == 200
    assert (checked, told) == ([NAMED], [NAMED])


def test_a_query_is_cut_into_terms_once(
    api: TestClient, count: Callable[[Any, str], list[str]]
) -> None:
    cut = count(Kiwi, "tokenize")
    korean = "교환학생 장학금은 한 달에 얼마인가요"
    assert api.post("/v1/search", json={"query": korean}).status_code == 200
    assert cut == [korean]
    encoded = count(importlib.import_module("assistant.index.sparse"), "analyze")
    assert api.post("/v1/search", json={"query": NAMED}).status_code == 200
    assert encoded == [NAMED], "although it was searched for with its article and without"


def test_a_question_without_a_conversation_is_not_read_as_a_follow_up(
    api: TestClient, count: Callable[[Any, str], list[str]]
) -> None:
    read = count(importlib.import_module("assistant.answering.follow_ups.dependence"), "analyze")
    body = {"messages": [{"role": "user", "content": QUESTION}]}
    assert api.post("/v1/chat", json=body).status_code == 200
    assert read == []
