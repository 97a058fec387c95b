"""Questions with passages of their own, for the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import InvalidInputError
from assistant.fitting.cache import Cache
from assistant.fitting.gate_rows import pool_rows
from assistant.fitting.pools import hits_of, load_pools
from assistant.models.embedder import SentenceTransformerEmbedder

LINE = {
    "id": "q1",
    "language": "en",
    "question": "How high is the fee?",
    "answerable": True,
    "passages": ["The fee is 30 dollars. It is due in March.", "수수료는 30달러이다.", "Nothing."],
}


def _written(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


def test_the_passages_of_a_pool_are_found_the_nearest_first(
    tmp_path: Path, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    (pool,) = load_pools(_written(tmp_path / "public.jsonl", LINE | {"docids": ["1", "2", "3"]}))
    assert (pool.source, pool.group) == ("public", "q1")
    hits = hits_of(pool, tiny_embedder, 2)
    assert len(hits) == 2
    assert hits[0].cosine >= hits[1].cosine
    assert {hit.passage.text for hit in hits} <= set(LINE["passages"])  # type: ignore[call-overload]


def test_a_question_of_a_pool_is_read_once(
    tmp_path: Path, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    pools = load_pools(_written(tmp_path / "public.jsonl", LINE | {"group": "g"}))
    cache = Cache(tmp_path / "cache.jsonl")
    (row,) = pool_rows(pools, tiny_embedder, cache)
    assert row is not None
    assert (row.source, row.group, row.answerable) == ("public", "g", True)
    size = (tmp_path / "cache.jsonl").stat().st_size
    assert list(pool_rows(pools, tiny_embedder, cache)) == [row]
    assert (tmp_path / "cache.jsonl").stat().st_size == size


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"language": "fr"}, "language"),
        ({"passages": []}, "passages"),
        ({"answerable": "maybe"}, "answerable"),
    ],
)
def test_a_malformed_pool_is_named_with_line_and_field(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    path = _written(tmp_path / "public.jsonl", LINE, LINE | changes)
    with pytest.raises(InvalidInputError) as caught:
        load_pools(path)
    assert f"{path}:2: {told}" in caught.value.message
