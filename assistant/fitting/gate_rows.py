"""Questions over what was found for them: what the gate is fitted on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from assistant.fitting.cache import Cache, key_of
from assistant.fitting.pools import Pool, hits_of
from assistant.fitting.verdict_rows import PASSAGES
from assistant.index.store import PassageStore
from assistant.models.embedder import Embedder
from assistant.models.reranker import Reranker
from assistant.retrieval.answerable import Features, extract
from assistant.retrieval.cosines import Cosines
from assistant.retrieval.hits import Hit
from assistant.retrieval.search import Searcher
from evals.dataset import Case


@dataclass(frozen=True)
class GateRow:
    """A question over what was found for it.

    Attributes:
        source: Where the question is from.
        group: What no two folds share.
        language: Of the question.
        answerable: Whether what was found answers it.
        features: What is decided from.
        spread: Standard deviation of how much the sentences found bear on the question.
    """

    source: str
    group: str
    language: str
    answerable: bool
    features: Features
    spread: float


def suite_rows(
    cases: Sequence[Case],
    store: PassageStore,
    embedder: Embedder,
    cosines: Cosines,
    cache: Cache,
    reranker: Reranker | None = None,
) -> Iterator[GateRow | None]:
    """The questions of suites, as the service searches for them; None where it finds nothing."""
    searcher = Searcher(store, embedder, reranker, cosines)
    made_with = key_of(embedder.model_name, store.count(), cosines, reranker is not None)
    for case in cases:
        key = key_of(made_with, case.question)
        if (kept := cache.get(key)) is None:
            kept = _values(asyncio.run(searcher.search(case.question, PASSAGES)).hits)
            cache.put(key, kept)
        yield _row(kept, case.suite, case.fact, case.language, case.answerable)


def pool_rows(pools: Sequence[Pool], embedder: Embedder, cache: Cache) -> Iterator[GateRow | None]:
    """The questions of pools."""
    for pool in pools:
        key = key_of(embedder.model_name, pool.model_dump_json())
        if (kept := cache.get(key)) is None:
            kept = _values(hits_of(pool, embedder, PASSAGES))
            cache.put(key, kept)
        yield _row(kept, pool.source, pool.group, pool.language, pool.answerable)


def _values(hits: Sequence[Hit]) -> dict[str, object]:
    if not hits:
        return {"features": None}
    spread = float(np.concatenate([hit.relevances for hit in hits]).std())
    return {"features": asdict(extract(hits)), "spread": spread}


def _row(
    kept: dict[str, object], source: str, group: str, language: str, answerable: bool
) -> GateRow | None:
    if not kept["features"]:
        return None
    features = Features(**kept["features"])  # type: ignore[arg-type]
    return GateRow(source, group, language, answerable, features, float(kept["spread"]))  # type: ignore[arg-type]
