"""The generator: any OpenAI-compatible chat server, through llama-index."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import httpx
import openai
from llama_index.core.llms import ChatMessage, ChatResponse
from llama_index.llms.openai_like import OpenAILike

from assistant.errors import UnavailableError
from assistant.models.catalogue import catalogue
from assistant.models.llama_server import LlamaServer
from assistant.models.weights import model_folder
from assistant.settings import Settings


class CutOffError(Exception):
    """Generation reached its limit of tokens before it came to an end."""


class Generator:
    """Streams chat completions from an OpenAI-compatible server.

    Without ``generator_url`` in the settings it starts a llama.cpp server of its own.

    Example:
        >>> generator = Generator(settings)
        >>> generator.start()
        >>> async for piece in generator.stream([ChatMessage(role="user", content="Hi")]):
        ...     print(piece, end="")
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = None if settings.generator_url else _llama_server(settings)
        self._client: OpenAILike | None = None

    @property
    def model(self) -> str:
        """Name of the model, as replies report it."""
        name = self._settings.generator
        return self._settings.generator_model or (name if name in catalogue() else Path(name).stem)

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
            client = self._connect()
            await client._get_aclient().models.list(timeout=5)
        except (UnavailableError, openai.OpenAIError):
            return False
        return True

    async def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int, **options: Any
    ) -> AsyncGenerator[str, None]:
        """Pieces of the answer as they are generated; closing the iterator stops generation.

        Args:
            messages: The chat so far.
            max_tokens: Where the answer is cut off.
            options: Further fields of the request (``temperature``, ``extra_body``).

        Raises:
            CutOffError: ``max_tokens`` were reached, so the last sentence may be half a one.
            UnavailableError: The server cannot be reached, fails, or stalls.
        """
        client = self._connect()
        try:
            stream = await client.astream_chat(list(messages), max_tokens=max_tokens, **options)
            async with aclosing(cast(AsyncGenerator[ChatResponse, None], stream)) as chunks:
                async for chunk in chunks:
                    if chunk.delta:
                        yield chunk.delta
                    if _finish_reason(chunk) == "length":
                        raise CutOffError
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise UnavailableError(
                f"The generator at {client.api_base} does not answer: {error}",
                "Check that the server runs and that TRILOGUE_GENERATOR_URL is right.",
            ) from error

    def _connect(self) -> OpenAILike:
        """The client for where the server is now: a restarted child has another port."""
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
        if self._client is None or self._client.api_base != base:
            self._client = OpenAILike(
                model=self.model,
                api_base=base,
                api_key=key,
                is_chat_model=True,
                context_window=settings.generator_context,
                temperature=0.0,
                timeout=settings.generator_timeout,
                max_retries=0,
            )
        return self._client


def _finish_reason(chunk: ChatResponse) -> str | None:
    choices = getattr(chunk.raw, "choices", None)
    return choices[0].finish_reason if choices else None


def generator_file(settings: Settings) -> Path:
    """The GGUF file of the generator: of the catalogue's entry, or the file that is named."""
    entry = catalogue().get(settings.generator)
    if entry is None:
        return Path(settings.generator)
    return model_folder(settings.models_dir, entry) / next(iter(entry.files))


def _llama_server(settings: Settings) -> LlamaServer:
    return LlamaServer(
        generator_file(settings), settings.generator_context, settings.generator_slots
    )
