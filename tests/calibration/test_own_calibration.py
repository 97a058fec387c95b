"""A service decides by what its operator has fitted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from api_library import Library
from fastapi.testclient import TestClient
from scripted_generator import ScriptedGenerator
from shelf import Gate, Shelf, passage

from assistant.answering.question import Question
from assistant.api.app import create_app
from assistant.api.service import make_assistant
from assistant.calibration import InvalidCalibrationError
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings

TEXT = "The stipend is 900 dollars a month. Students apply in May."


def _fit(settings: Settings, embedder: str, log_odds: float) -> None:
    """A file of the operator's own, whose verdict holds the same of every sentence."""
    tree = {"signals": [-1], "thresholds": [0], "left": [0], "right": [0], "values": [log_odds]}
    values = {
        "embedder": embedder, "generator": "*", "fitted_on": "a test",
        "verdict": {
            "threshold": 0.5, "price": 3, "baseline": 0, "signals": ["nearness"], "trees": [tree],
        },
        "cosines": {"edition": 0.9, "title": 0.8, "translation": 0.8, "spread": 0.04},
    }  # fmt: skip
    settings.calibration_dir.mkdir(parents=True)
    file = settings.calibration_dir / f"{embedder}.json"
    file.write_text(json.dumps(values), "utf-8")


@pytest.mark.parametrize(("log_odds", "outcome"), [(5.0, "answered"), (-5.0, "quoted")])
def test_the_operators_own_verdict_decides(
    settings: Settings,
    tiny_embedder: SentenceTransformerEmbedder,
    generator: ScriptedGenerator,
    log_odds: float,
    outcome: str,
) -> None:
    _fit(settings, tiny_embedder.model_name, log_odds)
    generator.answer = "The stipend is 900 dollars a month."
    shelf: Any = Shelf(tiny_embedder, [passage(1, TEXT)])
    assistant = make_assistant(settings, shelf, generator, Gate())
    reply = asyncio.run(assistant.reply(Question("How much is the stipend?")))
    assert reply.outcome == outcome


def test_a_file_that_cannot_be_used_keeps_the_service_from_starting(
    settings: Settings, tiny_embedder: SentenceTransformerEmbedder, generator: ScriptedGenerator
) -> None:
    _fit(settings, tiny_embedder.model_name, 0.0)
    (settings.calibration_dir / "broken.json").write_text("{", "utf-8")
    shelf: Any = Shelf(tiny_embedder, [passage(1, TEXT)])
    with pytest.raises(InvalidCalibrationError, match=r"broken\.json cannot be used"):
        make_assistant(settings, shelf, generator)


def test_readyz_says_which_of_the_files_that_ship_is_in_use(
    make_library: Callable[..., Library],
) -> None:
    with TestClient(create_app(make_library().service)) as client:
        ready = client.get("/readyz").json()
    assert (ready["calibrated"], ready["calibration"]) == (False, "default.json")


def test_readyz_says_that_the_operators_own_file_is_in_use(
    settings: Settings,
    tiny_embedder: SentenceTransformerEmbedder,
    make_library: Callable[..., Library],
) -> None:
    _fit(settings, tiny_embedder.model_name, 0.0)
    with TestClient(create_app(make_library().service)) as client:
        ready = client.get("/readyz").json()
    assert ready["calibrated"] is True
    assert ready["calibration"] == f"calibration/{tiny_embedder.model_name}.json"
