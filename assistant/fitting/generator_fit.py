"""Weighing the verdict anew for one generator: a logistic regression over what the trees hold of
the sentences that it has said, and how sure it was of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.answering.verdict.model import TREES, readings_of
from assistant.answering.verdict.signals import log_odds
from assistant.calibration.calibration import FittedGenerator, FittedVerdict
from assistant.fitting.labelled_answer import FOLDS
from assistant.fitting.verdict_fit import scores_of
from assistant.fitting.verdict_rows import VerdictRow

#: What is weighed: of some ten choices, the best where they were fitted (cross-validated), and
#: few. More readings come out with any sign from a few hundred sentences; the trees, which know
#: thousands of answers, have them all. A small generator is right in one language more often than
#: in another, which the trees cannot know.
WEIGHED: Final = (TREES, "certainty", "joint", "gate", "in_ko", "in_ar")
#: How freely the weights move, as scikit-learn's ``C``: hardly held.
_FREEDOM: Final = 1.0


@dataclass(frozen=True)
class GeneratorFit:
    """The weights for a generator, with what cross-validation says of them.

    Attributes:
        generator: The weights.
        scores: Cross-validated probabilities of the rows that they were fitted on.
        before: What the trees alone hold of the same.
    """

    generator: FittedGenerator
    scores: NDArray[np.float64]
    before: NDArray[np.float64]


def fit_generator(
    rows: Sequence[VerdictRow], verdict: FittedVerdict, price: float, fitted_on: str
) -> GeneratorFit:
    """Weigh a verdict anew.

    Args:
        rows: What the generator said, of at least `FOLDS` facts, right and wrong.
        verdict: The verdict.
        price: A wrong sentence that is shown costs as much as so many right ones that are only
            quoted. Since the probabilities are those of sentences as the generator says them,
            that is the threshold: where both cost the same.
        fitted_on: What they are, for the file.
    """
    before = scores_of(rows, verdict.model_copy(update={"generator": None}))
    read = [_readings(row, score) for row, score in zip(rows, before, strict=True)]
    names = [name for name in WEIGHED if not any(math.isnan(values[name]) for values in read)]
    features = np.array([[values[name] for name in names] for values in read])
    right = np.array([row.answer.right for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_FREEDOM, max_iter=10_000))
    groups = [row.answer.fact for row in rows]
    scores = cross_val_predict(
        model,
        features,
        right,
        groups=groups,
        cv=StratifiedGroupKFold(FOLDS),
        method="predict_proba",
    )[:, 1]
    scaler, logistic = (step for _, step in model.fit(features, right).steps)
    generator = FittedGenerator(
        fitted_on=fitted_on,
        price=price,
        intercept=float(logistic.intercept_[0]),
        weights=dict(zip(names, (logistic.coef_[0] / scaler.scale_).tolist(), strict=True)),
        means=dict(zip(names, scaler.mean_.tolist(), strict=True)),
        threshold=price / (1 + price),
    )
    return GeneratorFit(generator, scores, before)


def _readings(row: VerdictRow, score: float) -> Mapping[str, float]:
    assert row.signals is not None
    values = readings_of(row.signals, row.answer.language, row.support_language)
    return values | {TREES: log_odds(score)}
