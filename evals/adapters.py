"""Public question sets as suites: XQuAD, Belebele, NoMIRACL and ARCD.

Each gives facts, and the documents that answer them: `export` writes these down so that a service
can ingest them. ``docs/evaluation.md`` says where the data are from.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex
import yaml
from pydantic import ValidationError

from assistant.codes import Language
from evals.dataset import ABSTENTION, Fact, Gold, Suite, load_suite
from evals.errors import EvalError

#: Beside the checkout; its README says what is in it.
SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@dataclass(frozen=True)
class SetPassage:
    """A passage of a set, which becomes a document of its own."""

    name: str
    language: Language
    title: str
    text: str

    @property
    def source(self) -> str:
        return f"{self.name}.md"

    @property
    def gold(self) -> Gold:
        return Gold(document=self.source, language=self.language, locators=[])


@dataclass(frozen=True)
class QuestionSet:
    """Facts and the documents that they are asked of."""

    facts: list[Fact]
    texts: list[SetPassage]


def xquad(data: Path) -> QuestionSet:
    """XQuAD (Artetxe et al. 2020): short answers in English and Arabic, one passage each."""
    return _parallel(data, "xquad")


def belebele(data: Path) -> QuestionSet:
    """Belebele (Bandarkar et al. 2024) in English and Korean; the answer is the right choice."""
    return _parallel(data, "belebele")


def nomiracl(data: Path) -> QuestionSet:
    """NoMIRACL (Thakur et al. 2024): is the question answered by its ten passages at all?"""
    facts: list[Fact] = []
    texts: dict[str, SetPassage] = {}
    for row in _rows(data / "abstention" / "nomiracl.jsonl"):
        own = [
            SetPassage(
                _name(f"nomiracl-{row['language']}-{document}"), row["language"], "", passage
            )
            for document, passage in zip(row["docids"], row["passages"], strict=True)
        ]
        texts |= {text.name: text for text in own}
        asked = {"id": _name(row["id"]), "kind": ABSTENTION, "answerable": row["answerable"]}
        places = {"gold": [text.gold for text in own]} if row["answerable"] else {}
        near = {} if row["answerable"] else {"near": [text.source for text in own]}
        question = {"questions": {row["language"]: row["question"]}}
        facts.append(Fact.model_validate(asked | question | places | near))
    return QuestionSet(facts, list(texts.values()))


def arcd(data: Path) -> QuestionSet:
    """ARCD (Mozannar et al. 2019): short answers in Arabic."""
    facts: list[Fact] = []
    texts: dict[str, SetPassage] = {}
    for row in _rows(data / "answers" / "arcd.train.ar.jsonl"):
        digest = hashlib.sha256(row["passage"].encode()).hexdigest()[:12]
        text = SetPassage(f"arcd-{digest}", "ar", row["title"], row["passage"])
        texts[text.name] = text
        facts.append(
            Fact(
                id=_name(row["id"]), kind="span", questions={"ar": row["question"]},
                answers={"ar": row["answers"]}, gold=[text.gold],
            )
        )  # fmt: skip
    return QuestionSet(facts, list(texts.values()))


ADAPTERS: Mapping[str, Callable[[Path], QuestionSet]] = {
    "xquad": xquad, "belebele": belebele, "nomiracl": nomiracl, "arcd": arcd,
}  # fmt: skip


def open_suite(name: str, data: Path = SHARED_DATA) -> Suite:
    """A suite by its name: of this project, of a file, or of a public set.

    Raises:
        EvalError: There is none, or it is malformed.
    """
    if name not in ADAPTERS:
        return load_suite(name)
    return Suite(name, tuple(_read(name, data).facts))


def export(name: str, folder: Path, data: Path = SHARED_DATA) -> int:
    """Write the documents of a public set as Markdown files; how many there are.

    Raises:
        EvalError: There is no such set.
    """
    texts = _read(name, data).texts
    write_texts(texts, folder)
    return len(texts)


def write_texts(texts: Iterable[SetPassage], folder: Path) -> None:
    """Write documents of a public set as Markdown files."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        stated = {"title": text.title or text.name, "language": text.language}
        head = yaml.safe_dump(stated, allow_unicode=True)
        (folder / text.source).write_text(f"---\n{head}---\n\n{text.text}\n", "utf-8")


def _read(name: str, data: Path) -> QuestionSet:
    if name not in ADAPTERS:
        raise EvalError(f"There is no public set {name!r}. Sets: {', '.join(ADAPTERS)}.")
    try:
        return ADAPTERS[name](data)
    except FileNotFoundError as error:
        raise EvalError(f"{error.filename} is not there; name the data with --data.") from error
    except (KeyError, ValueError, ValidationError) as error:
        raise EvalError(f"The data of {name} in {data} are not as expected: {error!r}") from error


def _parallel(data: Path, name: str) -> QuestionSet:
    """A set whose questions and passages are there in several languages."""
    folder = data / "retrieval"
    texts = {
        row["id"]: SetPassage(_name(row["id"]), row["language"], row["title"], row["text"])
        for row in _rows(folder / f"{name}.passages.jsonl")
    }
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _rows(folder / f"{name}.queries.jsonl"):
        groups[row["parallel_id"]].append(row)
    facts = [
        Fact(
            id=_name(key),
            kind="span",
            questions={row["language"]: row["question"] for row in rows},
            answers={row["language"]: row["answers"] for row in rows},
            gold=[texts[row["passage_id"]].gold for row in rows],
        )
        for key, rows in groups.items()
    ]
    return QuestionSet(facts, list(texts.values()))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    lines: Iterable[str] = path.read_text("utf-8").splitlines()
    yield from (json.loads(line) for line in lines)


def _name(id_: str) -> str:
    """An id that can be a file's name. Nothing here ends in .ko or the like, by which files are
    told to be editions of one another."""
    return regex.sub(r"[^A-Za-z0-9_-]+", "-", id_)
