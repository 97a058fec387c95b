"""The real llama.cpp server held to a script by a grammar."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from llama_index.core.llms import ChatMessage

from assistant.answering.grammar import grammar
from assistant.language import Language, script_shares
from assistant.models.generator import CutOffError, Generator
from assistant.settings import Settings

pytestmark = [pytest.mark.models, pytest.mark.generation]

DEMAND = "Write the name of the capital of China, in Chinese characters, ten times."


@pytest.fixture(scope="module")
def llama() -> Iterator[Generator]:
    generator = Generator(Settings(generator_slots=1, generator_context=512, _env_file=None))
    generator.start()
    yield generator
    generator.stop()


async def written(generator: Generator, rules: str | None) -> str:
    text = ""
    demand = [ChatMessage(role="user", content=DEMAND)]
    with suppress(CutOffError):
        async for piece in generator.stream(demand, 24, grammar=rules):
            text += piece
    return text


@pytest.mark.parametrize(("language", "script"), [("ko", "Hangul"), ("ar", "Arabic")])
def test_another_script_cannot_be_generated(
    llama: Generator, language: Language, script: str
) -> None:
    free = asyncio.run(written(llama, None))
    assert script_shares(free)["Han"] > 0, "the demand tempts the model"
    held = script_shares(asyncio.run(written(llama, grammar(language))))
    assert {name for name, share in held.items() if share} <= {script, "Latin"}
    assert held[script] > 0
