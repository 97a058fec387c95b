"""What a run leaves behind: its manifest, every raw reply, and the texts that replies cite.

A run is a folder: ``run.json`` (the `Manifest`), ``suites/`` (the questions), ``replies.jsonl`` (a
`Record` a line, as they came in), ``passages.jsonl`` (a `FoundPassage` a line) and, once it is
scored, ``scores.json``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from assistant.api.schemas.chat_schemas import ChatResponse, SearchResponse
from assistant.codes import Language
from evals.dataset import Case, Suite, load_suite, sample
from evals.errors import EvalError

#: search: the passages of the target language; pool: of all languages together; chat: a reply.
Step = Literal["search", "pool", "chat"]
STEPS: tuple[Step, ...] = ("search", "pool", "chat")

Milliseconds = Annotated[float, Field(ge=0)]


class FoundPassage(BaseModel):
    """A passage of the index, as the service shows it."""

    passage_id: str
    source: str
    title: str
    locator: str
    headings: list[str]
    language: Language
    text: str


class Times(BaseModel):
    """Milliseconds from sending the request, as the client sees them."""

    evidence: Milliseconds | None = None
    first_sentence: Milliseconds | None = None
    total: Milliseconds = 0.0


class Record(BaseModel):
    """One request and what came of it: a reply that can be read, or an error."""

    suite: str
    case: str
    step: Step
    sent: dict[str, Any]
    search: SearchResponse | None = None
    chat: ChatResponse | None = None
    raw: str | None = Field(None, description="What came instead of a reply.")
    status: int | None = Field(None, description="Of the problem, where it was one.")
    error: str | None = None
    times: Times = Times()

    @property
    def key(self) -> tuple[str, str, Step]:
        return self.suite, self.case, self.step


class ServiceVersion(BaseModel):
    """The service that answered, as far as it tells."""

    url: str
    version: str | None = None
    models: list[str] = []


class Plan(BaseModel):
    """Which questions are asked, and how."""

    suites: dict[str, str] = Field(description="Names with the sha256 of their questions.")
    steps: list[Step]
    sample: int | None
    chats: int | None = Field(None, description="Of these, so many chats; searches are cheap.")
    seed: int
    collections: str | None = Field(
        None, description="Collection of a language's documents: samples-{language}."
    )
    concurrency: int
    timeout: float


class Manifest(BaseModel):
    """What was run. Two runs with the same ``plan`` asked the same questions."""

    plan: Plan
    service: ServiceVersion
    commit: str | None = Field(None, description="Of the checkout that the evals ran from.")
    started_at: str
    seconds: float = Field(0.0, description="Of asking, without pauses between continued runs.")


_Row = TypeVar("_Row", bound=BaseModel)


@dataclass(frozen=True)
class RunFolder:
    """The folder of a run."""

    path: Path

    @property
    def manifest(self) -> Manifest:
        """Raises EvalError where there is none that can be read."""
        try:
            return Manifest.model_validate_json((self.path / "run.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise EvalError(f"{self.path} is not the folder of a run: {error}") from error

    def save(self, manifest: Manifest) -> None:
        self._replace("run.json", manifest.model_dump_json(indent=2))

    @property
    def exists(self) -> bool:
        return (self.path / "run.json").is_file()

    def records(self) -> dict[tuple[str, str, Step], Record]:
        """The last record of each request."""
        return {row.key: row for row in self._rows("replies.jsonl", Record)}

    def append(self, record: Record) -> None:
        """Add a record; it is on the disk before this returns."""
        with (self.path / "replies.jsonl").open("ab") as file:
            file.write(record.model_dump_json(exclude_defaults=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def mend(self) -> None:
        """Cut off the half line that a killed run has left."""
        path = self.path / "replies.jsonl"
        if path.is_file() and not (data := path.read_bytes()).endswith(b"\n"):
            path.write_bytes(data[: data.rfind(b"\n") + 1])

    def save_suites(self, suites: Iterable[Suite]) -> None:
        (self.path / "suites").mkdir(parents=True, exist_ok=True)
        for suite in suites:
            lines = (f"{fact.model_dump_json(exclude_defaults=True)}\n" for fact in suite.facts)
            self._replace(f"suites/{suite.name}.jsonl", "".join(lines))

    def cases(self) -> list[Case]:
        """The cases that the run asks: what its plan draws from its suites."""
        plan = self.manifest.plan
        return [c for s in self._suites() for c in sample(s.cases, plan.sample, plan.seed)]

    def chat_cases(self) -> set[tuple[str, str]]:
        """Suite and id of the cases that are asked as chats."""
        plan = self.manifest.plan
        drawn = (sample(s.cases, plan.chats, plan.seed) for s in self._suites())
        return {(case.suite, case.id) for cases in drawn for case in cases}

    def _suites(self) -> list[Suite]:
        folder = self.path / "suites"
        return [load_suite(folder / f"{name}.jsonl") for name in self.manifest.plan.suites]

    @property
    def passages(self) -> list[FoundPassage] | None:
        """The texts of the index; None where the service did not list them."""
        if not (self.path / "passages.jsonl").is_file():
            return None
        return list(self._rows("passages.jsonl", FoundPassage))

    def save_passages(self, passages: Iterable[FoundPassage]) -> None:
        self._replace("passages.jsonl", "".join(f"{p.model_dump_json()}\n" for p in passages))

    def _rows(self, name: str, kind: type[_Row]) -> Iterator[_Row]:
        path = self.path / name
        if not path.is_file():
            return
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            try:
                yield kind.model_validate_json(line)
            except ValidationError as error:
                raise EvalError(f"{path}:{number}: {error.errors()[0]['msg']}") from error

    def _replace(self, name: str, text: str) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        temporary = self.path / f"{name}.new"
        temporary.write_text(text, "utf-8")
        temporary.replace(self.path / name)


@dataclass(frozen=True)
class Asked:
    """A case with the records of its requests."""

    case: Case
    records: dict[Step, Record]

    @property
    def chat(self) -> ChatResponse | None:
        record = self.records.get("chat")
        return record.chat if record else None


def join(cases: Iterable[Case], records: dict[tuple[str, str, Step], Record]) -> list[Asked]:
    """Each case with its records, without the cases that were not asked at all."""
    joined = []
    for case in cases:
        found = {s: r for s in STEPS if (r := records.get((case.suite, case.id, s)))}
        if found:
            joined.append(Asked(case, found))
    return joined
