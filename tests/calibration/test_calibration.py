"""What is fitted for the models in use, and what holds where nothing is."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.answering.verdict.model import readings_of
from assistant.answering.verdict.signals import Signals
from assistant.calibration import InvalidCalibrationError, load_calibration
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.models.generator import generator_name
from assistant.retrieval.answerable import Features
from assistant.retrieval.cosines import CAREFUL, Cosines
from assistant.retrieval.editions import fold
from assistant.retrieval.hits import Hit
from assistant.settings import Settings

#: The nearer, the better.
_TREE = {
    "signals": [0, -1, -1],
    "thresholds": [0.5, 0.0, 0.0],
    "left": [1, 0, 0],
    "right": [2, 0, 0],
    "values": [0.0, -1.0, 1.0],
}
_WEIGHTS = {
    "fitted_on": "a test", "price": 3, "intercept": 0, "weights": {"trees": 1},
    "means": {"trees": 0}, "threshold": 0.75,
}  # fmt: skip


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
    for embedder in ("embeddinggemma-300m", "somebody-elses-embedder"):
        stored = load_calibration(embedder, "any")
        assert stored.gate is None or set(stored.gate.weights) == features
        asked = {name for tree in stored.verdict.model().trees for name in tree.signals}
        assert asked - {""} <= set(signals)


def test_what_one_embedder_calls_the_same_is_not_the_same_for_one_that_was_not_fitted() -> None:
    fitted = load_calibration("embeddinggemma-300m", "any").cosines
    editions = [_edition("en", 0.0), _edition("ko", 0.7)]
    assert len(_folded(editions, fitted)) == 1
    assert len(_folded(editions, CAREFUL)) == 2


def test_what_the_operator_has_fitted_goes_before_what_ships(tmp_path: Path) -> None:
    own = _written(tmp_path, threshold=0.123)
    found = load_calibration("embeddinggemma-300m", "any", tmp_path)
    assert found.verdict.threshold == 0.123
    assert found.file == str(own)
    shipped = load_calibration("embeddinggemma-300m", "any", tmp_path / "elsewhere")
    assert shipped.file == "embeddinggemma-300m.json"
    assert shipped.verdict.threshold != 0.123


def test_a_file_for_the_generator_goes_before_one_for_all(tmp_path: Path) -> None:
    _written(tmp_path, threshold=0.1)
    _written(tmp_path, "fast.json", threshold=0.2, generator="fast")
    assert load_calibration("embeddinggemma-300m", "fast", tmp_path).verdict.threshold == 0.2
    assert load_calibration("embeddinggemma-300m", "slow", tmp_path).verdict.threshold == 0.1


def test_what_ships_for_the_default_generator_weighs_what_ships_for_all() -> None:
    default = generator_name(Settings(_env_file=None))
    own = load_calibration("embeddinggemma-300m", default)
    shipped = load_calibration("embeddinggemma-300m", "any")
    assert own.verdict.generator is not None
    weights = own.verdict.generator.weights
    assert all(weight > 0 for name, weight in weights.items() if not name.startswith("in_"))
    plain = own.verdict.model_copy(update={"generator": None})
    assert (plain, own.gate, own.cosines) == (shipped.verdict, shipped.gate, shipped.cosines)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"threshold": 7}, "verdict.threshold: Input should be less than or equal to 1"),
        ({"signals": ["intuition"]}, "this version has no signals intuition"),
        ({"trees": [_TREE | {"signals": [4, -1, -1]}]}, "asks for a signal"),
        ({"trees": [_TREE | {"left": [1, 0]}]}, "not of the same length"),
        ({"trees": [_TREE | {"left": [0, 0, 0]}]}, "do not stand behind it"),
        ({"trees": [_TREE | {"right": [3, 0, 0]}]}, "do not stand behind it"),
        ({"weighed": _WEIGHTS | {"weights": {"trees": 1, "luck": 2}}}, "has no signals luck"),
        ({"weighed": _WEIGHTS | {"weights": {"certainty": 1}}}, "'trees' has no weight"),
        ({"weighed": _WEIGHTS | {"means": {}}}, "are not of the same"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    path = _written(tmp_path, **changes)
    with pytest.raises(InvalidCalibrationError) as caught:
        load_calibration("embeddinggemma-300m", "any", tmp_path)
    assert str(path) in caught.value.message
    assert told in caught.value.message
    assert "trilogue calibrate" in caught.value.hint


def test_a_gate_of_features_that_are_gone_cannot_be_used(tmp_path: Path) -> None:
    gate = {"fitted_on": {}, "weights": {"hunch": 1.0}, "intercept": 0.0, "threshold": 0.5}
    _written(tmp_path, gate=gate)
    with pytest.raises(InvalidCalibrationError, match="no features hunch"):
        load_calibration("embeddinggemma-300m", "any", tmp_path)


def test_two_files_for_the_same_models_are_one_too_many(tmp_path: Path) -> None:
    _written(tmp_path)
    _written(tmp_path, "copy.json")
    with pytest.raises(InvalidCalibrationError, match="for the same models as"):
        load_calibration("embeddinggemma-300m", "any", tmp_path)


def _written(
    folder: Path,
    name: str = "mine.json",
    generator: str = "*",
    gate: dict[str, Any] | None = None,
    weighed: dict[str, Any] | None = None,
    **changes: Any,
) -> Path:
    """A file of the operator's own, for the default embedder, with changes to its verdict."""
    verdict = {
        "threshold": 0.5, "price": 3.0, "baseline": 0.0, "signals": ["nearness"],
        "trees": [_TREE], "generator": weighed,
    }  # fmt: skip
    cosines = {"edition": 0.6, "title": 0.4, "translation": 0.6, "spread": 0.04}
    path = folder / name
    values = {
        "embedder": "embeddinggemma-300m", "generator": generator, "fitted_on": "a test",
        "gate": gate, "verdict": verdict | changes, "cosines": cosines,
    }  # fmt: skip
    path.write_text(json.dumps(values), "utf-8")
    return path


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
