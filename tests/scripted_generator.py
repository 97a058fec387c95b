"""A generator that says what a test has written down."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from llama_index.core.llms import ChatMessage

from assistant.models.piece import Piece
from assistant.models.session import Prompt, SamplingOptions, TokenUsage


class ScriptedGenerator:
    """Stands in for `Generator`: says what the test wrote down, piece by piece.

    Attributes:
        answer: What it answers; an exception is raised instead.
        script: What it answers first, one text for each time that it is asked.
        prompts: What it was asked.
        options: With which options.
    """

    model = "scripted"

    def __init__(self) -> None:
        self.answer: str | Exception = ""
        self.script: list[str | Exception] = []
        self.prompts: list[Sequence[ChatMessage]] = []
        self.options: list[SamplingOptions] = []

    async def ready(self) -> bool:
        return not isinstance(self.answer, Exception)

    def stop(self) -> None: ...

    async def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        self.prompts.append(prompt.messages)
        self.options.append(options)
        usage.prompt_tokens += 40
        usage.cached_prompt_tokens += 16
        usage.completion_tokens += 12
        answer = self.script.pop(0) if self.script else self.answer
        if isinstance(answer, Exception):
            raise answer
        for i in range(0, len(answer), 3):
            yield Piece(answer[i : i + 3])
