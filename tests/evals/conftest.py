"""What the tests of the evals share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from eval_runs import Ran, ask, plan_of, serving
from known_service import KnownService, suite_lines

from evals.dataset import Suite, load_suite
from evals.records import RunFolder
from evals.scores import score


@pytest.fixture(scope="session")
def suite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The suite that the known service answers."""
    path = tmp_path_factory.mktemp("suites") / "known.jsonl"
    lines = (json.dumps(line, ensure_ascii=False) for line in suite_lines())
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(scope="session")
def suite(suite_file: Path) -> Suite:
    return load_suite(suite_file)


@pytest.fixture(scope="session")
def run_against(
    suite: Suite, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[KnownService], Ran]:
    """Runs the suite against a service, and scores it."""

    def _run(service: KnownService) -> Ran:
        folder = RunFolder(tmp_path_factory.mktemp("run"))
        with serving(service) as url:
            asked = ask(url, suite, folder, plan_of(suite))
        scores = score(folder.manifest, asked, folder.passages)
        scores.save(folder.path / "scores.json")
        return Ran(folder, asked, scores)

    return _run


@pytest.fixture(scope="session")
def healthy(run_against: Callable[[KnownService], Ran]) -> Ran:
    """A run against the service without a fault."""
    return run_against(KnownService())
