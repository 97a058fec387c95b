"""Is the right passage found, in the target language and among all languages?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import ir_measures
from ir_measures import RR, R, nDCG

from assistant.api.schemas.chat_schemas import SearchResult
from evals.dataset import Gold
from evals.evaluators.base import Context, Metric
from evals.locators import matches
from evals.records import Asked, Step

_GOLD = "gold"


class Retrieval:
    """Recall@k, nDCG@10 and reciprocal rank in the documents of the target language.

    The unit is the article or section: parts of one count once, and any gold place is enough.
    Source: Järvelin and Kekäläinen 2002 (nDCG); Voorhees 1999 (reciprocal rank), by ir-measures.
    """

    _measures: ClassVar = {
        "recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10, "ndcg@10": nDCG @ 10,
        "mrr@10": RR @ 10,
    }  # fmt: skip
    metrics = (
        Metric("recall@1", "the right article is the first"),
        Metric("recall@5", "the right article is among the first five"),
        Metric("recall@10", "the right article is among the first ten"),
        Metric("ndcg@10", "how far up the right article stands"),
        Metric("mrr@10", "one over the rank of the right article"),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        ranking = _ranking(asked, "search", asked.case.target_gold)
        if ranking is None:
            return {}
        run = {"q": {unit: 1.0 / place for place, unit in enumerate(ranking, start=1)}}
        found = ir_measures.calc_aggregate(self._measures.values(), {"q": {_GOLD: 1}}, run)
        return {name: float(found[measure]) for name, measure in self._measures.items()}


class PoolBias:
    """What is lost when documents of all languages are searched together.

    An own measure: recall@5 in the target language less recall@5 over all languages, where any
    edition of the right article counts. A search that favours the question's language loses what
    is written in another one. See Yang et al. 2024, "Language Bias in Multilingual Information
    Retrieval".
    """

    metrics = (
        Metric("pool_recall@5", "the right article is among the first five of all languages"),
        Metric("pool_loss@5", "recall@5 lost against the target language alone", "lower"),
        Metric("own_language@5", "share of the first five in the question's language", None),
    )

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        pool = _ranking(asked, "pool", asked.case.gold)
        alone = _ranking(asked, "search", asked.case.target_gold)
        if pool is None:
            return {}
        scores = {"pool_recall@5": float(_GOLD in pool[:5])}
        if alone is not None:
            scores["pool_loss@5"] = float(_GOLD in alone[:5]) - scores["pool_recall@5"]
        response = asked.records["pool"].search
        if response and (first := response.results[:5]):
            own = [result.language == asked.case.language for result in first]
            scores["own_language@5"] = sum(own) / len(own)
        return scores


def _ranking(asked: Asked, step: Step, gold: Sequence[Gold]) -> list[str] | None:
    """Articles in the order found, the right one as `_GOLD`; None where nothing was asked."""
    record = asked.records.get(step)
    if record is None or not gold:
        return None
    results = record.search.results if record.search else []
    return list(dict.fromkeys(_unit(result, gold) for result in results))


def _unit(result: SearchResult, gold: Sequence[Gold]) -> str:
    if any(matches(place, result.source, result.locator) for place in gold):
        return _GOLD
    return f"{result.document_id} {result.locator}"
