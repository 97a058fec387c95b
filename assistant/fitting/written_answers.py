"""Answers that people have written for the facts of suites: a file of JSON lines, one fact each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import InvalidInputError
from assistant.fitting.json_lines import lines_of, parsed
from assistant.language import Language

_EXAMPLE = "benchmarks/data/verdicts.jsonl is an example of such a file."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RightAnswer(_Strict):
    """A right answer and its form: ``short``, ``sentence``, ``paraphrase``, ``converted``, …"""

    form: str
    text: str = Field(min_length=1)


class WrongAnswer(_Strict):
    """A wrong answer and what is wrong with it: ``number``, ``neighbour``, ``actor``, …"""

    kind: str
    text: str = Field(min_length=1)


class LanguageAnswers(_Strict):
    """Answers to the question of a fact in one language."""

    right: list[RightAnswer] = Field(default_factory=list)
    wrong: list[WrongAnswer] = Field(default_factory=list)


class YesNo(_Strict):
    """A question on the fact that yes or no answers.

    Attributes:
        question: The question.
        right: The right answer as a bare word, and as a sentence.
        wrong: Turned ones.
    """

    question: str = Field(min_length=1)
    right: tuple[str, str]
    wrong: list[WrongAnswer]


class WrittenAnswers(_Strict):
    """One line: the answers to one fact.

    Attributes:
        fact: Its id in the suite.
        suite: The suite's name, for readers.
        answers: By the language of question and answer.
        verdict: Likewise.
    """

    fact: str
    suite: str = ""
    answers: dict[Language, LanguageAnswers]
    verdict: dict[Language, YesNo] = Field(default_factory=dict)


def load_written(path: Path) -> Mapping[str, WrittenAnswers]:
    """The answers of a file, by fact.

    Raises:
        InvalidInputError: The file cannot be read, or a line is malformed; it is named.
    """
    written: dict[str, WrittenAnswers] = {}
    for number, line in enumerate(lines_of(path), start=1):
        if not line.strip():
            continue
        row = parsed(WrittenAnswers, line, f"{path}:{number}", _EXAMPLE)
        if row.fact in written:
            raise InvalidInputError(f"{path}:{number}: fact: {row.fact} is there twice")
        written[row.fact] = row
    return written
