"""Documents and questions of public reading sets, to weigh the verdict on what a generator says.

    python benchmarks/reading_suite.py --out DIR [--questions N]

Prose, where the samples are rules: TyDi QA (a question and a passage in one language), XQuAD (an
Arabic question on an English passage and the reverse), Belebele (a Korean question on an English
passage) and NoMIRACL (a question with ten passages that do not answer it), all from
``../shared/data``, N of each and of each pair of languages. All facts are of half 0, so that
``--hold-out`` reports on others. Then:

    TRILOGUE_DATA_DIR=DIR/index trilogue ingest DIR/documents
    TRILOGUE_DATA_DIR=DIR/index trilogue calibrate-generator DIR/suite.jsonl --said FILE --dry-run
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from retrieval import SHARED, records

from assistant.codes import Language
from assistant.fitting.labelled_answer import half_of
from evals.dataset import Fact, Gold

READING = SHARED / "reading"
#: Passages are not longer, and answers neither, in characters: the samples' are not either.
MOST_TEXT, LEAST_TEXT, MOST_ANSWER = 1500, 150, 60
#: Words of a passage that stand for the title that it does not have.
TITLE_WORDS = 4
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """A question with the passages that are to be searched for it.

    Attributes:
        source: Its set.
        language, target: Of the question, and of the passages.
        answers: Ways to say the answer; none where nothing answers it.
        passages: Titles, which may be empty, and texts.
    """

    source: str
    language: Language
    target: Language
    question: str
    answers: Sequence[str]
    passages: Sequence[tuple[str, str]]


def main() -> None:
    """Write documents and suite."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--questions", type=int, default=20)
    arguments = parser.parse_args()
    if not READING.is_dir():
        sys.exit(f"skipped: the reading sets in {READING} are not there")
    documents = arguments.out / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    facts: list[Fact] = []
    numbers = defaultdict[str, Iterator[int]](count)
    for item in (*tydi(), *xquad(), *belebele(), *nomiracl()):
        group = f"{item.source}-{item.language}-{item.target}"
        if sum(fact.id.startswith(group) for fact in facts) == arguments.questions:
            continue
        name = next(n for i in numbers[group] if half_of(n := f"{group}-{i:04}") == 0)
        facts.append(written(item, name, documents))
    lines = "\n".join(fact.model_dump_json() for fact in facts)
    (arguments.out / "suite.jsonl").write_text(lines + "\n", "utf-8")
    print(f"{len(facts)} questions, {sum(1 for _ in documents.iterdir())} documents")


def written(item: Item, name: str, folder: Path) -> Fact:
    """The fact of an item, whose passages are written into a folder."""
    for number, (title, text) in enumerate(item.passages):
        heading = title or " ".join(text.split()[:TITLE_WORDS]).strip("(),.\"'")
        (folder / f"{name}-{number}.md").write_text(f"# {heading}\n\n{text}\n", "utf-8")
    gold = Gold(document=f"{name}-0.md", language=item.target, locators=[])
    return Fact(
        id=name,
        kind="prose",
        answerable=bool(item.answers),
        questions={item.language: item.question},
        answers={item.language: list(item.answers)} if item.answers else {},
        gold=[gold] if item.answers else [],
    )


def shuffled(items: Iterable[Record]) -> list[Record]:
    """In an order of their own, the same each time."""
    mixed = list(items)
    random.Random(3).shuffle(mixed)
    return mixed


def tydi() -> Iterator[Item]:
    """TyDi QA, one question for each passage."""
    for file in ("tydiqa.ko.train", "tydiqa.ar.dev", "tydiqa.en.train"):
        seen: set[str] = set()
        for row in shuffled(records(READING / f"{file}.jsonl")):
            text, answer = row["passage"], row["answer"]
            if text not in seen and fits(text, [answer]):
                seen.add(text)
                language = row["language"]
                yield Item("tydi", language, language, row["question"], [answer], [("", text)])


def xquad() -> Iterator[Item]:
    """The fitting half of XQuAD, with the passage in the other language."""
    passages = {r["id"]: r for r in records(SHARED / "retrieval" / "xquad.passages.jsonl")}
    sides = {(p["parallel_id"], p["language"]): p for p in passages.values()}
    for row in shuffled(records(SHARED / "retrieval" / "xquad.queries.jsonl")):
        language = row["language"]
        other: Language = "ar" if language == "en" else "en"
        passage = sides.get((passages[row["passage_id"]]["parallel_id"], other))
        if passage and half_of(passage["parallel_id"]) == 0 and fits("", row["answers"]):
            text = (passage["title"], passage["text"])
            yield Item("xquad", language, other, row["question"], row["answers"], [text])


def belebele() -> Iterator[Item]:
    """The fitting half of Belebele, Korean questions on English passages."""
    passages = {r["id"]: r for r in records(SHARED / "retrieval" / "belebele.passages.jsonl")}
    sides = {(p["parallel_id"], p["language"]): p for p in passages.values()}
    for row in shuffled(records(SHARED / "retrieval" / "belebele.queries.jsonl")):
        passage = sides.get((passages[row["passage_id"]]["parallel_id"], "en"))
        if row["language"] != "ko" or not passage or half_of(passage["parallel_id"]):
            continue
        if fits("", row["answers"]):
            text = passage["text"].replace('""', '"').strip('"')
            yield Item("belebele", "ko", "en", row["question"], row["answers"], [("", text)])


def nomiracl() -> Iterator[Item]:
    """The fitting half of the questions that their passages do not answer."""
    for row in shuffled(records(SHARED / "abstention" / "nomiracl.jsonl")):
        if not row["answerable"] and half_of(row["id"]) == 0:
            language = row["language"]
            texts = [("", text) for text in row["passages"]]
            yield Item("nomiracl", language, language, row["question"], [], texts)


def fits(text: str, answers: Sequence[str]) -> bool:
    """Whether passage and answers are neither too long nor too short."""
    return (not text or LEAST_TEXT < len(text) < MOST_TEXT) and all(
        len(answer) <= MOST_ANSWER for answer in answers
    )


if __name__ == "__main__":
    main()
