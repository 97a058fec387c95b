"""Metrics by collection: right, bounded in number, and there while the database is away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.api.middleware import collection_metrics
from assistant.api.middleware.collection_metrics import OTHERS, CollectionMetrics
from assistant.errors import UnavailableError
from assistant.storage.registry import CollectionSize, DocumentRecord, DocumentRegistry


def values(metrics: CollectionMetrics) -> dict[tuple[str, ...], float]:
    """Values by the name of the series and its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in metrics.collect()
        for sample in family.samples
    }


def test_more_collections_than_have_names_are_counted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collection_metrics, "NAMED", 2)
    sizes = [CollectionSize(name, 1, 100 - i) for i, name in enumerate("abcd")]
    metrics = CollectionMetrics(lambda: sizes)
    assert values(metrics) == {
        ("trilogue_documents", "a"): 1,
        ("trilogue_documents", "b"): 1,
        ("trilogue_documents", OTHERS): 2,
        ("trilogue_passages", "a"): 100,
        ("trilogue_passages", "b"): 99,
        ("trilogue_passages", OTHERS): 98 + 97,
    }
    metrics.reply(["a", "c", "d", "a"], "answered")
    metrics.reply(["c"], "not_found")
    counted = {k[1:]: v for k, v in values(metrics).items() if "replies" in k[0]}
    assert counted == {
        ("a", "answered"): 1,
        (OTHERS, "answered"): 1,
        (OTHERS, "not_found"): 1,
    }


def test_replies_are_told_while_the_database_is_away() -> None:
    def away() -> Sequence[CollectionSize]:
        raise UnavailableError("The database fails.")

    metrics = CollectionMetrics(away)
    metrics.reply(["a"], "answered")
    assert values(metrics) == {("trilogue_collection_replies_total", "a", "answered"): 1}


def test_the_registry_tells_the_largest_collection_first(registry: DocumentRegistry) -> None:
    for number, (collection, passages) in enumerate([("small", 3), ("large", 9), ("small", 2)]):
        registry.save(
            DocumentRecord(
                id=str(number), collection=collection, origin=f"/{number}", source="s",
                content_hash="0", pipeline=1, title="t", language="en", passages=passages,
                named_by_caller=False,
            )
        )  # fmt: skip
    assert registry.sizes() == [CollectionSize("large", 1, 9), CollectionSize("small", 2, 5)]
