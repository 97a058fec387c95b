"""The answers that the verdict is measured on: enough of each kind, halves never mixed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shelf import passage

from assistant.language import LANGUAGES

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def cases() -> Iterator[list[Any]]:
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(BENCHMARKS))
    from verdict_cases import load_cases

    yield load_cases()
    sys.modules.pop("verdict_cases")
    patch.undo()


def test_there_are_enough_right_and_wrong_answers_in_all_directions(cases: list[Any]) -> None:
    assert len({c.text for c in cases if c.right}) >= 1500
    assert len({c.text for c in cases if not c.right}) >= 3000
    directions = Counter(c.direction for c in cases if c.target)
    assert len(directions) == 9
    assert min(directions.values()) > 400


def test_the_halves_have_no_fact_in_common_and_are_about_as_large(cases: list[Any]) -> None:
    halves = [{c.fact for c in cases if c.half == half} for half in (0, 1)]
    assert not halves[0] & halves[1]
    assert 0.8 < len(halves[0]) / len(halves[1]) < 1.25


def test_no_answer_is_right_and_wrong_at_once(cases: list[Any]) -> None:
    said: dict[tuple[str, str], set[bool]] = {}
    for case in cases:
        said.setdefault((case.question, case.text), set()).add(case.right)
    assert [pair for pair, truths in said.items() if len(truths) == 2] == []


def test_the_pieces_to_train_on_are_whole_and_parallel() -> None:
    lines = (BENCHMARKS / "data" / "verdict_pieces.jsonl").read_text("utf-8").splitlines()
    pieces = [json.loads(line) for line in lines]
    assert len(pieces) == len({piece["id"] for piece in pieces}) >= 400
    for piece in pieces:
        (count,) = {len(piece["clauses"][language]) for language in LANGUAGES}
        for asked in piece["questions"]:
            assert all(0 <= place < count for place in asked["support"])
            for language in LANGUAGES:
                wrong = {text for _, text in asked["wrong"][language]}
                right = set(asked["right"][language])
                assert wrong
                assert right
                assert not wrong & right, piece["id"]


def test_copies_of_the_documents_are_right_and_their_corruptions_wrong(cases: list[Any]) -> None:
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(BENCHMARKS))
    from verdict_copies import copied_cases

    said = "The Appeals Board has five members. It is not open to students. It meets twice a year."
    board = passage(1, said, "Article 6", source="complaints-and-appeals.en.docx")
    copies = copied_cases(cases, [board])
    patch.undo()
    assert {(c.text, c.right) for c in copies if c.kind == "copied"} == {
        ("The Appeals Board has five members.", True)
    }
    wrong = {c.kind for c in copies if not c.right}
    assert wrong <= {"copied_neighbour", "copied_number", "copied_turned"}
    assert "copied_neighbour" in wrong
