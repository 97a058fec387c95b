"""Suites become right and wrong answers: enough of each kind, halves never mixed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from shelf import passage

from assistant.errors import InvalidInputError
from assistant.fitting.labelled_answer import LabelledAnswer, drawn
from assistant.fitting.suite_answers import suite_answers
from assistant.fitting.written_answers import load_written
from assistant.index.passage import Passage
from assistant.language import LANGUAGES
from evals.dataset import Fact, load_suite
from evals.text import contains

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


@pytest.fixture(scope="module")
def samples() -> tuple[Fact, ...]:
    return load_suite("samples-core").facts


@pytest.fixture(scope="module")
def benchmark(samples: tuple[Fact, ...]) -> list[LabelledAnswer]:
    """Those that people have written."""
    facts = [*load_suite("statutes").facts, *samples]
    return suite_answers(facts, load_written(DATA / "verdicts.jsonl"))


@pytest.fixture(scope="module")
def board() -> Passage:
    said = "The Appeals Board has five members. It is not open to students. It meets twice a year."
    return passage(1, said, "Article 6", source="complaints-and-appeals.en.docx")


@pytest.fixture(scope="module")
def unwritten(samples: tuple[Fact, ...], board: Passage) -> list[LabelledAnswer]:
    """Those that are made of a suite and a document alone."""
    return suite_answers(samples, {}, [board])


def test_there_are_enough_right_and_wrong_answers_in_all_directions(
    benchmark: list[LabelledAnswer],
) -> None:
    assert len({a.text for a in benchmark if a.right}) >= 1500
    assert len({a.text for a in benchmark if not a.right}) >= 3000
    directions = Counter(a.direction for a in benchmark if a.target)
    assert len(directions) == 9
    assert min(directions.values()) > 400


def test_the_halves_have_no_fact_in_common_and_are_about_as_large(
    benchmark: list[LabelledAnswer],
) -> None:
    halves = [{a.fact for a in benchmark if a.half == half} for half in (0, 1)]
    assert not halves[0] & halves[1]
    assert 0.8 < len(halves[0]) / len(halves[1]) < 1.25
    for half in halves:
        assert 0.3 < sum(map(drawn, half)) / len(half) < 0.7


def test_no_answer_is_right_and_wrong_at_once(
    benchmark: list[LabelledAnswer], unwritten: list[LabelledAnswer]
) -> None:
    said: dict[tuple[str, str], set[bool]] = {}
    for answer in [*benchmark, *unwritten]:
        said.setdefault((answer.question, answer.text), set()).add(answer.right)
    assert [pair for pair, truths in said.items() if len(truths) == 2] == []


def test_without_written_answers_the_ways_to_say_it_are_right(
    samples: tuple[Fact, ...], unwritten: list[LabelledAnswer]
) -> None:
    for fact in samples:
        for language in fact.questions:
            own = [a for a in unwritten if (a.fact, a.language) == (fact.id, language)]
            said = {a.text for a in own if a.right and a.kind in ("short", "alias")}
            assert said == set(fact.answers.get(language, ()))
            assert any(not a.right for a in own)


def test_without_written_answers_wrong_ones_never_say_what_is_right(
    samples: tuple[Fact, ...], unwritten: list[LabelledAnswer]
) -> None:
    facts = {fact.id: fact for fact in samples}
    wrong = [a for a in unwritten if not a.right]
    kinds = Counter(a.kind for a in wrong)
    assert kinds["number_short"] > 100
    assert {"same_document_short", "other_document_short", "near_miss"} <= set(kinds)
    for answer in wrong:
        if answer.kind != "copied_turned":
            aliases = facts[answer.fact].answers.get(answer.language, ())
            assert not any(contains(answer.text, alias) for alias in aliases), answer


def test_a_question_that_nothing_answers_gets_answers_to_another_one_on_its_document(
    samples: tuple[Fact, ...], unwritten: list[LabelledAnswer]
) -> None:
    facts = {fact.id: fact for fact in samples}
    misses = [a for a in unwritten if not facts[a.fact].answerable]
    assert {a.fact for a in misses} == {f.id for f in samples if not f.answerable}
    assert not any(a.right for a in misses)
    dual = [a for a in misses if a.fact == "no-dual-gre" and a.language == "en"]
    own = [fact for fact in samples if any("dual-degree" in gold.source for gold in fact.gold)]
    assert all(any(a.text in fact.answers["en"] for fact in own) for a in dual)


def test_copies_of_the_documents_are_right_and_their_corruptions_wrong(
    benchmark: list[LabelledAnswer], samples: tuple[Fact, ...], board: Passage
) -> None:
    written = load_written(DATA / "verdicts.jsonl")
    copies = [a for a in suite_answers(samples, written, [board]) if a.kind.startswith("copied")]
    assert {(a.text, a.right) for a in copies if a.kind == "copied"} == {
        ("The Appeals Board has five members.", True)
    }
    wrong = {a.kind for a in copies if not a.right}
    assert wrong <= {"copied_neighbour", "copied_number", "copied_turned"}
    assert "copied_neighbour" in wrong


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", ":1:"),
        ('{"fact": "a", "answers": {"fr": {}}}', "answers.fr"),
        ('{"fact": "a", "answers": {"en": {"right": [{"text": "30"}]}}}', "right.0.form"),
        (
            '{"fact": "a", "answers": {}}\n{"fact": "a", "answers": {}}',
            ":2: fact: a is there twice",
        ),
    ],
)
def test_a_malformed_file_of_answers_is_named_with_line_and_field(
    tmp_path: Path, line: str, told: str
) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(InvalidInputError) as caught:
        load_written(path)
    assert str(path) in caught.value.message
    assert told in caught.value.message


def test_the_pieces_to_train_on_are_whole_and_parallel() -> None:
    lines = (DATA / "verdict_pieces.jsonl").read_text("utf-8").splitlines()
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
