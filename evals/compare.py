"""Is one run better than another? Paired, for each measure and language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from evals.errors import EvalError
from evals.evaluators import METRICS
from evals.scores import Scores, interval

Verdict = Literal["better", "worse", "no difference", "changed"]


@dataclass(frozen=True)
class Difference:
    """How a measure changed from run A to run B, over the cases that both asked.

    Attributes:
        suite, metric, language: Of what; the language is the question's, or ``all``.
        before, after: Means of A and of B.
        change: Mean of the differences, B less A.
        low, high: Its 95 % interval, by a paired bootstrap over facts.
        count: Cases in both.
        verdict: Whether the interval leaves out zero, and on which side.
    """

    suite: str
    metric: str
    language: str
    before: float
    after: float
    change: float
    low: float
    high: float
    count: int
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(before: Scores, after: Scores) -> list[Difference]:
    """All measures of the service's cases that both runs have.

    Raises:
        EvalError: The runs have no case in common.
    """
    found = list(_differences(before, after))
    if not found:
        raise EvalError("The two runs have no question in common.")
    return found


def _differences(before: Scores, after: Scores) -> Iterator[Difference]:
    for suite in after.suites:
        for metric in METRICS:
            old = {r.case: r.values[metric] for r in before.select(metric, suite=suite)}
            new = {r.case: r for r in after.select(metric, suite=suite) if r.case in old}
            for language in ("all", "ko", "ar", "en"):
                rows = [r for r in new.values() if language in ("all", r.language)]
                if rows:
                    pairs = [(r.fact, old[r.case], r.values[metric]) for r in rows]
                    yield _difference(suite, metric, language, pairs)


def _difference(
    suite: str, metric: str, language: str, pairs: list[tuple[str, float, float]]
) -> Difference:
    low, high = interval([(fact, new - old) for fact, old, new in pairs])
    before, after = (float(np.mean([pair[i] for pair in pairs])) for i in (1, 2))
    return Difference(
        suite=suite, metric=metric, language=language, before=before, after=after,
        change=after - before, low=low, high=high, count=len(pairs),
        verdict=_verdict(metric, low, high),
    )  # fmt: skip


def _verdict(metric: str, low: float, high: float) -> Verdict:
    if low <= 0 <= high:
        return "no difference"
    better = METRICS[metric].better
    if better is None:
        return "changed"
    return "better" if (low > 0) == (better == "higher") else "worse"
