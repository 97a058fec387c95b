"""Fit how much less near to a question the support of an answer may be than the best evidence.

A small generator retells what stands beside the answer. What it retells is told by its support:
the sentence that has the answer is about as near to the question as the nearest sentence of all
the evidence, and others are not. The threshold is the lag (nearness of the nearest sentence less
that of the support) that nine in ten sentences with an answer keep within, on one half of the
passages; the rates are printed for the other half: sentences with the answer beyond it (lost:
such a reply becomes `quoted`), and other sentences of the same evidence within it.

    python tools/fit_relevance.py [--data ../shared/data] [--index DIR] [--sample 200]

The sentences are the evidence that the service would take: for XQuAD from the question's passage,
for questions on law (evals/suites/statutes.jsonl) from a search over the whole corpus.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answering.support import lags_of
from assistant.language import split_sentences
from assistant.models.embedder import PassageText, SentenceTransformerEmbedder, load_embedder
from assistant.retrieval.evidence import select_evidence
from assistant.retrieval.search import Searcher
from assistant.settings import get_settings
from evals.dataset import load_suite
from evals.text import contains

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from retrieval import SUITE, corpus_store, records  # noqa: E402

TARGET = ROOT / "assistant" / "answering" / "relevance.json"
LOST = 0.1


@dataclass(frozen=True)
class Row:
    """The sentences of a question's evidence.

    Attributes:
        source: Where the question is from.
        group: What is never in both halves.
        language: Of the question.
        lags: Of each sentence.
        answers: Whether each sentence has the answer.
    """

    source: str
    group: str
    language: str
    lags: Sequence[float]
    answers: Sequence[bool]

    @property
    def half(self) -> int:
        """Which half it is in."""
        return zlib.crc32(self.group.encode()) % 2


def main() -> None:
    """Collect, fit, print the rates of the other half and write the threshold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--sample", type=int, default=200, help="questions of XQuAD")
    arguments = parser.parse_args()
    embedder = load_embedder(get_settings())
    rows = [
        *law(embedder, arguments.data, arguments.index),
        *xquad(embedder, arguments.data, arguments.sample),
    ]
    fitted = np.concatenate([_lags(rows, source, 0, True) for source in ("law", "xquad")])
    most = round(float(np.quantile(fitted, 1 - LOST)), 3)
    print(f"most {most}, from {len(fitted)} sentences with an answer")
    for source in ("law", "xquad"):
        for language in ("ko", "ar", "en"):
            own = [row for row in rows if row.language == language]
            lost, kept = (_lags(own, source, 1, answers) for answers in (True, False))
            if len(lost):
                print(
                    f"{source:5} {language}: {np.mean(lost > most):.3f} of {len(lost)} lost, "
                    f"{np.mean(kept <= most):.3f} of {len(kept)} other sentences pass"
                )
    stored = {"embedder": embedder.model_name, "threshold": most}
    TARGET.write_text(json.dumps(stored) + "\n", "utf-8")


def law(embedder: SentenceTransformerEmbedder, data: Path, index: Path | None) -> Iterator[Row]:
    """Evidence that the service would take; it has the answer in a document that states it."""
    with corpus_store(embedder, data / "corpus", index) as store:
        searcher = Searcher(store, embedder)
        for case in load_suite(SUITE).cases:
            found = asyncio.run(searcher.search(case.question, 8))
            evidence = select_evidence(found.hits, get_settings().evidence_tokens)
            gold = {gold.source for gold in case.gold}
            wanted = [said for own in case.answers.values() for said in own]
            sentences = [
                (item.passage.source in gold, t) for item in evidence for t in item.sentences
            ]
            row = _row(
                embedder,
                ("law", case.fact, case.language, case.question),
                [text for _, text in sentences],
                [own and any(contains(text, said) for said in wanted) for own, text in sentences],
            )
            if row:
                yield row


def xquad(embedder: SentenceTransformerEmbedder, data: Path, count: int) -> Iterator[Row]:
    """Sentences of the passage that a question is on."""
    texts = {r["id"]: r for r in records(data / "retrieval" / "xquad.passages.jsonl")}
    questions = records(data / "retrieval" / "xquad.queries.jsonl")
    for question in random.Random(0).sample(questions, min(count, len(questions))):
        passage = texts[question["passage_id"]]
        text = passage["text"]
        sentences = [text[start:end] for start, end in split_sentences(text)]
        answers = [any(a in sentence for a in question["answers"]) for sentence in sentences]
        about = ("xquad", passage["parallel_id"], question["language"], question["question"])
        if row := _row(embedder, about, sentences, answers):
            yield row


def _row(
    embedder: SentenceTransformerEmbedder,
    about: tuple[str, str, str, str],
    sentences: Sequence[str],
    answers: Sequence[bool],
) -> Row | None:
    """None where all sentences have the answer, or none has it: there is nothing to tell apart."""
    if all(answers) or not any(answers):
        return None
    source, group, language, question = about
    (asked,) = embedder.embed_questions([question])
    vectors = embedder.embed_passages([PassageText("", text) for text in sentences])
    lags = lags_of(np.stack([vector.dense for vector in vectors]), asked.dense)
    return Row(source, group, language, lags.tolist(), answers)


def _lags(rows: Sequence[Row], source: str, half: int, answers: bool) -> NDArray[np.float64]:
    """Of the sentences with the answer (the best of each row), or of all others."""
    chosen: list[float] = []
    for row in rows:
        if row.source == source and row.half == half:
            own = [lag for lag, has in zip(row.lags, row.answers, strict=True) if has == answers]
            chosen += [min(own)] if answers else own
    return np.array(chosen)


if __name__ == "__main__":
    main()
