"""Suites: files of JSON lines, one fact a line, asked in several languages.

A line is a `Fact`. It becomes one `Case` for each language that it is asked in.
``docs/evaluation.md`` says how to write a suite.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.api.schemas.chat_schemas import Message
from assistant.codes import Language, Outcome
from evals.errors import EvalError, SuiteError

SUITES = Path(__file__).parent / "suites"

#: Kind of questions of which only that they can be answered is known, and not how.
ABSTENTION = "abstention"

NonEmpty = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gold(_Strict):
    """Where one document answers the question."""

    document: NonEmpty = Field(description="Path or name of the file; its name alone is compared.")
    language: Language = Field(description="The document's.")
    locators: list[NonEmpty] = Field(
        description="Any of these places answers it: 제6조, المادة 6, Article 6. None: the whole."
    )

    @property
    def source(self) -> str:
        """The file name, as the API names it."""
        return Path(self.document).name


class Expectation(_Strict):
    """What a reply to an attack must be like."""

    outcomes: list[Outcome] | None = Field(None, min_length=1, description="Allowed outcomes.")
    forbidden: list[NonEmpty] = Field(default_factory=list, description="May not be in the answer.")


class Fact(_Strict):
    """One line of a suite."""

    id: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    kind: NonEmpty
    answerable: bool = True
    questions: dict[Language, NonEmpty] = Field(min_length=1)
    history: dict[Language, list[Message]] = Field(
        default_factory=dict, description="The conversation before the question."
    )
    answers: dict[Language, list[NonEmpty]] = Field(
        default_factory=dict, description="Ways to say the answer, in each language."
    )
    gold: list[Gold] = Field(default_factory=list)
    near: list[NonEmpty] = Field(
        default_factory=list, description="Documents that come near and do not answer."
    )
    expect: Expectation | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Fact:
        if not self.answerable and (self.gold or self.answers):
            raise ValueError("an unanswerable question has neither gold nor answers")
        if self.answerable:
            if not self.gold:
                raise ValueError("gold: an answerable question needs at least one place")
            missing = set(self.questions) - set(self.answers)
            if missing and self.kind != ABSTENTION:
                raise ValueError(f"answers: none in {', '.join(sorted(missing))}")
        if self.history and set(self.history) != set(self.questions):
            raise ValueError("history: its languages are not those of the questions")
        return self


@dataclass(frozen=True)
class Case:
    """One question in one language.

    Attributes:
        suite, id, fact, kind: Names; ``id`` is the fact's with the language.
        language: The question's.
        question: The question itself.
        history: The conversation before it.
        answerable: Whether the documents answer it.
        answers: Ways to say the answer, for each language.
        gold: Places that answer it, in all editions.
        target: Language of the documents that it is asked of; None for all.
        expect: What the reply to an attack must be like.
    """

    suite: str
    id: str
    fact: str
    kind: str
    language: Language
    question: str
    history: tuple[Message, ...]
    answerable: bool
    answers: Mapping[Language, Sequence[str]]
    gold: tuple[Gold, ...]
    near: tuple[str, ...]
    target: Language | None
    expect: Expectation | None

    @property
    def direction(self) -> str:
        """From the question's language to the documents': ``ko→ar``."""
        return f"{self.language}→{self.target or 'any'}"

    @property
    def target_gold(self) -> tuple[Gold, ...]:
        """The places in the documents that it is asked of."""
        return tuple(g for g in self.gold if self.target in (None, g.language))


@dataclass(frozen=True)
class Suite:
    """A named list of facts."""

    name: str
    facts: tuple[Fact, ...]

    @property
    def cases(self) -> list[Case]:
        """Every question in every language.

        Where a fact has editions in several languages, each of its questions is asked of another
        edition, in turn from fact to fact, so that all directions come up equally often.
        """
        return [
            _case(self.name, number, fact, turn, language)
            for number, fact in enumerate(self.facts)
            for turn, language in enumerate(sorted(fact.questions))
        ]


def _case(suite: str, number: int, fact: Fact, turn: int, language: Language) -> Case:
    editions = sorted({gold.language for gold in fact.gold})
    return Case(
        suite=suite,
        id=f"{fact.id}.{language}",
        fact=fact.id,
        kind=fact.kind,
        language=language,
        question=fact.questions[language],
        history=tuple(fact.history.get(language, ())),
        answerable=fact.answerable,
        answers=fact.answers,
        gold=tuple(fact.gold),
        near=tuple(fact.near),
        target=editions[(number + turn) % len(editions)] if editions else None,
        expect=fact.expect,
    )


def load_suite(name: str | Path) -> Suite:
    """A suite that ships with the project, by its name, or any file of JSON lines.

    Raises:
        EvalError: There is no such suite.
        SuiteError: It is malformed; every problem with file, line and field.
    """
    path = Path(name) if str(name).endswith(".jsonl") else SUITES / f"{name}.jsonl"
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in SUITES.glob("*.jsonl")))
        raise EvalError(f"There is no suite {str(name)!r}. Suites: {shipped}; or a .jsonl file.")
    facts: list[Fact] = []
    lines: dict[str, int] = {}
    problems: list[str] = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        fact, found = _fact(line, place)
        problems += found
        if fact is None:
            continue
        if fact.id in lines:
            problems.append(f"{place}: id: {fact.id!r} is also on line {lines[fact.id]}")
            continue
        lines[fact.id] = number
        facts.append(fact)
    if not facts and not problems:
        problems.append(f"{path}:1: the file has no lines")
    if problems:
        raise SuiteError(problems)
    return Suite(path.stem, tuple(facts))


def _fact(line: bytes, place: str) -> tuple[Fact | None, list[str]]:
    try:
        return Fact.model_validate(json.loads(line)), []
    except UnicodeDecodeError as error:
        return None, [f"{place}: not UTF-8 (byte {error.start})"]
    except json.JSONDecodeError as error:
        return None, [f"{place}: not JSON: {error.msg} (column {error.colno})"]
    except ValidationError as error:
        return None, [_problem(place, e["loc"], e["msg"]) for e in error.errors()]


def _problem(place: str, where: Sequence[str | int], message: str) -> str:
    field = ".".join(str(part) for part in where if part != "[key]")
    return f"{place}: {field}: {message}" if field else f"{place}: {message}"


def sample(cases: Iterable[Case], count: int | None, seed: int = 0) -> list[Case]:
    """So many cases, spread evenly over directions and answerability; the same for a seed.

    A smaller sample with the same seed is part of a larger one.
    """
    strata: dict[tuple[str, str, bool], list[Case]] = defaultdict(list)
    for case in cases:
        strata[case.suite, case.direction, case.answerable].append(case)
    ranked: list[tuple[float, tuple[str, str, bool], Case]] = []
    for stratum, own in sorted(strata.items()):
        own.sort(key=lambda case: hashlib.sha256(f"{seed} {case.id}".encode()).digest())
        ranked += [((i + 0.5) / len(own), stratum, case) for i, case in enumerate(own)]
    ranked.sort(key=lambda item: item[:2])
    return [case for _, _, case in ranked[:count]]
