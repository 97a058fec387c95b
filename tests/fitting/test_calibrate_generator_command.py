"""``trilogue calibrate-generator`` over the samples, with a model of a few kilobytes and a
generator that knows half of the answers."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from scripted_generator import ScriptedGenerator
from typer.testing import Result

from assistant.answering.verdict.signals import Signals
from assistant.calibration import load_calibration
from assistant.errors import UnavailableError
from assistant.models.piece import Piece
from assistant.models.session import Prompt, SamplingOptions, TokenUsage
from assistant.settings import Settings
from evals.dataset import load_suite

Trilogue = Callable[..., Result]
_SIGNALS = {field.name: 0.0 for field in fields(Signals)}
_LINE = {
    "generator": "scripted", "made_with": "", "fact": "f", "language": "en", "target": None,
    "scope": None, "question": "How much?",
}  # fmt: skip
_FACTS = [f for f in load_suite("samples-core").facts if not f.history][:60]

#: What it says where it knows nothing.
_WRONG = {
    "ko": "위원회가 정합니다.", "ar": "تقرر ذلك اللجنة.", "en": "The committee decides that.",
}  # fmt: skip


class HalfRight(ScriptedGenerator):
    """Says what the suite knows to questions on every other fact, and how sure it is."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.said: dict[str, Piece] = {}
        for number, fact in enumerate(_FACTS):
            for language, question in fact.questions.items():
                known = fact.answerable and number % 2 == 0
                self.said[question] = (
                    Piece(fact.answers[language][0], -0.1)
                    if known
                    else Piece(_WRONG[language], -1.5)
                )
        self.asked = 0

    def start(self) -> None: ...

    async def stream(
        self, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        self.asked += 1
        (said,) = (said for question, said in self.said.items() if question in str(prompt.messages))
        yield said


@pytest.fixture
def generators(monkeypatch: pytest.MonkeyPatch) -> list[HalfRight]:
    """Those that were made."""
    made: list[HalfRight] = []

    def make(settings: Settings) -> HalfRight:
        made.append(HalfRight(settings))
        return made[-1]

    monkeypatch.setattr("assistant.models.generator.Generator", make)
    monkeypatch.setenv("TRILOGUE_GENERATOR_MODEL", "scripted")
    return made


@pytest.fixture
def fitted(indexed: Settings) -> Iterator[Path]:
    """Where the operator's own files are; one for the embedder is among them."""
    name = Path(indexed.embedder).name
    own = load_calibration(name, "*").model_copy(update={"embedder": name})
    indexed.calibration_dir.mkdir(exist_ok=True)
    (indexed.calibration_dir / f"{name}.json").write_text(own.model_dump_json(), "utf-8")
    load_calibration.cache_clear()
    yield indexed.calibration_dir
    shutil.rmtree(indexed.calibration_dir)
    load_calibration.cache_clear()


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    file = tmp_path / "suite.jsonl"
    file.write_text("\n".join(fact.model_dump_json() for fact in _FACTS), "utf-8")
    return file


def test_what_it_says_is_asked_once_labelled_and_weighed(
    trilogue: Trilogue,
    fitted: Path,
    generators: list[HalfRight],
    suite: Path,
    tmp_path: Path,
) -> None:
    said, file = tmp_path / "said.jsonl", tmp_path / "fitted.json"
    command = ("calibrate-generator", suite, "--said", said, "--output", file)
    done = trilogue(*command, "--json")
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in said.read_text("utf-8").splitlines()]
    assert len(lines) == len({(line["fact"], line["language"]) for line in lines}) > 60
    right = {line["fact"] for line in lines if line["right"]}
    assert right <= {fact.id for fact in _FACTS[::2] if fact.answerable}
    assert len(right) > 8
    told = json.loads(done.stdout)
    assert told["now"]["auc"] > 0.9 > told["before"]["auc"]
    stored = json.loads(file.read_text("utf-8"))
    assert stored["generator"] == "scripted"
    assert stored["verdict"]["generator"]["weights"]["certainty"] > 0

    asked = sum(generator.asked for generator in generators)
    assert asked
    said.write_text(said.read_text("utf-8").replace('"right":true', '"right":false', 1), "utf-8")
    said.write_text(said.read_text("utf-8").removesuffix("\n"), "utf-8")  # as some editors do
    again = trilogue(*command)
    assert again.exit_code == 0, again.output
    assert sum(generator.asked for generator in generators) == asked, "nothing is asked twice"
    assert "right: in one language" in again.stdout
    changed = json.loads(file.read_text("utf-8"))["verdict"]["generator"]["weights"]
    assert changed != stored["verdict"]["generator"]["weights"], "a label was corrected"


def test_it_is_in_use_for_this_generator_alone(
    trilogue: Trilogue,
    fitted: Path,
    generators: list[HalfRight],
    suite: Path,
    tmp_path: Path,
) -> None:
    done = trilogue("calibrate-generator", suite, "--said", tmp_path / "said.jsonl")
    assert done.exit_code == 0, done.output
    file = fitted / "tiny.scripted.json"
    load_calibration.cache_clear()  # the service that asked had loaded what held before
    own = load_calibration("tiny", "scripted", fitted)
    assert own.file == str(file)
    assert own.verdict.generator
    assert load_calibration("tiny", "another", fitted).verdict.generator is None


