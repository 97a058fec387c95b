"""What trees and a generator's certainty make of a sentence together."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

from assistant.answering.verdict.model import TREES, GeneratorWeights, Tree, VerdictModel
from assistant.answering.verdict.signals import Signals

#: Nearness of more than a half speaks for a sentence.
_TREE = Tree(["nearness", "", ""], [0.5, 0, 0], [1, 0, 0], [2, 0, 0], [0.25, -1.0, 1.5])
_WEIGHTS = GeneratorWeights(
    0.3, {TREES: 0.5, "certainty": 2.0, "across": -1.0},
    {TREES: 0.1, "certainty": -0.4, "across": 0.5}, 0.75,
)  # fmt: skip


def _signals(**values: float) -> Signals:
    nothing = Signals(**dict.fromkeys((field.name for field in fields(Signals)), 0.0))
    return replace(nothing, **values)


def _odds(model: VerdictModel, signals: Signals, evidence: str = "en") -> float:
    probability = model.opinion(signals, "en", evidence).probability
    return math.log(probability / (1 - probability))


def test_for_a_generator_trees_and_certainty_are_weighed_together() -> None:
    model = VerdictModel(0.1, [_TREE], 0.5, _WEIGHTS)
    signals = _signals(nearness=0.9, certainty=-0.9)
    trees = 0.5 * (0.1 + 1.5 - 0.1)
    same = 0.3 + trees + 2.0 * (-0.9 + 0.4) - 1.0 * (0.0 - 0.5)
    assert _odds(model, signals) == pytest.approx(same)
    assert _odds(model, signals, evidence="ko") == pytest.approx(same - 1.0)
    opinion = model.opinion(signals, "en", "ko")
    assert opinion.threshold == 0.75
    assert dict(opinion.for_it) == pytest.approx({"nearness": 0.5 * (1.5 - 0.25)})
    assert dict(opinion.against_it) == pytest.approx({"certainty": -1.0, "across": -0.5})


def test_a_generator_that_does_not_tell_how_sure_it_is_is_judged_as_any_other() -> None:
    weighed, plain = VerdictModel(0.1, [_TREE], 0.6, _WEIGHTS), VerdictModel(0.1, [_TREE], 0.6)
    untold = _signals(nearness=0.9, certainty=math.nan)
    assert weighed.opinion(untold, "en", "en") == plain.opinion(untold, "en", "en")
