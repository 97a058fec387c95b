"""``POST /v1/embeddings``: the embedder, in OpenAI's format."""

from __future__ import annotations

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from fastapi import APIRouter, Request

from assistant.api.dependencies import ChatCaller, SearchPlace, ServiceDep
from assistant.api.middleware.connection import while_connected
from assistant.api.schemas.openai_schemas import (
    Embedding,
    EmbeddingRequest,
    EmbeddingResponse,
    EmbeddingUsage,
)
from assistant.errors import DeadlineError, InvalidInputError
from assistant.models.embedder import Embedder, Vectors

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

#: Who waits for the embedder takes no thread from those that do everything else.
_THREADS = ThreadPoolExecutor(8, "embeddings")


@router.post("/embeddings", dependencies=[SearchPlace])
async def embeddings(
    body: EmbeddingRequest, request: Request, service: ServiceDep, caller: ChatCaller
) -> EmbeddingResponse:
    """Unit vectors of texts, by the embedder of the index."""
    embedder = service.embedder
    _check(body, embedder)
    texts = [body.input] if isinstance(body.input, str) else body.input
    work = asyncio.get_running_loop().run_in_executor(
        _THREADS, _embed, embedder, texts, body.input_type == "query"
    )
    try:
        async with asyncio.timeout(service.settings.request_seconds):
            vectors, tokens = await while_connected(request, work)
    except TimeoutError as error:
        raise DeadlineError("Embedding took too long.", "Send fewer texts at once.") from error
    return EmbeddingResponse(
        data=[
            Embedding(index=i, embedding=_encoded(vector, body.encoding_format == "base64"))
            for i, vector in enumerate(vectors)
        ],
        model=embedder.model_name,
        usage=EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens),
    )


def _check(body: EmbeddingRequest, embedder: Embedder) -> None:
    if body.model != embedder.model_name:
        raise InvalidInputError(
            f"There is no embedding model {body.model!r}.", f"Ask for {embedder.model_name!r}."
        )
    if body.dimensions not in (None, embedder.dimensions):
        raise InvalidInputError(
            f"dimensions is {body.dimensions}; the embedder gives {embedder.dimensions}.",
            "Leave it out.",
        )


def _embed(embedder: Embedder, texts: list[str], queries: bool) -> tuple[Vectors, int]:
    if queries:
        inputs = [embedder.query_input(text) for text in texts]
        return embedder.embed_queries(texts), embedder.count_tokens(inputs)
    inputs = [embedder.passage_input("", text) for text in texts]
    return embedder.embed_sentences(texts), embedder.count_tokens(inputs)


def _encoded(vector: Vectors, as_base64: bool) -> list[float] | str:
    if as_base64:
        return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode("ascii")
    return [float(value) for value in vector]