def test_an_embedder_that_nothing_is_fitted_for_comes_first(
    trilogue: Trilogue, generators: list[HalfRight], suite: Path, tmp_path: Path
) -> None:
    done = trilogue("calibrate-generator", suite, "--said", tmp_path / "said.jsonl")
    assert done.exit_code == 2
    assert "Fit it first: trilogue calibrate" in done.stderr
    assert not sum(generator.asked for generator in generators), "it is told before the asking"


def test_an_empty_index_is_no_ground_for_asking(
    trilogue: Trilogue, fitted: Path, generators: list[HalfRight], suite: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    shutil.copytree(fitted, empty / "calibration")
    done = trilogue("calibrate-generator", suite, "--said", tmp_path / "said.jsonl", data_dir=empty)
    assert done.exit_code == 2
    assert "trilogue ingest" in done.stderr


def test_too_little_to_fit_on_is_told(
    trilogue: Trilogue, fitted: Path, generators: list[HalfRight], tmp_path: Path
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(fact.model_dump_json() for fact in _FACTS[:12]), "utf-8")
    done = trilogue("calibrate-generator", few, "--said", tmp_path / "said.jsonl")
    assert done.exit_code == 2
    assert "answerable facts of few" in done.stderr
    assert not sum(generator.asked for generator in generators)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"generator": 1}, "generator"),
        ({"signals": {"nearness": 0.5}}, "signals of this version"),
        ({"signals": _SIGNALS | {"nearness": math.inf}}, "not all numbers"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(
    trilogue: Trilogue,
    fitted: Path,
    generators: list[HalfRight],
    tmp_path: Path,
    change: dict[str, Any],
    told: str,
) -> None:
    said = tmp_path / "said.jsonl"
    said.write_text("\n" + json.dumps(_LINE | change) + "\n", "utf-8")
    done = trilogue("calibrate-generator", "--said", said)
    assert done.exit_code == 2
    shown = done.stderr.replace("\n", "")
    assert f"{said}:2" in shown
    assert told in shown


def test_what_was_read_with_another_calibration_is_asked_again(
    trilogue: Trilogue,
    fitted: Path,
    generators: list[HalfRight],
    suite: Path,
    tmp_path: Path,
) -> None:
    said = tmp_path / "said.jsonl"
    command = ("calibrate-generator", suite, "--said", said, "--dry-run")
    assert trilogue(*command).exit_code == 0
    asked = sum(generator.asked for generator in generators)
    file = fitted / "tiny.json"
    changed = json.loads(file.read_text("utf-8"))
    changed["cosines"]["spread"] *= 2
    file.write_text(json.dumps(changed), "utf-8")
    assert trilogue(*command).exit_code == 0
    assert sum(generator.asked for generator in generators) == 2 * asked


def _by_question(said: Path) -> dict[str, dict[str, Any]]:
    lines = map(json.loads, said.read_text("utf-8").splitlines())
    return {line["question"]: line for line in lines}


def test_what_is_said_behind_a_part_of_the_question_is_what_counts(
    trilogue: Trilogue,
    fitted: Path,
    generators: list[HalfRight],
    suite: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = HalfRight.stream

    async def echoes(
        self: HalfRight, prompt: Prompt, options: SamplingOptions, usage: TokenUsage
    ) -> AsyncGenerator[Piece, None]:
        (asked,) = (question for question in self.said if question in str(prompt.messages))
        yield Piece(asked.rstrip("?؟") + ". ", -0.1)
        async for piece in plain(self, prompt, options, usage):
            yield piece

    said = tmp_path / "said.jsonl"
    command = ("calibrate-generator", suite, "--said", said, "--dry-run")
    assert trilogue(*command).exit_code == 0
    alone = _by_question(said)
    said.unlink()
    monkeypatch.setattr(HalfRight, "stream", echoes)
    trilogue(*command)
    behind = _by_question(said)
    right = [q for q, line in alone.items() if line["right"]]
    other = [(q, behind[q]["text"]) for q in right if behind[q]["text"] != alone[q]["text"]]
    assert len(other) < len(right) / 10


def test_a_generator_that_fails_is_no_answer(
    trilogue: Trilogue,
    fitted: Path,
    generators: list[HalfRight],
    suite: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(*_: object) -> AsyncGenerator[Piece, None]:
        raise UnavailableError("It has gone.", "Start it.")
        yield Piece("")

    monkeypatch.setattr(HalfRight, "stream", fails)
    said = tmp_path / "said.jsonl"
    done = trilogue("calibrate-generator", suite, "--said", said)
    assert done.exit_code == 3
    assert "The generator failed" in done.stderr
    kept = said.read_text("utf-8").splitlines() if said.exists() else []
    assert len(kept) < len(_FACTS), "what was not answered is asked again"
