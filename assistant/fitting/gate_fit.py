"""Fitting the gate: a logistic regression over what was found for questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from assistant.calibration.calibration import FittedGate
from assistant.fitting.gate_rows import GateRow
from assistant.fitting.labelled_answer import FOLDS


@dataclass(frozen=True)
class GateFit:
    """A gate, with what cross-validation says of it.

    Attributes:
        gate: The gate.
        scores: Cross-validated probabilities of the rows that it was fitted on.
    """

    gate: FittedGate
    scores: NDArray[np.float64]


def fit_gate(rows: Sequence[GateRow], false_refusals: float, decisive: Collection[str]) -> GateFit:
    """Fit a gate. Every source counts the same, and in it either answer.

    Folds are split by fact or passage, so that no question is scored by weights that saw it in
    another language.

    Args:
        rows: Questions, in at least `FOLDS` groups of both kinds.
        false_refusals: Share of the answerable questions of the decisive sources that may be
            refused, which gives the threshold: a wrong "not found" is worse there than an answer
            that the verdict still has to pass.
        decisive: Sources.
    """
    features = np.array([list(asdict(row.features).values()) for row in rows])
    answerable = np.array([row.answerable for row in rows])
    groups = [f"{row.source}/{row.group}" for row in rows]
    counts = Counter((row.source, row.answerable) for row in rows)
    weights = np.array([1000 / counts[row.source, row.answerable] for row in rows])
    model = LogisticRegression(max_iter=10_000, C=10.0)
    scores = cross_val_predict(
        model, features, answerable, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]  # fmt: skip
    counted = np.array([row.source in decisive and row.answerable for row in rows])
    model.fit(features, answerable, sample_weight=weights)
    names = asdict(rows[0].features)
    gate = FittedGate(
        fitted_on=dict(Counter(row.source for row in rows)),
        weights=dict(zip(names, model.coef_[0].tolist(), strict=True)),
        intercept=float(model.intercept_[0]),
        threshold=float(np.quantile(scores[counted], false_refusals)),
    )
    return GateFit(gate, scores)


def probabilities(rows: Sequence[GateRow], gate: FittedGate) -> NDArray[np.float64]:
    """What a gate says of rows."""
    model = gate.model()
    return np.array([model.probability(row.features) for row in rows])
