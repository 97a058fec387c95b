"""The verdict is fitted to a price, by fact, and what is stored says what was fitted."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from assistant.answering.verdict.model import readings_of
from assistant.answering.verdict.signals import Signals
from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.fitting.verdict_fit import OF_VECTORS, VerdictFit, fit_verdict, scores_of, usable
from assistant.fitting.verdict_rows import VerdictRow

_NOTHING = Signals(**{field.name: 0.0 for field in fields(Signals)})


@pytest.fixture(scope="module")
def rows() -> list[VerdictRow]:
    """Answers to 30 facts: right ones are nearer and lack fewer quantities, mostly."""
    draw = np.random.default_rng(0)
    made = []
    for number in range(600):
        right = number % 2 == 0
        answer = LabelledAnswer(
            f"fact{number % 30}", "en", "en", None, f"q{number % 30}", f"a{number}", right, "short"
        )
        nearness = draw.normal(0.6 if right else 0.5, 0.08)
        missing = float(draw.random() < (0.1 if right else 0.5))
        signals = replace(_NOTHING, nearness=nearness, missing_in_sentence=missing)
        made.append(VerdictRow(answer, None, signals, "en"))
    return made


@pytest.fixture(scope="module")
def fitted(rows: list[VerdictRow]) -> VerdictFit:
    return fit_verdict(rows, 3.0)


def test_what_is_stored_decides_as_what_was_fitted(
    rows: list[VerdictRow], fitted: VerdictFit
) -> None:
    stored = scores_of(rows, fitted.verdict)
    right = np.array([row.answer.right for row in rows])
    assert stored[right].mean() > 0.6 > 0.4 > stored[~right].mean()
    assert np.corrcoef(stored, fitted.scores)[0, 1] > 0.7
    assert {"nearness", "missing_in_sentence"} <= {
        fitted.verdict.signals[place]
        for tree in fitted.verdict.trees
        for place in tree.signals
        if place >= 0
    }


def test_the_same_rows_give_the_same_trees_and_fewer_wrong_ones_shown_where_they_are_dearer(
    rows: list[VerdictRow], fitted: VerdictFit
) -> None:
    again = fit_verdict(rows, 20.0)
    assert again.verdict.price == 20.0
    assert again.verdict.trees[:150] == fitted.verdict.trees[:150]
    right = np.array([row.answer.right for row in rows])
    usual, careful = ((f.scores >= f.verdict.threshold)[~right].mean() for f in (fitted, again))
    assert careful < usual


def test_a_fit_for_every_embedder_reads_no_vectors(rows: list[VerdictRow]) -> None:
    careful = fit_verdict(rows, 3.0, OF_VECTORS)
    assert not OF_VECTORS & set(careful.verdict.signals)
    assert "missing_in_sentence" in careful.verdict.signals


def test_signals_that_are_named_exist() -> None:
    assert set(readings_of(_NOTHING, "en", "en")) >= OF_VECTORS


def test_what_is_refused_or_rests_on_nothing_is_not_fitted_on_and_never_shown(
    rows: list[VerdictRow], fitted: VerdictFit
) -> None:
    refused = replace(rows[0], refused="markup")
    nothing = replace(rows[1], signals=None)
    assert usable([refused, nothing, rows[2]]) == [rows[2]]
    assert scores_of([refused, nothing], fitted.verdict).tolist() == [0.0, 0.0]
