"""Queries of concurrent requests share a forward pass."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from api_library import Library

from assistant.models.batching import QueryBatcher
from assistant.models.embedder import QueryVectors, SentenceTransformerEmbedder, Vectors


class SlowEmbedder:
    """Embeds a text as its length, once the test lets it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.began = threading.Event()

    def __call__(self, texts: Sequence[str]) -> list[Vectors]:
        self.batches.append(list(texts))
        self.began.set()
        self.gate.wait(10)
        if "bad" in texts:
            raise ValueError("cannot embed that")
        return [np.array([len(text)], dtype=np.float32) for text in texts]


async def ask(slow: SlowEmbedder, first: str, others: Sequence[str]) -> list[object]:
    """One query, and while it is embedded the others."""
    batcher = QueryBatcher(slow)
    tasks = [asyncio.create_task(batcher.vectors(first))]
    await asyncio.to_thread(slow.began.wait, 10)
    tasks += [asyncio.create_task(batcher.vectors(text)) for text in others]
    await asyncio.sleep(0.05)
    slow.gate.set()
    return list(await asyncio.gather(*tasks, return_exceptions=True))


def test_what_waits_is_embedded_together_and_the_same_question_once() -> None:
    slow = SlowEmbedder()
    vectors = asyncio.run(ask(slow, "a", ["bb", "ccc", "bb"]))
    assert slow.batches == [["a"], ["bb", "ccc"]]
    assert [int(v[0]) for v in vectors] == [1, 2, 3, 2]  # type: ignore[index]


def test_a_failure_reaches_those_who_asked_and_no_others() -> None:
    slow = SlowEmbedder()
    good, bad = asyncio.run(ask(slow, "a", ["bad"]))
    assert int(good[0]) == 1  # type: ignore[index]
    assert isinstance(bad, ValueError)


def test_a_query_whose_caller_went_away_is_left_out() -> None:
    slow = SlowEmbedder()

    async def leave() -> None:
        batcher = QueryBatcher(slow)
        first = asyncio.create_task(batcher.vectors("a"))
        await asyncio.to_thread(slow.began.wait, 10)
        gone = asyncio.create_task(batcher.vectors("gone"))
        stays = asyncio.create_task(batcher.vectors("stays"))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.sleep(0.05)
        slow.gate.set()
        await asyncio.gather(first, stays)

    asyncio.run(leave())
    assert slow.batches[1] == ["stays"]


def test_vectors_are_those_of_queries_embedded_alone(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    texts = [f"question {i} " * (i % 5 + 1) for i in range(40)]

    async def together() -> list[QueryVectors]:
        return list(await asyncio.gather(*map(tiny_embedder.aembed_question, texts)))

    alone = [tiny_embedder.embed_questions([text])[0] for text in texts]
    for one, shared in zip(alone, asyncio.run(together()), strict=True):
        assert one.tokens.shape == shared.tokens.shape
        # Padding changes what bf16 rounds.
        assert one.dense @ shared.dense == pytest.approx(1, abs=1e-2)
        assert np.sum(one.tokens * shared.tokens, axis=1) == pytest.approx(1, abs=1e-2)


def test_concurrent_searches_are_embedded_together(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher, embedder = library.service.searcher, library.service.embedder
    batches: list[int] = []
    embed = embedder.embed_questions

    def counted(queries: Sequence[str]) -> list[QueryVectors]:
        batches.append(len(queries))
        return embed(queries)

    monkeypatch.setattr(embedder._batcher, "_embed", counted)

    async def together() -> None:
        await asyncio.gather(*(searcher.search(f"stipend {i}", 3) for i in range(20)))

    asyncio.run(together())
    assert sum(batches) == 20
    assert len(batches) < 10
