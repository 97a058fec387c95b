"""Suites are read, rejected with file, line and field, sampled, and checked against an index."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from eval_runs import Ran
from known_service import suite_lines

from evals.adapters import ADAPTERS, SHARED_DATA, export, open_suite
from evals.check import check_index, check_suite
from evals.dataset import SUITES, Fact, Suite, load_suite, sample
from evals.errors import EvalError, SuiteError


def line(**changes: Any) -> str:
    return json.dumps(suite_lines()[0] | changes)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"{", "not JSON"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (line(questions={"fr": "Combien ?"}).encode(), "questions.fr"),
        (line(gold=[{"document": "a.md", "language": "ko"}]).encode(), "gold.0.locators"),
        (line(colour="red").encode(), "colour"),
        (line(id="a b").encode(), "id"),
        (line(questions={}).encode(), "questions"),
        (line(gold=[]).encode(), "gold"),
        (line(answers={"ko": ["14일"]}).encode(), "answers: none in ar, en"),
        (line(answerable=False).encode(), "neither gold nor answers"),
        (line(history={"ko": []}).encode(), "history"),
        (line(questions={"ko": "  "}).encode(), "questions.ko"),
        (b"[]", "dictionary"),
    ],
)
def test_a_malformed_line_is_rejected_with_file_line_and_field(
    bad: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(line(id="good").encode() + b"\n\n" + bad + b"\n")
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert [p.startswith(f"{path}:3: ") and message in p for p in caught.value.problems] == [True]


def test_every_problem_of_a_suite_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join([line(), line(), line(id="x", kind=1)]), "utf-8")
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    duplicate, wrong = caught.value.problems
    assert duplicate == f"{path}:2: id: 'appeal' is also on line 1"
    assert wrong.startswith(f"{path}:3: kind: ")


def test_an_empty_suite_and_one_that_is_not_there_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(SuiteError, match="no lines"):
        load_suite(tmp_path / "empty.jsonl")
    with pytest.raises(EvalError, match="Suites: articles, attacks, follow-ups, samples-core"):
        load_suite("nonsense")


def test_the_sample_suite_asks_in_all_nine_directions() -> None:
    cases = load_suite("samples-core").cases
    directions = Counter(case.direction for case in cases if case.answerable)
    assert set(directions.values()) == {20}
    assert len(directions) == 9
    unanswerable = [case for case in cases if not case.answerable]
    assert len(unanswerable) == 90
    assert sum(bool(case.near) for case in unanswerable) == 45


def test_the_other_suites_have_what_they_promise() -> None:
    follow_ups = load_suite("follow-ups").cases
    assert Counter(c.language for c in follow_ups) == {"ko": 18, "ar": 18, "en": 18}
    assert all(case.history for case in follow_ups)
    attacks = load_suite("attacks").cases
    assert all(c.expect and (c.expect.outcomes or c.expect.forbidden or c.gold) for c in attacks)
    assert sum(case.answerable for case in load_suite("statutes").cases) == 258


@pytest.mark.parametrize("path", sorted(SUITES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_no_suite_asks_the_same_question_twice(path: Path) -> None:
    assert check_suite(load_suite(path)) == []


def test_a_sample_is_spread_evenly_and_the_same_for_a_seed() -> None:
    cases = load_suite("samples-core").cases
    drawn = sample(cases, 60, seed=1)
    assert drawn == sample(list(reversed(cases)), 60, seed=1)
    assert drawn != sample(cases, 60, seed=2)
    assert drawn[:30] == sample(cases, 30, seed=1)
    assert set(Counter(case.direction for case in drawn).values()) <= {4, 5, 6, 7}
    assert sample(cases, None) != []
    assert len(sample(cases, 10_000)) == len(cases)


def test_gold_that_an_index_does_not_have_is_found(suite: Suite, healthy: Ran) -> None:
    passages = healthy.folder.passages
    assert passages is not None
    assert check_index(suite, passages) == []
    base = suite_lines()[0]
    gold = [
        {"document": "nowhere.md", "language": "ko", "locators": ["제1조"]},
        {"document": "rules.ko.md", "language": "ar", "locators": ["제1조"]},
        {"document": "rules.en.md", "language": "en", "locators": ["Article 99"]},
        {"document": "rules.en.md", "language": "en", "locators": ["Article 2"]},
    ]
    bad = Suite("bad", (Fact.model_validate(base | {"gold": gold, "near": ["far.md"]}),))
    assert check_index(bad, passages) == [
        "bad: appeal: near: far.md is not in the index",
        "bad: appeal: gold: nowhere.md is not in the index",
        "bad: appeal: gold: rules.ko.md is not in the language ar",
        "bad: appeal: answers.ar: none stands in rules.ko.md, ['제1조']",
        "bad: appeal: gold: rules.en.md has no Article 99",
        "bad: appeal: answers.en: none stands in rules.en.md, ['Article 2']",
    ]


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ADAPTERS)
def test_a_public_set_becomes_a_suite_whose_gold_is_exported(name: str, tmp_path: Path) -> None:
    if not SHARED_DATA.is_dir():
        pytest.skip(f"{SHARED_DATA} is not there")
    suite = open_suite(name)
    count = export(name, tmp_path)
    written = {path.name for path in tmp_path.iterdir()}
    assert len(written) == count
    assert {gold.source for fact in suite.facts for gold in fact.gold} <= written
    assert {place for fact in suite.facts for place in fact.near} <= written


def test_data_that_are_not_there_or_not_as_expected_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="--data"):
        open_suite("xquad", tmp_path)
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "arcd.train.ar.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(EvalError, match="not as expected"):
        open_suite("arcd", tmp_path)
