"""The generator: any OpenAI-compatible chat server, through llama-index."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import openai
import regex
from llama_index.core.llms import ChatResponse
from llama_index.llms.openai_like import OpenAILike
from openai.types.chat.chat_completion_token_logprob import ChatCompletionTokenLogprob

from assistant.errors import UnavailableError
from assistant.language import estimate_tokens
from assistant.models.catalogue import catalogue
from assistant.models.llama_server import LlamaServer
from assistant.models.piece import Piece
from assistant.models.session import CutOffError, Prompt, SamplingOptions, TokenUsage
from assistant.models.weights import generator_adapter, generator_file
from assistant.settings import Settings
from assistant.spans import spanned

#: How many tokens that might stand in a token's place the llama.cpp child tells.
_ALTERNATIVES = 5
#: What a model thinks aloud is not held to the evidence, and would use up the answer's tokens.
#: Chat templates that know no thinking take no notice.
_NO_THINKING = {"enable_thinking": False}
_DIGIT = regex.compile(r"^\W*\p{Nd}")


@dataclass
class _Tokens:
    """Tokens of one attempt. Servers that tell the counts only at the end leave those of an
    attempt that was stopped to be counted here: one token a piece, and an estimated prompt."""

    prompt: int
    completion: int = 0
    cached: int = 0

    def read(self, chunk: ChatResponse) -> None:
        """Take the counts from a chunk."""
        timings = getattr(chunk.raw, "timings", None)  # llama.cpp's, with every chunk
        usage = getattr(chunk.raw, "usage", None)
        details = getattr(usage, "prompt_tokens_details", None)  # vLLM's and OpenAI's
        if timings:
            self.cached = timings.get("cache_n", 0)
        elif details:
            self.cached = details.cached_tokens or 0
        if usage:
            self.prompt, self.completion = usage.prompt_tokens, usage.completion_tokens
        elif timings:
            self.prompt = timings["prompt_n"] + timings.get("cache_n", 0)
            self.completion = timings["predicted_n"]
        elif chunk.delta:
            self.completion += 1


def generator_name(settings: Settings) -> str:
    """What the generator is called, in replies and by what is fitted for it."""
    name = settings.generator
    own = settings.generator_model or (name if name in catalogue() else Path(name).stem)
    adapter = generator_adapter(settings)
    return f"{own}+{adapter.stem}" if adapter else own


class Generator:
    """Streams chat completions from an OpenAI-compatible server.

    Without ``generator_url`` in the settings it starts a llama.cpp server of its own. No more
    requests than there are slots are under way; the others wait in the order of their arrival.

    Args:
        settings: Which server and which model.

    Example:
        >>> generator = Generator(settings)
        >>> generator.start()
        >>> session = GenerationSession(generator)
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.generator_slots)
        self._server = None if settings.generator_url else _llama_server(settings)
        self._clients: tuple[OpenAILike, openai.AsyncOpenAI] | None = None

    @property
    def model(self) -> str:
        """Name of the model, as replies report it."""
        return generator_name(self._settings)

    def start(self) -> None:
        """Start the llama.cpp child, where it is ours to start.

        Raises:
            UnavailableError: The child does not come up.
        """
        if self._server:
            self._server.start()

    def stop(self) -> None:
        """End the llama.cpp child."""
        if self._server:
            self._server.stop()

    async def ready(self) -> bool:
        """Whether the server answers."""
        try:
            _, server = self._connect()
            await server.models.list(timeout=5)
        except (UnavailableError, openai.OpenAIError):
            return False
        return True

    async def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        """See `TextGenerator.stream`. The llama.cpp child tells how probable the pieces were;
        other servers are not asked, since some refuse the question."""
        began = time.monotonic()
        async with self._slots:
            usage.waited += time.monotonic() - began
            request = self._generate(prompt, options, usage)
            async with aclosing(spanned("completion", request, expected=(CutOffError,))) as pieces:
                async for piece in pieces:
                    yield piece

    async def _generate(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        """One request to the server."""
        client, _ = self._connect()
        fields = {"stream_options": {"include_usage": True}} | options.fields()
        if self._server:
            told: dict[str, Any] = {
                "timings_per_token": True, "logprobs": True, "top_logprobs": _ALTERNATIVES,
                "chat_template_kwargs": _NO_THINKING,
            }  # fmt: skip  # nosec B105
            fields["extra_body"] = told | ({"grammar": prompt.grammar} if prompt.grammar else {})
        messages = list(prompt.messages)
        tokens = _Tokens(sum(estimate_tokens(message.content or "") for message in messages))
        cut_off = False
        logprobs: list[float] = []
        try:
            stream = await client.astream_chat(messages, max_tokens=prompt.max_tokens, **fields)
            async with aclosing(cast(AsyncGenerator[ChatResponse, None], stream)) as chunks:
                async for chunk in chunks:
                    tokens.read(chunk)
                    logprobs += _logprobs(chunk)
                    if chunk.delta:  # none while a character is not complete
                        yield Piece(chunk.delta, sum(logprobs) if logprobs else None)
                        logprobs = []
                    cut_off = cut_off or _finish_reason(chunk) == "length"
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise UnavailableError(
                f"The generator at {client.api_base} does not answer: {error}",
                "Check that the server runs and that TRILOGUE_GENERATOR_URL is right.",
            ) from error
        finally:
            if tokens.completion:
                usage.prompt_tokens += tokens.prompt
                usage.completion_tokens += tokens.completion
                usage.cached_prompt_tokens += tokens.cached
        if cut_off:
            raise CutOffError

    def _connect(self) -> tuple[OpenAILike, openai.AsyncOpenAI]:
        """The client for where the server is now, and what it asks with: a restarted child has
        another port."""
        settings = self._settings
        if self._server:
            if not self._server.listening:
                raise UnavailableError(
                    "The generator is restarting.", "Try again in a few seconds."
                )
            base, key = self._server.base_url, self._server.api_key
        else:
            base = cast(str, settings.generator_url).rstrip("/")
            key = (
                settings.generator_api_key.get_secret_value() if settings.generator_api_key else "-"
            )
        if self._clients is None or self._clients[0].api_base != base:
            server = openai.AsyncOpenAI(
                base_url=base, api_key=key, timeout=settings.generator_timeout, max_retries=0
            )
            client = OpenAILike(
                model=self.model,
                api_base=base,
                api_key=key,
                async_openai_client=server,
                is_chat_model=True,
                context_window=settings.generator_context,
                temperature=0.0,
                timeout=settings.generator_timeout,
                max_retries=0,
            )
            self._clients = client, server
        return self._clients


def _finish_reason(chunk: ChatResponse) -> str | None:
    choices = getattr(chunk.raw, "choices", None)
    return choices[0].finish_reason if choices else None


def _logprobs(chunk: ChatResponse) -> list[float]:
    """Of its tokens, see `Piece.logprob`; none where the server does not tell."""
    choices = getattr(chunk.raw, "choices", None)
    told = choices[0].logprobs if choices else None
    return [_among_its_kind(token) for token in told.content or ()] if told else []


def _among_its_kind(token: ChatCompletionTokenLogprob) -> float:
    if not _DIGIT.search(token.token):
        return token.logprob
    others = [
        math.exp(other.logprob)
        for other in token.top_logprobs
        if _DIGIT.search(other.token) and other.token != token.token
    ]
    return token.logprob - math.log(math.exp(token.logprob) + sum(others))


def _llama_server(settings: Settings) -> LlamaServer:
    return LlamaServer(
        generator_file(settings),
        settings.generator_context,
        settings.generator_slots,
        generator_adapter(settings),
    )
