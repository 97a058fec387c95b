"""Passages and queries as a Qdrant server takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qdrant_client import models

from assistant.index.passage import PassageNode
from assistant.index.schema import DATE_FIELDS, DENSE, SENTENCES, SPARSE
from assistant.index.store import PREFETCH, Leg, Query

#: Numbers in the vectors of one request. As JSON they take 22 bytes each at most, and a server
#: refuses requests of more than 32 MiB (``max_request_size_mb``).
_NUMBERS = 750_000


def requests(nodes: Sequence[PassageNode]) -> Iterator[list[PassageNode]]:
    """Passages that fit into one request; one that does not by itself has its own."""
    batch: list[PassageNode] = []
    numbers = 0
    for node in nodes:
        assert node.sentence_vectors is not None
        size = len(node.get_embedding()) + node.sentence_vectors.size
        if batch and numbers + size > _NUMBERS:
            yield batch
            batch, numbers = [], 0
        batch.append(node)
        numbers += size
    if batch:
        yield batch


def point_of(node: PassageNode) -> models.PointStruct:
    """A passage with its vectors."""
    assert node.sparse is not None
    assert node.sentence_vectors is not None
    return models.PointStruct(
        id=node.node_id,
        vector={
            DENSE: node.get_embedding(),
            SENTENCES: node.sentence_vectors.tolist(),
            SPARSE: models.SparseVector(indices=node.sparse.indices, values=node.sparse.values),
        },
        payload={**node.metadata, "text": node.text},
    )


def scoring(query: Query, params: models.SearchParams | None) -> dict[str, Any]:
    """The query and prefetches that rank by the fused score, or by the one leg there is."""
    if len(query.legs) == 1:
        return {**_nearest(query.legs[0]), "search_params": params}
    depth, selection = max(PREFETCH, query.limit), filter_of(query)
    candidates = [
        models.Prefetch(**_nearest(leg), limit=depth, filter=selection, params=params)
        for leg in query.candidates
    ]
    scored = [
        models.Prefetch(**_nearest(leg), prefetch=candidates, limit=2 * depth, params=params)
        for leg in query.legs
    ]
    scores = [f"$score[{i}]" for i in range(len(scored))]
    weighted: list[models.Expression] = [
        models.MultExpression(mult=[leg.weight, name])
        for leg, name in zip(query.legs, scores, strict=True)
    ]
    formula = models.FormulaQuery(
        formula=models.SumExpression(sum=weighted),
        # A candidate that shares no term with the query has no lexical score.
        defaults=dict.fromkeys(scores, 0.0),
    )
    return {"prefetch": scored, "query": formula}


def _nearest(leg: Leg) -> dict[str, Any]:
    value = leg.value
    if leg.using == SPARSE:
        value = models.SparseVector(indices=value.indices, values=value.values)
    return {"query": value, "using": leg.using}


def filter_of(query: Query) -> models.Filter | None:
    """What a query's passages must match."""
    must: list[models.Condition] = list(conditions(query.filters))
    if (day := query.in_force_on) is not None:
        for field, span in zip(
            DATE_FIELDS, (models.Range(lte=day), models.Range(gte=day)), strict=True
        ):
            stated = models.FieldCondition(key=field, range=span)
            unstated = models.IsEmptyCondition(is_empty=models.PayloadField(key=field))
            must.append(models.Filter(should=[stated, unstated]))
    return models.Filter(must=must) if must else None


def matching(filters: dict[str, list[Any]]) -> models.Filter | None:
    """Allowed values of fields; None for all passages."""
    return models.Filter(must=conditions(filters)) if filters else None


def conditions(filters: dict[str, list[Any]]) -> list[models.Condition]:
    """A condition for each field."""
    return [
        models.FieldCondition(key=key, match=models.MatchAny(any=values))
        for key, values in filters.items()
    ]
