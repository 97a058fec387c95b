"""Fit how much the support of an answer may fall behind the sentence that bears most on a question.

A small generator retells what stands beside the answer. What it retells is told by its support:
the sentence that has the answer bears about as much on the question as the best sentence of all
the evidence (see `assistant.retrieval.relevance`), and others do not. The threshold is the lag
behind the best that nine in ten sentences with an answer keep within, on one half of the
passages; the rates are printed for the other half: sentences with the answer beyond it (lost:
such a reply becomes `quoted`), and other sentences within it.

    python tools/fit_relevance.py [--data ../shared/data] [--index DIR] [--sample 200]

The sentences are those that the service compares: for questions on law
(evals/suites/statutes.jsonl) the evidence from a search over the whole corpus, for XQuAD those of
the question's passage. Also printed for the evidence on law, for each share of the tokens
(`TOKEN_SHARE`): how often a sentence with the answer comes first.
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
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from assistant.language import split_sentences
from assistant.models.embedder import SentenceTransformerEmbedder, Vectors, load_embedder
from assistant.retrieval.evidence import select_evidence
from assistant.retrieval.relevance import TOKEN_SHARE, lags
from assistant.retrieval.search import Searcher
from assistant.settings import Settings, get_settings
from evals.dataset import load_suite
from evals.text import contains

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from retrieval import SUITE, corpus_store, records  # noqa: E402

TARGET = ROOT / "assistant" / "answering" / "relevance.json"
LOST = 0.1


@dataclass(frozen=True)
class Row:
    """The sentences that are compared for a question.

    Attributes:
        source: Where the question is from.
        group: What is never in both halves.
        language: Of the question.
        vectors: Of the sentences, of shape ``(n, d)``.
        tokens: Of the question, of shape ``(m, d)``.
        passages: Cosine of the question and each sentence's passage, of shape ``(n,)``.
        answers: Whether each sentence has the answer.
    """

    source: str
    group: str
    language: str
    vectors: Vectors
    tokens: Vectors
    passages: Vectors
    answers: Sequence[bool]

    @property
    def half(self) -> int:
        """Which half it is in."""
        return zlib.crc32(self.group.encode()) % 2

    def lags(self) -> Vectors:
        """By how much each sentence falls behind the best one."""
        return lags(self.vectors, self.tokens, self.passages)


def main() -> None:
    """Collect, fit, print the rates of the other half and write the threshold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--sample", type=int, default=200, help="questions of XQuAD")
    arguments = parser.parse_args()
    settings = get_settings()
    embedder = load_embedder(settings)
    rows = [
        *law(settings, embedder, arguments.data, arguments.index),
        *xquad(embedder, arguments.data, arguments.sample),
    ]
    for half in (0, 1):
        print(f"law, half {half}, the answer comes first:", _first(rows, half))
    fitted = np.concatenate([_lags(rows, source, 0, True) for source in ("law", "xquad")])
    most = round(float(np.quantile(fitted, 1 - LOST)), 4)
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


def _first(rows: Sequence[Row], half: int) -> str:
    """For each share of the tokens, how often a sentence with the answer comes first."""
    own = [row for row in rows if row.source == "law" and row.half == half]
    shown = []
    for share in (0.0, 0.2, 0.4, 0.5, 0.6, TOKEN_SHARE, 0.7, 0.8, 1.0):
        with mock.patch("assistant.retrieval.relevance.TOKEN_SHARE", share):
            hits = [row.answers[int(row.lags().argmin())] for row in own]
        shown.append(f"{share:.2f}: {np.mean(hits):.3f}")
    return ", ".join(shown)


def law(
    settings: Settings, embedder: SentenceTransformerEmbedder, data: Path, index: Path | None
) -> Iterator[Row]:
    """The evidence for each question; it has the answer in a document that states it."""
    with corpus_store(embedder, data / "corpus", index) as store:
        searcher = Searcher(store, embedder)
        for case in load_suite(SUITE).cases:
            found = asyncio.run(searcher.search(case.question, 8))
            gold = {gold.source for gold in case.gold}
            wanted = [said for own in case.answers.values() for said in own]
            texts, answers, cosines = [], [], []
            for item in select_evidence(found.hits, settings.evidence_tokens):
                for text in item.sentences:
                    texts.append(text)
                    cosines.append(item.passage_cosine)
                    answers.append(
                        item.passage.source in gold and any(contains(text, said) for said in wanted)
                    )
            if all(answers) or not any(answers):
                continue
            yield Row(
                "law",
                case.fact,
                case.language,
                embedder.embed_sentences(texts),
                found.query.tokens,
                np.array(cosines, dtype=np.float32),
                answers,
            )


def xquad(embedder: SentenceTransformerEmbedder, data: Path, count: int) -> Iterator[Row]:
    """Sentences of the passage that a question is on."""
    texts = {r["id"]: r for r in records(data / "retrieval" / "xquad.passages.jsonl")}
    questions = records(data / "retrieval" / "xquad.queries.jsonl")
    for question in random.Random(0).sample(questions, min(count, len(questions))):
        passage = texts[question["passage_id"]]
        text = passage["text"]
        sentences = [text[start:end] for start, end in split_sentences(text)]
        answers = [any(a in sentence for a in question["answers"]) for sentence in sentences]
        if all(answers) or not any(answers):
            continue
        (asked,) = embedder.embed_questions([question["question"]])
        yield Row(
            "xquad",
            passage["parallel_id"],
            question["language"],
            embedder.embed_sentences(sentences),
            asked.tokens,
            np.zeros(len(sentences), dtype=np.float32),
            answers,
        )


def _lags(rows: Sequence[Row], source: str, half: int, answers: bool) -> NDArray[np.float64]:
    """Of the sentences with the answer (the best of each row), or of all others."""
    chosen: list[float] = []
    for row in rows:
        if row.source == source and row.half == half:
            own = [
                lag
                for lag, has in zip(row.lags().tolist(), row.answers, strict=True)
                if has == answers
            ]
            chosen += [min(own)] if answers else own
    return np.array(chosen)


if __name__ == "__main__":
    main()
