"""What is fitted for the models in use, and what holds where nothing is."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from assistant.answering.verdict.model import readings_of
from assistant.answering.verdict.signals import Signals
from assistant.calibration import load_calibration
from assistant.calibration.calibration import load_calibrations
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.retrieval.answerable import Features
from assistant.retrieval.cosines import CAREFUL, Cosines
from assistant.retrieval.editions import fold
from assistant.retrieval.hits import Hit


def test_the_default_for_an_embedder_without_a_fit_is_careful(
    caplog: pytest.LogCaptureFixture,
) -> None:
    load_calibration.cache_clear()
    unfitted = load_calibration("somebody-elses-embedder", "any")
    assert unfitted.is_default
    assert unfitted.gate is None
    assert unfitted.cosines == CAREFUL
    assert "somebody-elses-embedder" in caplog.text


def test_what_is_stored_decides_from_what_is_read() -> None:
    features = {field.name for field in fields(Features)}
    signals = readings_of(Signals(**dict.fromkeys((f.name for f in fields(Signals)), 0.0)), "", "")
    for stored in load_calibrations().values():
        assert stored.gate is None or set(stored.gate.weights) == features
        asked = {name for tree in stored.verdict.model().trees for name in tree.signals}
        assert asked - {""} <= set(signals)


def test_what_one_embedder_calls_the_same_is_not_the_same_for_one_that_was_not_fitted() -> None:
    fitted = load_calibration("embeddinggemma-300m", "any").cosines
    editions = [_edition("en", 0.0), _edition("ko", 0.7)]
    assert len(_folded(editions, fitted)) == 1
    assert len(_folded(editions, CAREFUL)) == 2


def _folded(editions: list[Hit], cosines: Cosines) -> list[Hit]:
    return fold(editions, "ko", cosines.edition)


def _edition(language: Language, turn: float) -> Hit:
    """A passage without an article number, whose vector is turned by an angle."""
    passage = Passage(
        id=language, document_id=language, collection="c", source=language, title="Fees",
        language=language, text=language, ordinal=0, work_id="fees",
    )  # fmt: skip
    vector = np.array([np.cos(turn), np.sin(turn)], dtype=np.float32)
    near = np.ones(1, dtype=np.float32)
    return Hit(passage, 0.5, 0.5, near, near, vector[None], vector, near)
