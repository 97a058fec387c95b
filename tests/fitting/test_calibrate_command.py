"""``trilogue calibrate`` over the samples, with a model of a few kilobytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from assistant.calibration import load_calibration
from assistant.settings import Settings
from evals.dataset import SUITES

ROOT = Path(__file__).parents[2]
SUITE = SUITES / "samples-core.jsonl"
Trilogue = Callable[..., Result]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is read once for all tests."""
    return tmp_path_factory.mktemp("cache") / "readings.jsonl"


def _facts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SUITE.read_text("utf-8").splitlines()]


def _suite(path: Path, facts: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, facts)), "utf-8")
    return path


def test_a_dry_run_tells_what_a_fit_is_worth_and_writes_nothing(
    trilogue: Trilogue, indexed: Settings, cache: Path
) -> None:
    done = trilogue("calibrate", "--dry-run", "--cache", cache)
    assert done.exit_code == 0, done.output
    for told in ("Gate, threshold", "samples-core, ko", "right: copied", "wrong: near_miss"):
        assert told in done.stdout
    assert "facts were left out: their documents are not in the index" in done.stdout
    assert "Nothing was written" in done.stdout
    assert not indexed.calibration_dir.exists()


def test_what_is_fitted_takes_the_place_of_a_file_of_another_version_and_is_in_use(
    trilogue: Trilogue, indexed: Settings, cache: Path
) -> None:
    name = Path(indexed.embedder).name
    file = indexed.calibration_dir / f"{name}.json"
    indexed.calibration_dir.mkdir()
    file.write_text('{"embedder": "of another version"}', "utf-8")
    load_calibration.cache_clear()  # what other tests have loaded for this folder
    done = trilogue("calibrate", "--cache", cache, "--json", "--price", "5")
    assert done.exit_code == 0, done.output
    assert f"{file} cannot be used" in done.stderr
    told = json.loads(done.stdout)
    assert told["file"] == str(file)
    found = load_calibration(name, "whatever generates", indexed.calibration_dir)
    assert found.file == str(file)
    assert not found.is_default
    assert found.verdict.price == 5.0
    assert found.verdict.threshold == told["verdict"]["threshold"]
    assert found.gate is not None
    assert found.gate.fitted_on == {"samples-core": told["gate"]["rates"][0]["questions"]}
    assert found.cosines.spread == told["cosines"]["spread"]["value"]
    assert told["cosines"]["edition"]["pairs"] >= 20
    assert [path.name for path in indexed.calibration_dir.iterdir()] == [file.name]


def test_one_half_is_held_out(trilogue: Trilogue, cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "half.json"
    done = trilogue("calibrate", "--hold-out", "--cache", cache, "--json", "--output", file)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["measured"] == "on the other half of the facts"
    assert "half 0 of samples-core" in json.loads(file.read_text("utf-8"))["fitted_on"]
    assert told["gate"]["rates"][0]["questions"] < 3 * 72


def test_without_unanswerable_questions_the_gate_alone_is_left_out(
    trilogue: Trilogue, cache: Path, tmp_path: Path
) -> None:
    suite = _suite(tmp_path / "sure.jsonl", [f for f in _facts() if f.get("answerable", True)])
    done = trilogue("calibrate", suite, "--cache", cache, "--json", "--dry-run", "--any-embedder")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["gate"] is None
    assert any("No gate was fitted" in remark for remark in told["remarks"])
    assert told["verdict"]["auc"] > 0.5


def test_too_few_facts_are_told_with_what_to_do(trilogue: Trilogue, tmp_path: Path) -> None:
    suite = _suite(tmp_path / "few.jsonl", _facts()[:12])
    done = trilogue("calibrate", suite)
    assert done.exit_code == 2
    assert "12 answerable facts of few" in done.stderr
    assert "docs/evaluation.md" in done.stderr


def test_a_fact_in_two_suites_is_one_too_many(trilogue: Trilogue, tmp_path: Path) -> None:
    done = trilogue("calibrate", "samples-core", _suite(tmp_path / "again.jsonl", _facts()[:3]))
    assert done.exit_code == 2
    assert "is a fact of samples-core and of again" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["no-such-suite"], "There is no suite 'no-such-suite'"),
        (["--answers", "no/answers.jsonl"], "no/answers.jsonl cannot be read"),
        (["--pools", "no/pools.jsonl"], "no/pools.jsonl cannot be read"),
        (["--crossed", "no/crossed.json"], "no/crossed.json cannot be read"),
        (["--any-embedder"], "--output"),
    ],
)
def test_what_cannot_be_used_is_named(trilogue: Trilogue, arguments: list[str], told: str) -> None:
    done = trilogue("calibrate", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_index_is_no_ground_for_a_fit(trilogue: Trilogue, tmp_path: Path) -> None:
    done = trilogue("calibrate", data_dir=tmp_path / "empty")
    assert done.exit_code == 2
    assert "trilogue ingest" in done.stderr


def test_while_another_process_has_the_index_nothing_is_fitted(
    trilogue: Trilogue, indexed: Settings
) -> None:
    program = (
        "import sys\n"
        "from assistant.index.open import open_store\n"
        "from assistant.models.embedder import load_embedder\n"
        "from assistant.settings import get_settings\n"
        "store = open_store(get_settings(), load_embedder(get_settings()))\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    trilogue("calibrate", "--help")  # sets the environment
    other = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert other.stdout
    assert other.stdout.readline() == b"open\n"
    done = trilogue("calibrate")
    other.communicate()
    assert done.exit_code == 3
    assert "another process" in done.stderr.lower() or "in use" in done.stderr.lower()


def test_without_its_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from assistant.commands.app import app; app(['calibrate'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.returncode == 2
    assert "pip install 'trilogue[evals]'" in ran.stderr
    assert "Traceback" not in ran.stderr
