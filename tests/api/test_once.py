"""What a question costs beside the models: it is checked, and its language told, once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from api_library import ANSWER, QUESTION
from fastapi.testclient import TestClient

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
