"""Fitting the verdict: a weight for each signal, on one half of the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from verdict_signals import Row

from assistant.answering.verdict.model import Term
from assistant.calibration.calibration import FittedTerm, FittedVerdict

FOLDS = 5
#: A wrong sentence that is shown costs as much as so many right ones that are only quoted.
PRICE = 3.0
#: What the weights are held together by, the strongest first.
_PENALTIES = (0.01, 0.03, 0.1, 0.3)
#: Signals whose readings depend on the embedder's vectors.
OF_VECTORS = frozenset(
    "nearness answer_nearness passage_nearness behind_nearest relevance lag question_nearness gate"
    " joint rank".split()
)
#: Signals that are bent: above these quantiles they may count more or less.
_BENT = (
    "nearness answer_nearness passage_nearness behind_nearest relevance lag shared_words"
    " sentence_words own_words question_nearness length joint".split()
)
_QUANTILES = (0.33, 0.67)
#: What the generator tells is not known here; see `certainty` in `Calibration`.
_UNKNOWN = ("certainty",)


@dataclass(frozen=True)
class Fitted:
    """A model, with what cross-validation says of it.

    Attributes:
        verdict: The model.
        scores: Cross-validated probabilities of the rows that it was fitted on.
    """

    verdict: FittedVerdict
    scores: NDArray[np.float64]


def terms_of(rows: Sequence[Row], without: frozenset[str] = frozenset()) -> list[Term]:
    """The parts of the model, without weights: each signal straight, for another language, and for
    a yes or no; signals with a scale also bent where a third and two thirds of the rows lie."""
    values = [row.signals.values() for row in rows if row.signals]
    names = [n for n in values[0] if n not in without and n not in _UNKNOWN]
    terms = []
    for name in names:
        terms += [Term(name, 0.0), Term(name, 0.0, across=True), Term(name, 0.0, verdict=True)]
        if name in _BENT:
            read = [v[name] for v in values]
            terms += [Term(name, 0.0, above=float(q)) for q in np.quantile(read, _QUANTILES)]
    return terms


def matrix(rows: Sequence[Row], terms: Sequence[Term]) -> NDArray[np.float64]:
    """What each term is made from, of shape ``(rows, terms)``."""
    return np.array(
        [[term.value(row.signals.values(), row.across) for term in terms] for row in rows]  # type: ignore[union-attr]
    )


def fit(rows: Sequence[Row], without: frozenset[str] = frozenset()) -> Fitted:
    """Fit a model; of each question, right and wrong answers count the same in sum.

    Args:
        rows: Rows with signals, of one half of the facts.
        without: Signals that are left out.
    """
    terms = terms_of(rows, without)
    pairs = sorted({row.pair for row in rows})
    raw = matrix(rows, terms)
    scale = np.where(raw.std(0) > 1e-9, raw.std(0), 1.0)
    where = np.array([[float(row.pair == pair) for pair in pairs] for row in rows])
    features = np.hstack([raw / scale, where])
    right = np.array([row.case.right for row in rows])
    groups = [row.case.fact for row in rows]
    asked = Counter((row.case.question, row.case.right) for row in rows)
    weight = np.array([1 / asked[row.case.question, row.case.right] for row in rows])
    weight *= len(weight) / weight.sum()
    best = max(
        (_crossed(features, right, weight, groups, penalty) for penalty in _PENALTIES),
        key=lambda found: -found[1],
    )
    penalty, _, scores = best
    model = _logistic(penalty).fit(features, right, weight)
    weights = model.coef_[0][: len(terms)] / scale
    by_pair = model.coef_[0][len(terms) :]
    kept = [(t, w, m) for t, w, m in zip(terms, weights, raw.mean(0), strict=True) if abs(w) > 1e-6]
    usual: dict[str, float] = {}
    for term, weight, mean in kept:
        usual[term.signal] = usual.get(term.signal, 0.0) + weight * mean
    intercept = float(model.intercept_[0])
    verdict = FittedVerdict(
        threshold=threshold(scores, right),
        price=PRICE,
        intercepts={"": round(intercept, 4)}
        | {p: round(intercept + float(w), 4) for p, w in zip(pairs, by_pair, strict=True)},
        usual={name: round(value, 4) for name, value in usual.items()},
        terms=[
            FittedTerm(
                signal=t.signal,
                weight=round(float(w), 5),
                above=None if t.above is None else round(t.above, 5),
                across=t.across,
                verdict=t.verdict,
            )
            for t, w, _ in kept
        ],
    )
    return Fitted(verdict, scores)


def _logistic(penalty: float) -> LogisticRegression:
    return LogisticRegression(C=penalty, max_iter=2000)


def _crossed(
    features: NDArray[np.float64],
    right: NDArray[np.bool_],
    weight: NDArray[np.float64],
    groups: Sequence[str],
    penalty: float,
) -> tuple[float, float, NDArray[np.float64]]:
    """The penalty, the cross-validated cost, and the cross-validated probabilities."""
    scores = np.zeros(len(right))
    for train, test in GroupKFold(FOLDS).split(features, right, groups):
        model = _logistic(penalty).fit(features[train], right[train], weight[train])
        scores[test] = model.predict_proba(features[test])[:, 1]
    return penalty, cost(scores, right, threshold(scores, right)), scores


def cost(scores: NDArray[np.float64], right: NDArray[np.bool_], least: float) -> float:
    """Share of right sentences held back, and `PRICE` times the share of wrong ones shown."""
    shown = scores >= least
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
            else model.opinion(row.signals, *row.pair.split("→")).probability
            for row in rows
        ]
    )
