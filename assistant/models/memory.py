"""How much memory the models need: the weights, the context as configured, and the rest."""

from __future__ import annotations

from assistant.models.catalogue import CacheSize, ModelEntry, catalogue
from assistant.models.llama_server import PROMPT_CACHE_BYTES
from assistant.models.weights import generator_file
from assistant.settings import Settings

#: The service with its embedder and the index.
SERVICE_BYTES = 2 * 2**30
#: llama.cpp's buffers for a batch of 512 tokens; most of it scores of the vocabulary.
_BATCH_BYTES = 2**29


def memory_needed(entry: ModelEntry, settings: Settings) -> int:
    """Bytes of memory for a model of the catalogue: of a generator its own, of an embedder those
    of the service that it runs in."""
    if entry.cache is None:
        return SERVICE_BYTES
    return _generator_bytes(entry.bytes, entry.cache, settings)


def generator_memory(settings: Settings) -> int:
    """Bytes of memory for the generator in use: 0 where it is another server's, at least so many
    where a file is named, whose cache is not known."""
    if settings.generator_url:
        return 0
    if entry := catalogue().get(settings.generator):
        return memory_needed(entry, settings)
    file = generator_file(settings)
    return _generator_bytes(file.stat().st_size if file.is_file() else 0, CacheSize(0), settings)


def _generator_bytes(weights: int, cache: CacheSize, settings: Settings) -> int:
    slot = cache.token_bytes * settings.generator_context + cache.slot_bytes
    return weights + slot * settings.generator_slots + _BATCH_BYTES + PROMPT_CACHE_BYTES
