"""Fitting the verdict: trees over all signals, on one half of the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import GroupKFold
from verdict_signals import Row

from assistant.answering.verdict.model import readings_of
from assistant.calibration.calibration import FittedTree, FittedVerdict

FOLDS = 5
#: A wrong sentence that is shown costs as much as so many right ones that are only quoted.
PRICE = 3.0
TREES = 100
#: The fewest sentences in a leaf; which of them, cross-validation says.
_LEAVES = (2, 4, 8)
#: The most leaves of a tree, which keeps the file small.
_MOST_LEAVES = 256
#: Share of the signals that each node may choose among.
_SIGNALS = 0.4
#: Signals whose readings depend on the embedder's vectors.
OF_VECTORS = frozenset(
    "nearness answer_nearness passage_nearness behind_nearest relevance lag question_nearness gate"
    " joint rank".split()
)
#: What the generator tells is not known here.
_UNKNOWN = frozenset({"certainty"})


@dataclass(frozen=True)
class Fitted:
    """A model, with what cross-validation says of it.

    Attributes:
        verdict: The model.
        scores: Cross-validated probabilities of the rows that it was fitted on.
    """

    verdict: FittedVerdict
    scores: NDArray[np.float64]


def readings(row: Row) -> dict[str, float]:
    """What the model decides from; see `readings_of`."""
    assert row.signals is not None
    return readings_of(row.signals, row.case.language, row.support_language)


def fit(rows: Sequence[Row], without: frozenset[str] = frozenset()) -> Fitted:
    """Fit a model; of each question, right and wrong answers count the same in sum.

    Args:
        rows: Rows with signals, of one half of the facts.
        without: Signals that are left out.
    """
    read = [readings(row) for row in rows]
    names = [name for name in read[0] if name not in without | _UNKNOWN]
    features = np.array([[values[name] for name in names] for values in read], dtype=np.float32)
    right = np.array([row.case.right for row in rows])
    groups = [row.case.fact for row in rows]
    asked = Counter((row.case.question, row.case.right) for row in rows)
    weight = np.array([1 / asked[row.case.question, row.case.right] for row in rows])
    weight *= len(weight) / weight.sum()
    crossed = {leaf: _crossed(features, right, weight, groups, leaf) for leaf in _LEAVES}
    leaf = min(crossed, key=lambda tried: cost(crossed[tried], right))
    forest = _forest(leaf).fit(features, right, weight)
    verdict = FittedVerdict(
        threshold=threshold(crossed[leaf], right),
        price=PRICE,
        signals=names,
        trees=[_fitted(tree.tree_) for tree in forest.estimators_],
    )
    return Fitted(verdict, crossed[leaf])


def _forest(leaf: int) -> ExtraTreesClassifier:
    return ExtraTreesClassifier(
        TREES,
        min_samples_leaf=leaf,
        max_features=_SIGNALS,
        max_leaf_nodes=_MOST_LEAVES,
        n_jobs=-1,
        random_state=0,
    )


def _fitted(tree: object) -> FittedTree:
    """A tree of scikit-learn's as it is stored."""
    part = {name: getattr(tree, name) for name in ("feature", "threshold", "value")}
    shares = part["value"][:, 0, 1] / part["value"][:, 0].sum(1)
    leaf = part["feature"] < 0
    return FittedTree(
        signals=np.where(leaf, -1, part["feature"]).tolist(),
        thresholds=np.where(leaf, 0.0, part["threshold"]).round(5).tolist(),
        left=np.maximum(getattr(tree, "children_left"), 0).tolist(),  # noqa: B009
        right=np.maximum(getattr(tree, "children_right"), 0).tolist(),  # noqa: B009
        values=shares.round(4).tolist(),
    )


def _crossed(
    features: NDArray[np.float32],
    right: NDArray[np.bool_],
    weight: NDArray[np.float64],
    groups: Sequence[str],
    leaf: int,
) -> NDArray[np.float64]:
    """The cross-validated probabilities."""
    scores = np.zeros(len(right))
    for train, test in GroupKFold(FOLDS).split(features, right, groups):
        forest = _forest(leaf).fit(features[train], right[train], weight[train])
        scores[test] = forest.predict_proba(features[test])[:, 1]
    return scores


def cost(
    scores: NDArray[np.float64], right: NDArray[np.bool_], least: float | None = None
) -> float:
    """Share of right sentences held back, and `PRICE` times the share of wrong ones shown, at a
    threshold or at the best one."""
    shown = scores >= (threshold(scores, right) if least is None else least)
    return float((~shown[right]).mean() + PRICE * shown[~right].mean())


def threshold(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The threshold with the least cost."""
    tried = np.unique(np.round(scores, 3))
    return float(min(tried, key=lambda least: cost(scores, right, least)))


def scores_of(rows: Sequence[Row], verdict: FittedVerdict) -> NDArray[np.float64]:
    """The probability of each row by a model; 0 for what is refused or rests on nothing."""
    model = verdict.model()
    return np.array(
        [
            0.0
            if row.refused or row.signals is None
            else model.opinion(row.signals, row.case.language, row.support_language).probability
            for row in rows
        ]
    )
