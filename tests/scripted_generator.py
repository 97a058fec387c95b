"""A generator that says what a test has written down."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from llama_index.core.llms import ChatMessage

from assistant.models import metering


class ScriptedGenerator:
    """Stands in for `Generator`: says what the test wrote down, piece by piece."""

    model = "scripted"

    def __init__(self) -> None:
        self.answer: str | Exception = ""
        self.prompts: list[Sequence[ChatMessage]] = []
        self.wishes: list[metering.Wishes] = []
        self.closed_early = False

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
        run.completion_tokens += 12
        if isinstance(self.answer, Exception):
            raise self.answer
        try:
            for i in range(0, len(self.answer), 3):
                yield self.answer[i : i + 3]
        except GeneratorExit:
            self.closed_early = True
            raise
