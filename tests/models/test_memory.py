"""How much memory the models need."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.models.catalogue import catalogue, find_model
from assistant.models.memory import SERVICE_BYTES, generator_memory, memory_needed
from assistant.settings import Settings


def settings(**changed: object) -> Settings:
    return Settings(_env_file=None, **changed)  # type: ignore[arg-type]


def test_every_model_needs_more_than_its_weights() -> None:
    for entry in catalogue().values():
        assert memory_needed(entry, settings()) > entry.bytes, entry.name


@pytest.mark.parametrize("changed", [{"generator_context": 8192}, {"generator_slots": 4}])
def test_twice_the_context_or_the_slots_take_twice_the_cache(changed: dict[str, int]) -> None:
    entry = find_model("qwen3-4b-instruct-2507")
    more = memory_needed(entry, settings(**changed)) - memory_needed(entry, settings())
    # 36 layers, 8 key-value heads of 128 dimensions, keys and values, 2 bytes; 2 x 4096 tokens
    assert more == 36 * 8 * 128 * 2 * 2 * 8192


def test_a_longer_context_does_not_make_a_sliding_window_longer() -> None:
    entry = find_model("gemma-3-27b-it")
    more = memory_needed(entry, settings(generator_context=8192)) - memory_needed(entry, settings())
    assert more == 10 * 16 * 128 * 2 * 2 * 8192
    slots = memory_needed(entry, settings(generator_slots=3)) - memory_needed(entry, settings())
    assert slots > 10 * 16 * 128 * 2 * 2 * 4096, "a slot has windows of its own"


def test_the_embedder_is_counted_with_the_service() -> None:
    assert memory_needed(find_model("embeddinggemma-300m"), settings()) == SERVICE_BYTES


def test_the_generator_in_use_is_what_the_settings_name(tmp_path: Path) -> None:
    entry = find_model("kanana-1.5-8b-instruct")
    named = settings(generator=entry.name)
    assert generator_memory(named) == memory_needed(entry, named)
    assert generator_memory(settings(generator_url="http://127.0.0.1:9/v1")) == 0
    file = tmp_path / "own.gguf"
    file.write_bytes(b"x" * 1000)
    missing = generator_memory(settings(generator=str(tmp_path / "none.gguf")))
    assert generator_memory(settings(generator=str(file))) == missing + 1000
