"""The answers that an adapter of the generator is trained on belong to the questions, and say
nothing that the clauses do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assistant.language import LANGUAGES, detect, unsupported_quantities

_DATA = Path(__file__).parents[2] / "benchmarks" / "data"
#: Their Arabic clauses leave out the unit that the question has.
_UNIT_IN_THE_QUESTION = {("a11", 0), ("l15", 0)}


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_DATA / name).read_text("utf-8").splitlines()]


def test_every_question_has_one_answer_in_each_language_with_numbers_of_its_clauses() -> None:
    pieces, answers = _lines("verdict_pieces.jsonl"), _lines("lesson_answers.jsonl")
    asked = [(piece["id"], n) for piece in pieces for n in range(len(piece["questions"]))]
    assert sorted((row["id"], row["q"]) for row in answers) == sorted(asked)
    written = {(row["id"], row["q"]): row for row in answers}
    for piece in pieces[::8]:
        for number, question in enumerate(piece["questions"]):
            if (piece["id"], number) in _UNIT_IN_THE_QUESTION:
                continue
            for language in LANGUAGES:
                answer = written[piece["id"], number][language]
                clauses = [piece["clauses"][language][i] for i in question["support"]]
                assert detect(answer).language == language, answer
                assert answer.endswith(".")
                known = [*clauses, question["ask"][language]]
                assert not unsupported_quantities(answer, known), answer
