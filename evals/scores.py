"""Scores of a run: every measure of every case, and their means with intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ValidationError
from scipy.stats import bootstrap

from assistant.codes import Language
from evals.baselines import AlwaysAbstain, Baseline, Bm25
from evals.errors import EvalError
from evals.evaluators import EVALUATORS, METRICS, Context
from evals.records import Asked, FoundPassage, Manifest

SERVICE = "service"
#: A baseline does not run, so it takes no time and does not fail; its quotes have no offsets.
_NOT_FOR_BASELINES = {
    "search_ms", "evidence_ms", "first_sentence_ms", "total_ms", "failed", "verbatim_quotes",
}  # fmt: skip
RESAMPLES = 2000
CONFIDENCE = 0.95


class CaseScores(BaseModel):
    """The measures of one case by one system."""

    system: str
    suite: str
    case: str
    fact: str
    language: Language
    direction: str
    values: dict[str, float]


class Scores(BaseModel):
    """All scores of a run: what is compared, gated and committed."""

    manifest: Manifest
    rows: list[CaseScores]

    def select(
        self,
        metric: str,
        *,
        system: str = SERVICE,
        suite: str | None = None,
        language: str | None = None,
        direction: str | None = None,
    ) -> list[CaseScores]:
        """The rows that have a measure, of a part of the cases."""  # fmt: skip
        return [
            row
            for row in self.rows
            if metric in row.values
            and row.system == system
            and suite in (None, row.suite)
            and language in (None, row.language)
            and direction in (None, row.direction)
        ]

    @property
    def suites(self) -> list[str]:
        return list(dict.fromkeys(row.suite for row in self.rows))

    @property
    def systems(self) -> list[str]:
        return list(dict.fromkeys(row.system for row in self.rows))

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(), "utf-8")


def load_scores(path: Path) -> Scores:
    """The scores of a run's folder, or of a file.

    Raises:
        EvalError: There are none.
    """
    file = path / "scores.json" if path.is_dir() else path
    try:
        return Scores.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise EvalError(
            f"{file} has no scores. Make them with 'trilogue eval report {path}'."
        ) from error


def score(
    manifest: Manifest, asked: Sequence[Asked], passages: Sequence[FoundPassage] | None
) -> Scores:
    """Score the service's replies, and both baselines where the texts of the index are known."""
    texts = None if passages is None else {p.passage_id: p.text for p in passages}
    context = Context(texts)
    rows = [_row(SERVICE, item, context) for item in asked]
    baselines: list[Baseline] = [AlwaysAbstain()]
    if passages is not None:
        baselines.insert(0, Bm25(passages, directed=manifest.plan.collections is not None))
    for baseline in baselines:
        for item in asked:
            row = _row(baseline.name, baseline.answer(item), context)
            values = {k: v for k, v in row.values.items() if k not in _NOT_FOR_BASELINES}
            if values:
                rows.append(row.model_copy(update={"values": values}))
    return Scores(manifest=manifest, rows=rows)


def _row(system: str, asked: Asked, context: Context) -> CaseScores:
    case = asked.case
    values: dict[str, float] = {}
    for evaluator in EVALUATORS:
        values |= evaluator.score(asked, context)
    return CaseScores(
        system=system, suite=case.suite, case=case.id, fact=case.fact, language=case.language,
        direction=case.direction, values={name: round(v, 4) for name, v in values.items()},
    )  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval.

    Attributes:
        mean: Over the cases; for times, their median.
        low, high: Where the mean of such cases lies with 95 % confidence.
        count: Cases.
    """

    mean: float
    low: float
    high: float
    count: int


def estimate(metric: str, rows: Iterable[CaseScores]) -> Estimate | None:
    """The mean of a measure (the median of a time), with a bootstrap interval over facts.

    The languages of one fact share its difficulty, so whole facts are drawn, not cases.
    Source: Efron 1979; Koehn 2004 for paired systems.
    """
    values = [(row.fact, row.values[metric]) for row in rows]
    if not values:
        return None
    flat = [value for _, value in values]
    if METRICS[metric].unit != "share":
        low, middle, high = np.percentile(flat, [25, 50, 75])
        return Estimate(float(middle), float(low), float(high), len(flat))
    low, high = interval(values)
    return Estimate(float(np.mean(flat)), low, high, len(flat))


def interval(values: Sequence[tuple[str, float]]) -> tuple[float, float]:
    """The 95 % bootstrap interval of a mean, over (fact, value), drawing facts with replacement."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for fact, value in values:
        sums[fact][0] += value
        sums[fact][1] += 1
    totals, counts = np.array(list(sums.values())).T
    if len(totals) < 2 or np.ptp(totals / counts) == 0:
        mean = float(totals.sum() / counts.sum())
        return mean, mean
    found = bootstrap(
        (totals, counts),
        lambda t, n, axis: t.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(found.low), float(found.high)


def percentiles(metric: str, rows: Iterable[CaseScores]) -> tuple[float, float, float] | None:
    """p50, p90 and p95 of a time."""
    values = [row.values[metric] for row in rows]
    if not values:
        return None
    p50, p90, p95 = np.percentile(values, [50, 90, 95])
    return float(p50), float(p90), float(p95)
