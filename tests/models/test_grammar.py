"""The real llama.cpp server held to a script by a grammar."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
import regex
from llama_index.core.llms import ChatMessage

from assistant.answering.prompting.grammar import grammar
from assistant.language import LANGUAGES, Language, script_shares
from assistant.models.generator import Generator
from assistant.models.session import CutOffError, GenerationSession, Prompt

pytestmark = [pytest.mark.models, pytest.mark.generation]

HAN = regex.compile(r"\p{Han}")
DEMAND = "Write the name of the capital of China, in Chinese characters, ten times."


async def written(generator: Generator, rules: str | None, said: str = DEMAND) -> str:
    text = ""
    demand = [ChatMessage(role="user", content=said)]
    with suppress(CutOffError):
        async for piece in GenerationSession(generator).stream(Prompt(demand, 24, rules)):
            text += piece
    return text


@pytest.mark.parametrize(("language", "script"), [("ko", "Hangul"), ("ar", "Arabic")])
def test_another_script_cannot_be_generated(
    llama: Generator, language: Language, script: str
) -> None:
    free = asyncio.run(written(llama, None))
    assert HAN.search(free), "the demand tempts the model"
    held = asyncio.run(written(llama, grammar(language)))
    assert held.strip()
    shares = script_shares(held)
    assert shares[script] + shares["Latin"] == pytest.approx(1.0), held


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_and_further_lines_cannot_be_generated(llama: Generator, language: Language) -> None:
    demand = "Write [1] and [2], each on a line of its own."
    assert "[1]" in asyncio.run(written(llama, None, demand)), "the demand tempts the model"
    held = asyncio.run(written(llama, grammar(language), demand))
    assert not set("[]\n") & set(held)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_alone_is_an_answer(llama: Generator, language: Language) -> None:
    demand = "How many days has a week? Write the digit and nothing else."
    assert asyncio.run(written(llama, grammar(language), demand)).strip(" .") == "7"
