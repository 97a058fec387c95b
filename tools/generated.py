"""Questions for the tools that fit on generated answers, and the file that the answers are in."""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering.pipeline import Assistant
from assistant.language import warm_up
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.models.generator import Generator
from assistant.retrieval.search import Searcher
from evals.dataset import Case, load_suite

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from answers import Asked, sample, searcher_over, xquad_asked, xquad_texts  # noqa: E402
from retrieval import SHARED, SUITE, corpus_store  # noqa: E402

#: Questions with what no two folds share, and what searches the documents for them.
QuestionSet = tuple[Searcher, Sequence[tuple[str, Asked]]]

#: Questions of XQuAD that benchmarks/answers.py asks in a language, at most.
BENCHMARKED = 40
#: Share of a gold answer's character 3-grams that a right answer has.
RIGHT = 0.6
FOLDS = 5


def collect(
    path: Path,
    generator: Generator,
    sets: Iterable[QuestionSet],
    assistant_for: Callable[[Searcher], Assistant],
    ask: Callable[[Assistant, str, Asked], Sequence[DataclassInstance]],
) -> None:
    """Ask the questions that are not in a file yet and write down what comes of them.

    Args:
        path: The file, of JSON lines.
        generator: Started for it, and stopped at its end.
        sets: The questions.
        assistant_for: What answers the questions of a set.
        ask: Asks it a question of a group; its rows have the question's id.
    """
    known = {row["id"] for row in written(path)}
    warm_up()
    generator.start()
    try:
        with path.open("a", encoding="utf-8") as out:
            for searcher, asked in sets:
                assistant = assistant_for(searcher)
                for group, question in asked:
                    if question.id in known:
                        continue
                    for row in ask(assistant, group, question):
                        out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
                    out.flush()
    finally:
        generator.stop()


def written(path: Path) -> list[dict[str, Any]]:
    """The lines of a file, none where it is not there yet."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def law(
    embedder: SentenceTransformerEmbedder,
    arguments: argparse.Namespace,
    asks: Callable[[Case], bool] = lambda case: True,
) -> Iterator[QuestionSet]:
    """Questions and near misses on one half of the facts, over the whole corpus."""
    cases = [c for c in load_suite(SUITE).cases if zlib.crc32(c.fact.encode()) % 2 == 0 and asks(c)]
    with corpus_store(embedder, SHARED / "corpus", arguments.index) as store:
        yield Searcher(store, embedder), [(c.fact, _asked(c)) for c in cases]


def _asked(case: Case) -> Asked:
    """The question, with the answer in every language."""
    said = tuple(said for own in case.answers.values() for said in own)
    return Asked(case.id, case.language, case.question, said)


def xquad(embedder: SentenceTransformerEmbedder, count: int, seed: int) -> Iterator[QuestionSet]:
    """So many questions in Arabic and in English that are not benchmarked, each over all passages
    of its language."""
    for language in ("ar", "en"):
        every = xquad_asked(language)
        benchmarked = {question.id for question in sample(every, BENCHMARKED)}
        fresh = sorted((q for q in every if q.id not in benchmarked), key=lambda q: q.id)
        texts = [text for text in xquad_texts() if text.language == language]
        drawn = random.Random(seed).sample(fresh, count)
        with searcher_over(embedder, texts) as searcher:
            yield searcher, [(q.id.split(":")[1], q) for q in drawn]
