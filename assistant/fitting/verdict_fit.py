"""Fitting the verdict: boosted trees over all signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from assistant.answering.verdict.model import readings_of
from assistant.calibration.calibration import FittedTree, FittedVerdict
from assistant.fitting.labelled_answer import FOLDS
from assistant.fitting.verdict_rows import VerdictRow

#: How deep a tree is, and how many there are; which of them, cross-validation says.
_DEPTHS = (5, 7)
_COUNTS = (150, 300)
_RATE = 0.04
_SMALLEST_LEAF = 30
#: More of these can only speak against a sentence, whatever a few dozen facts say.
_AGAINST = frozenset(
    "missing_in_sentence missing_in_window missing_in_passage missing_in_found"
    " missing_in_best".split()
)
#: Signals whose readings depend on the embedder's vectors.
OF_VECTORS = frozenset(
    "nearness answer_nearness passage_nearness behind_nearest relevance relevance_gap"
    " question_nearness gate joint rank".split()
)
#: What the generator tells is not known here.
_UNKNOWN = frozenset({"certainty"})


@dataclass(frozen=True)
class VerdictFit:
    """A model, with what cross-validation says of it.

    Attributes:
        verdict: The model.
        scores: Cross-validated probabilities of the rows that it was fitted on.
    """

    verdict: FittedVerdict
    scores: NDArray[np.float64]


def usable(rows: Sequence[VerdictRow]) -> list[VerdictRow]:
    """The rows that the verdict decides on: neither refused nor without anything to rest on."""
    return [row for row in rows if row.signals and not row.refused]


def fit_verdict(
    rows: Sequence[VerdictRow], price: float, without: frozenset[str] = frozenset()
) -> VerdictFit:
    """Fit a model; right and wrong answers count the same in sum.

    Args:
        rows: Rows that are `usable`, of at least `FOLDS` facts, right ones and wrong ones.
        price: A wrong sentence that is shown costs as much as so many right ones that are only
            quoted.
        without: Signals that are left out.
    """
    read = [_readings(row) for row in rows]
    names = [name for name in read[0] if name not in without | _UNKNOWN]
    features = np.array([[values[name] for name in names] for values in read], dtype=np.float32)
    right = np.array([row.answer.right for row in rows])
    groups = [row.answer.fact for row in rows]
    signs = [-1 if name in _AGAINST else 0 for name in names]
    crossed = {
        (depth, count): scores
        for depth in _DEPTHS
        for count, scores in _crossed(features, right, groups, depth, signs).items()
    }
    size = min(crossed, key=lambda tried: _cost(crossed[tried], right, price))
    boosted = _boosted(size, signs).fit(features, right)
    verdict = FittedVerdict(
        threshold=_threshold(crossed[size], right, price),
        price=price,
        baseline=round(float(boosted._baseline_prediction.item()), 5),
        signals=names,
        trees=[_fitted(predictor.nodes) for (predictor,) in boosted._predictors],
    )
    return VerdictFit(verdict, crossed[size])


def _boosted(size: tuple[int, int], signs: Sequence[int]) -> HistGradientBoostingClassifier:
    depth, count = size
    return HistGradientBoostingClassifier(
        max_depth=depth,
        max_iter=count,
        learning_rate=_RATE,
        min_samples_leaf=_SMALLEST_LEAF,
        l2_regularization=10,
        class_weight="balanced",
        early_stopping=False,
        monotonic_cst=signs,
        random_state=0,
    )


def _fitted(nodes: NDArray[np.void]) -> FittedTree:
    """A tree of scikit-learn's as it is stored; what an inner node adds is the mean of its
    children, by how many sentences came to each."""
    values = nodes["value"].astype(float)
    for place in range(len(nodes) - 1, -1, -1):  # children stand behind their parents
        if not nodes["is_leaf"][place]:
            children = [int(nodes[side][place]) for side in ("left", "right")]
            counts = nodes["count"][children].astype(float)
            values[place] = float(values[children] @ counts / counts.sum())
    leaf = nodes["is_leaf"].astype(bool)
    return FittedTree(
        signals=np.where(leaf, -1, nodes["feature_idx"]).tolist(),
        thresholds=np.where(leaf, 0.0, nodes["num_threshold"]).round(5).tolist(),
        left=np.where(leaf, 0, nodes["left"]).tolist(),
        right=np.where(leaf, 0, nodes["right"]).tolist(),
        values=values.round(5).tolist(),
    )


def _crossed(
    features: NDArray[np.float32],
    right: NDArray[np.bool_],
    groups: Sequence[str],
    depth: int,
    signs: Sequence[int],
) -> dict[int, NDArray[np.float64]]:
    """The cross-validated probabilities with so many trees; fewer are the first of many."""
    scores = {count: np.zeros(len(right)) for count in _COUNTS}
    for train, test in GroupKFold(FOLDS).split(features, right, groups):
        boosted = _boosted((depth, max(_COUNTS)), signs).fit(features[train], right[train])
        for count, read in enumerate(boosted.staged_predict_proba(features[test]), start=1):
            if count in scores:
                scores[count][test] = read[:, 1]
    return scores


def _cost(
    scores: NDArray[np.float64],
    right: NDArray[np.bool_],
    price: float,
    least: float | None = None,
) -> float:
    """Share of right sentences held back, and ``price`` times the share of wrong ones shown, at a
    threshold or at the best one."""
    shown = scores >= (_threshold(scores, right, price) if least is None else least)
    return float((~shown[right]).mean() + price * shown[~right].mean())


def _threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], price: float) -> float:
    """The threshold with the least cost."""
    tried = np.unique(np.round(scores, 3))
    return float(min(tried, key=lambda least: _cost(scores, right, price, least)))


def _readings(row: VerdictRow) -> dict[str, float]:
    assert row.signals is not None
    return readings_of(row.signals, row.answer.language, row.support_language)


def scores_of(rows: Sequence[VerdictRow], verdict: FittedVerdict) -> NDArray[np.float64]:
    """The probability of each row by a model; 0 for what is refused or rests on nothing."""
    model = verdict.model()
    return np.array(
        [
            0.0
            if row.refused or row.signals is None
            else model.opinion(row.signals, row.answer.language, row.support_language).probability
            for row in rows
        ]
    )
