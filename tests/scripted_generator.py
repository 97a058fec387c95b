"""A generator that says what a test has written down."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from llama_index.core.llms import ChatMessage

from assistant.models import metering


class ScriptedGenerator:
    """Stands in for `Generator`: says what the test wrote down, piece by piece.

    Attributes:
        answer: What it answers; an exception is raised instead.
        script: What it answers first, one text for each time that it is asked.
        prompts: What it was asked.
    """

    model = "scripted"

    def __init__(self) -> None:
        self.answer: str | Exception = ""
        self.script: list[str | Exception] = []
        self.prompts: list[Sequence[ChatMessage]] = []
        self.wishes: list[metering.Wishes] = []

    async def ready(self) -> bool:
        return not isinstance(self.answer, Exception)

    def stop(self) -> None: ...

    async def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int, **options: Any
    ) -> AsyncGenerator[str, None]:
        self.prompts.append(messages)
        run = metering.current()
        self.wishes.append(run.wishes)
        run.prompt_tokens += 40
        run.cached_prompt_tokens += 16
        run.completion_tokens += 12
        answer = self.script.pop(0) if self.script else self.answer
        if isinstance(answer, Exception):
            raise answer
        for i in range(0, len(answer), 3):
            yield answer[i : i + 3]
