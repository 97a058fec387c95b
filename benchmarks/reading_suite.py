"""Documents and questions of public reading sets, to weigh the verdict on what a generator says.

    python benchmarks/reading_suite.py --out DIR [--questions N]

Prose, where the samples are rules: TyDi QA (a question and a passage in one language), XQuAD and
Belebele (a passage in two languages, asked in both, of one edition in turn) and NoMIRACL (a
question with passages that do not answer it), all from ``../shared/data``; N facts of each, and of
TyDi QA of each language. All are of half 0, so that ``--hold-out`` reports on others. Then:

    TRILOGUE_DATA_DIR=DIR/index trilogue ingest DIR/documents
    TRILOGUE_DATA_DIR=DIR/index trilogue calibrate-generator DIR/suite.jsonl --said FILE --dry-run
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from retrieval import SHARED, records

from assistant.fitting.labelled_answer import half_of
from evals.adapters import ADAPTERS, QuestionSet, SetPassage, write_texts
from evals.dataset import Fact

READING = SHARED / "reading"
TYDI = ("tydiqa.ko.train", "tydiqa.ar.dev", "tydiqa.en.train")
#: Characters of passages and answers: those of the samples are not longer either.
MOST_TEXT, LEAST_TEXT, MOST_ANSWER = 1500, 150, 60
#: Words of a passage that stand for the title that it does not have.
TITLE_WORDS = 4


def main() -> None:
    """Write documents and suite."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to; a new one")
    parser.add_argument("--questions", type=int, default=20)
    arguments = parser.parse_args()
    if not READING.is_dir():
        sys.exit(f"skipped: the reading sets in {READING} are not there")
    arguments.out.mkdir(parents=True)
    facts: list[Fact] = []
    sets = [tydi(name) for name in TYDI]
    sets += [ADAPTERS[name](SHARED) for name in ("xquad", "belebele", "nomiracl")]
    for one in sets:
        chosen = drawn(one, arguments.questions)
        places = {gold.source for fact in chosen for gold in fact.gold}
        places |= {near for fact in chosen for near in fact.near}
        texts = [text for text in one.texts if text.source in places]
        write_texts(texts, arguments.out / "documents")
        facts += chosen
    lines = "\n".join(fact.model_dump_json() for fact in facts)
    (arguments.out / "suite.jsonl").write_text(lines + "\n", "utf-8")
    print(f"{len(facts)} facts, {sum(len(fact.questions) for fact in facts)} questions")


def drawn(one: QuestionSet, count: int) -> list[Fact]:
    """So many facts of half 0, the same each time: with short answers, or with none at all."""
    usable = [
        fact
        for fact in one.facts
        if half_of(fact.id) == 0
        and bool(fact.answers) == fact.answerable
        and all(len(alias) <= MOST_ANSWER for own in fact.answers.values() for alias in own)
    ]
    return random.Random(3).sample(usable, min(count, len(usable)))


def tydi(name: str) -> QuestionSet:
    """TyDi QA (Clark et al. 2020) in one language, one question for each passage."""
    facts: list[Fact] = []
    texts: dict[str, SetPassage] = {}
    for row in records(READING / f"{name}.jsonl"):
        text, language = row["passage"], row["language"]
        if text in texts or not LEAST_TEXT < len(text) < MOST_TEXT:
            continue
        title = " ".join(text.split()[:TITLE_WORDS]).strip("(),.\"'")
        own = texts[text] = SetPassage(f"tydi-{language}-{len(texts):04}", language, title, text)
        facts.append(
            Fact(
                id=own.name, kind="span", questions={language: row["question"]},
                answers={language: [row["answer"]]}, gold=[own.gold],
            )
        )  # fmt: skip
    return QuestionSet(facts, list(texts.values()))


if __name__ == "__main__":
    main()
