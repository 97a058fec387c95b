"""What the generator does for one question: made for it, and passed down."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from llama_index.core.llms import ChatMessage

from assistant.models.answer_cache import AnswerCache, CachedAnswer
from assistant.models.piece import Piece


class CutOffError(Exception):
    """Generation reached its limit of tokens before it came to an end."""


@dataclass(frozen=True)
class SamplingOptions:
    """Sampling as the caller asks for it; None leaves it to the service.

    Attributes:
        temperature: 0 for the likeliest answer, which is the default.
        top_p: Share of the probability that is sampled from.
        seed: Makes sampling repeatable where the server supports it.
        max_tokens: Where the answer is cut off, if that is before the service's own limit.
    """

    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None

    def fields(self) -> dict[str, Any]:
        """The fields of an OpenAI request, without the limit of tokens."""
        values = {"temperature": self.temperature, "top_p": self.top_p, "seed": self.seed}
        return {name: value for name, value in values.items() if value is not None}


@dataclass
class TokenUsage:
    """What the generator used, over all its texts for a question.

    Attributes:
        prompt_tokens, completion_tokens: What the server read and wrote. Nothing for a text
            from the cache.
        cached_prompt_tokens: Those of the prompt's tokens that the server's prompt cache had.
        from_cache, not_in_cache: How many texts the answer cache had, and how many it was asked
            for in vain.
        waited: Seconds that it waited for a free slot.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_prompt_tokens: int = 0
    from_cache: int = 0
    not_in_cache: int = 0
    waited: float = 0.0


@dataclass(frozen=True)
class Prompt:
    """What a text is to be generated from.

    Attributes:
        messages: The chat so far.
        max_tokens: Where the text is cut off.
        grammar: What it keeps to, in GBNF. Servers other than the llama.cpp child are not told,
            since they have notations of their own.
    """

    messages: Sequence[ChatMessage]
    max_tokens: int
    grammar: str | None = None


class TextGenerator(Protocol):
    """What generates text: `Generator`, or somebody else's."""

    @property
    def model(self) -> str:
        """Name of the model, as replies report it."""

    async def ready(self) -> bool:
        """Whether it can be asked."""

    def stop(self) -> None:
        """End what was started for it."""

    def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        """Pieces of the text as they are generated; closing the iterator stops generation.

        Args:
            prompt: What to generate from.
            options: How to sample.
            usage: Where what is used is added, however it ends.

        Raises:
            CutOffError: ``max_tokens`` were reached, so the last sentence may be half a one.
            UnavailableError: It cannot be reached, fails, or stalls.
        """


class GenerationSession:
    """The generator's work for one question: its options, what it uses, and the documents that
    its texts are made from.

    Args:
        generator: What generates.
        options: What the caller asks for.
        answers: Where texts are kept for when the same is asked again; None for nowhere.

    Attributes:
        usage: What was used so far.

    Example:
        >>> session = GenerationSession(generator)
        >>> async for piece in session.stream(Prompt(messages, max_tokens=200)):
        ...     print(piece, end="")
    """

    def __init__(
        self,
        generator: TextGenerator,
        options: SamplingOptions | None = None,
        answers: AnswerCache | None = None,
    ) -> None:
        self.usage = TokenUsage()
        self._generator = generator
        self._options = options or SamplingOptions()
        # A text that was sampled is to be sampled again when it is asked for again.
        self._answers = None if self._options.temperature else answers
        self._keys: list[str] = []
        self._documents: set[str] = set()
        self._began = datetime.now(UTC) if answers is None else answers.moment()

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._generator.model

    async def add_documents(self, document_ids: Iterable[str]) -> None:
        """What is generated from here on is made from these documents, too, and what was
        generated before has led to them: when one of them goes, all of it leaves the cache."""
        self._documents.update(document_ids)
        if self._answers is not None and self._keys:
            await asyncio.to_thread(
                self._answers.tag, tuple(self._keys), frozenset(self._documents), self._began
            )

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """See `TextGenerator.stream`; what was generated before comes from the cache."""
        limit = min(prompt.max_tokens, self._options.max_tokens or prompt.max_tokens)
        prompt = replace(prompt, max_tokens=limit)
        key = cache_key(self.model, prompt, self._options)
        self._keys.append(key)
        if self._answers is not None:
            if kept := await asyncio.to_thread(self._answers.get, key):
                self.usage.from_cache += 1
                for piece in kept.pieces:
                    yield piece
                if kept.cut_off:
                    raise CutOffError
                return
            self.usage.not_in_cache += 1
        pieces: list[Piece] = []
        cut_off = False
        try:
            async with aclosing(
                self._generator.stream(prompt, self._options, self.usage)
            ) as stream:
                async for piece in stream:
                    pieces.append(piece)
                    yield piece
        except CutOffError:
            cut_off = True
        if self._answers is not None:
            answer = CachedAnswer(tuple(pieces), cut_off)
            made_from = frozenset(self._documents)
            await asyncio.to_thread(self._answers.put, key, answer, made_from, self._began)
        if cut_off:
            raise CutOffError


def cache_key(model: str, prompt: Prompt, options: SamplingOptions) -> str:
    """Under what a text is kept: sha256 of everything that made it."""
    said = [[str(message.role.value), message.content] for message in prompt.messages]
    parts = json.dumps(
        [model, said, prompt.max_tokens, prompt.grammar, options.fields()], sort_keys=True
    )
    return hashlib.sha256(parts.encode()).hexdigest()
