"""The gate finds what tells answerable questions from others, and keeps to the price of errors."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from assistant.fitting.figures import ALL, gate_figures
from assistant.fitting.gate_fit import fit_gate, probabilities
from assistant.fitting.gate_rows import GateRow
from assistant.retrieval.answerable import Features


def _rows(source: str, count: int, apart: float, seed: int) -> list[GateRow]:
    """As many answerable questions as others, whose best sentences are so far apart."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(2 * count):
        answerable = number % 2 == 0
        noise = draw.normal(0, 0.05, len(fields(Features))).round(6)
        features = Features(*(0.5 + noise))
        nearer = features.best_sentence + (apart if answerable else 0.0)
        rows.append(
            GateRow(
                source, f"{number // 2}", ("ko", "en")[number % 4 // 2], answerable,
                replace(features, best_sentence=nearer), 0.04,
            )
        )  # fmt: skip
    return rows


def test_what_differs_decides() -> None:
    rows = _rows("own", 100, 0.4, 0)
    fitted = fit_gate(rows, 0.05, {"own"})
    assert max(fitted.gate.weights, key=lambda name: fitted.gate.weights[name]) == "best_sentence"
    figures = gate_figures(rows, fitted.scores, fitted.gate.threshold)
    assert figures.rates[0].source == figures.rates[0].language == ALL
    assert figures.rates[0].auc == pytest.approx(1.0, abs=0.01)


def test_noise_is_told_for_what_it_is() -> None:
    rows = _rows("own", 200, 0.0, 1)
    fitted = fit_gate(rows, 0.05, {"own"})
    (overall, *_) = gate_figures(rows, fitted.scores, fitted.gate.threshold).rates
    assert overall.auc == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_the_threshold_refuses_the_given_share_of_the_decisive_questions(share: float) -> None:
    rows = [*_rows("own", 200, 0.1, 2), *_rows("beside", 200, 0.0, 3)]
    fitted = fit_gate(rows, share, {"own"})
    rates = gate_figures(rows, fitted.scores, fitted.gate.threshold).rates
    (own,) = [r for r in rates if (r.source, r.language) == ("own", ALL)]
    assert own.false_refusals == pytest.approx(share, abs=0.01)
    assert fitted.gate.fitted_on == {"own": 400, "beside": 400}


def test_a_large_source_does_not_outweigh_a_small_one() -> None:
    small, large = _rows("small", 40, 0.1, 4), _rows("large", 40, 0.1, 5)
    alone = fit_gate([*small, *large], 0.05, {"small"}).gate
    repeated = fit_gate([*small, *(large * 5)], 0.05, {"small"}).gate
    for name, weight in alone.weights.items():
        assert repeated.weights[name] == pytest.approx(weight, rel=0.01, abs=0.01)


def test_the_same_rows_give_the_same_gate_and_it_says_what_was_fitted() -> None:
    rows = _rows("own", 60, 0.1, 6)
    first, second = (fit_gate(rows, 0.05, {"own"}) for _ in range(2))
    assert first.gate == second.gate
    said = probabilities(rows, first.gate)
    assert np.corrcoef(said, first.scores)[0, 1] > 0.9
