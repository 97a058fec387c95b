"""A generator that is held in the middle of its work until a test lets go of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator

from scripted_generator import ScriptedGenerator

from assistant.models.piece import Piece
from assistant.models.session import Prompt, SamplingOptions, TokenUsage


class HeldGenerator(ScriptedGenerator):
    """Begins its answer and goes on when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.began = threading.Event()
        self.go_on = threading.Event()
        self.ended = threading.Event()

    async def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        self.began.set()
        try:
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
            async for piece in super().stream(prompt, options, usage):
                yield piece
        finally:
            self.ended.set()
