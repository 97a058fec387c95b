"""A verdict is weighed anew for what a generator says, and what is stored says what was fitted."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from assistant.answering.verdict.signals import Signals
from assistant.calibration.calibration import FittedTree, FittedVerdict
from assistant.fitting.generator_fit import GeneratorFit, fit_generator
from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.fitting.verdict_fit import scores_of
from assistant.fitting.verdict_rows import VerdictRow

_NOTHING = Signals(**{field.name: 0.0 for field in fields(Signals)})
#: The nearer, the better, and hardly ever good enough.
_VERDICT = FittedVerdict(
    threshold=0.9, price=3, baseline=0, signals=["nearness"],
    trees=[
        FittedTree(
            signals=[0, -1, -1], thresholds=[0.5, 0, 0], left=[1, 0, 0], right=[2, 0, 0],
            values=[0, -1, 1],
        )
    ],
)  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[VerdictRow]:
    """Sentences on 40 facts: of right ones it was surer, mostly, and they are nearer, mostly."""
    draw = np.random.default_rng(0)
    made = []
    for number in range(240):
        right = draw.random() < 0.6
        answer = LabelledAnswer(
            f"fact{number % 40}", "en", "en", None, f"q{number}", f"a{number}", right, "said"
        )
        certainty = float(draw.normal(-0.1 if right else -0.4, 0.12))
        signals = replace(
            _NOTHING,
            nearness=float(draw.normal(0.55 if right else 0.45, 0.1)),
            certainty=certainty,
        )
        made.append(VerdictRow(answer, None, signals, "en"))
    return made


@pytest.fixture(scope="module")
def fit(rows: list[VerdictRow]) -> GeneratorFit:
    return fit_generator(rows, _VERDICT, 3.0, "a test")


def test_what_it_was_sure_of_is_shown_and_what_it_was_not_sure_of_is_not(
    rows: list[VerdictRow], fit: GeneratorFit
) -> None:
    right = np.array([row.answer.right for row in rows])
    assert roc_auc_score(right, fit.scores) > roc_auc_score(right, fit.before) + 0.1
    shown = fit.scores >= fit.generator.threshold
    assert shown[right].mean() > 0.7
    assert shown[~right].mean() < 0.1
    assert (fit.before[right] >= _VERDICT.threshold).mean() == 0.0


def test_what_is_stored_decides_as_what_was_fitted(
    rows: list[VerdictRow], fit: GeneratorFit
) -> None:
    verdict = _VERDICT.model_copy(update={"generator": fit.generator})
    stored = scores_of(rows, FittedVerdict.model_validate_json(verdict.model_dump_json()))
    assert np.corrcoef(stored, fit.scores)[0, 1] > 0.98
    right = np.array([row.answer.right for row in rows])
    assert stored.mean() == pytest.approx(right.mean(), abs=0.01), "they are probabilities"


def test_the_price_alone_decides_from_which_probability_on_a_sentence_is_shown(
    rows: list[VerdictRow], fit: GeneratorFit
) -> None:
    dear = fit_generator(rows, _VERDICT, 9.0, "a test").generator
    assert (fit.generator.threshold, dear.threshold) == (0.75, 0.9)
    assert dear.weights == fit.generator.weights


def test_of_a_generator_that_does_not_tell_how_sure_it_is_the_rest_is_weighed(
    rows: list[VerdictRow], fit: GeneratorFit
) -> None:
    untold = [
        replace(row, signals=replace(row.signals, certainty=math.nan))
        for row in rows
        if row.signals
    ]
    weights = fit_generator(untold, _VERDICT, 3.0, "a test").generator.weights
    assert set(fit.generator.weights) - set(weights) == {"certainty"}


def test_a_language_that_it_is_worse_in_is_held_to_more(rows: list[VerdictRow]) -> None:
    # As often right as in English where it was sure and near, and twice as often wrong.
    in_arabic = [
        replace(row, answer=replace(row.answer, language="ar"))
        for row in rows
        for _ in range(1 if row.answer.right else 2)
    ]
    weights = fit_generator([*rows, *in_arabic], _VERDICT, 3.0, "a test").generator.weights
    assert weights["in_ar"] < 0 == weights["in_ko"]
