"""Fit which sentences are grounded well enough to be shown.

What passes the other checks and is wrong all the same is mostly worded loosely, or made from
evidence that bears little on the question. Here the service answers without `GroundingCheck`:
questions and near misses on law (evals/suites/statutes.jsonl, one half of the facts) over the
whole corpus, XQuAD in English and Arabic and Belebele in Korean (questions with a short answer
in words of the passage), each over all passages of its language. None of XQuAD is asked by
benchmarks/answers.py. An answer is right when it contains a gold answer (`RIGHT` of its character
3-grams) and wrong when it contains next to nothing of it (`WRONG`); others are left out. A near
miss has no right answer.

Each language has a model of its own. The threshold is the probability from which on a shown
answer does more good than harm, where a wrong answer that is shown costs as much as `WORTH` right
ones of which only the sources are quoted, which still contain most answers. Cross-validated rates
are printed: the model of four fifths of the questions, on the last fifth. A language in which the
cross-validated cost is not lower than without the check gets no model.

    python tools/fit_grounding.py [--index DIR] [--languages ko,ar,en] [--sample 40]
                                  [--answers FILE]

It takes about 15 seconds a question on two cores. Every sentence goes to ``--answers`` (JSON
lines); questions that are there already are not asked again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import ClassVar

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.answering.checks import Claim, GroundingCheck, ungrounded_checks
from assistant.answering.pipeline import Assistant
from assistant.answering.reply import Question
from assistant.language import LANGUAGES
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.models.generator import Generator
from assistant.retrieval.answerable import AnswerableGate
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from answers import Asked, recall, searcher_over  # noqa: E402
from generated import FOLDS, RIGHT, QuestionSet, collect, law, written, xquad  # noqa: E402
from retrieval import SHARED, Text, records  # noqa: E402

TARGET = ROOT / "assistant" / "answering" / "grounding.json"
WRONG = 0.2
#: More than in tools/fit_verification.py: what is held back here is asked for once more.
WORTH = 5
#: Questions of Belebele that speak of the passage, or ask what it does not say.
_EXAM = re.compile("다음|지문|않|아닌|설명|본문|글에|언급|옳")
_LONGEST = 20


@dataclass(frozen=True)
class Row:
    """A sentence that passed all other checks; without features where none did.

    Attributes:
        id: The question's.
        group: What no two folds share.
        language: Of the question.
        question, answer: The question, and the whole answer.
        recall: What the answer contains of a gold answer.
        features: See `GroundingCheck.features`.
    """

    id: str
    group: str
    language: str
    question: str
    answer: str
    recall: float
    features: dict[str, float] | None


class Recorder:
    """Lets every sentence pass and keeps what `GroundingCheck` would judge."""

    hint: ClassVar = ""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def reason_against(self, claim: Claim) -> None:
        """See `Check`."""
        self.claims.append(claim)

    def ask(self, assistant: Assistant, group: str, asked: Asked) -> list[Row]:
        """Ask a question; a row for each sentence of the answer, one if there is none."""
        self.claims.clear()
        reply = asyncio.run(assistant.reply(Question(asked.text)))
        contained = recall(reply.answer, asked.answers) if asked.answers else 0.0
        judged = [
            GroundingCheck.features(claim) for claim in self.claims if GroundingCheck.judges(claim)
        ]
        return [
            Row(asked.id, group, asked.language, asked.text, reply.answer, contained, features)
            for features in judged or [None]
        ]


def main() -> None:
    """Collect, fit, print the cross-validated rates and write the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--languages", type=lambda s: s.split(","), default=LANGUAGES)
    parser.add_argument("--sample", type=int, default=40, help="questions of a public set")
    parser.add_argument("--answers", type=Path, default=Path("grounding.jsonl"))
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    embedder = load_embedder(settings)
    generator = Generator(settings)
    recorder = Recorder()
    checks = (*ungrounded_checks(embedder.model_name), recorder)
    gate = AnswerableGate(embedder.model_name)
    collect(
        arguments.answers,
        generator,
        question_sets(embedder, arguments),
        lambda searcher: Assistant(settings, searcher, gate, generator, checks, verifiers={}),
        recorder.ask,
    )
    rows = [Row(**row) for row in written(arguments.answers)]
    judged = [row for row in rows if row.features]
    clear = [row for row in judged if row.recall >= RIGHT or row.recall < WRONG]
    print(f"{len(judged) - len(clear)} of {len(judged)} sentences left out")
    models = {}
    for language in arguments.languages:
        own = [row for row in clear if row.language == language]
        print(f"{language}: ", end="")
        if model := fit(own):
            models[language] = model
    stored = {
        "embedder": embedder.model_name,
        "generator": generator.model,
        "models": models,
    }
    TARGET.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


def fit(rows: Sequence[Row]) -> dict[str, object] | None:
    """Weights, intercept and threshold, where they do any good; prints what cross-validation
    says of them."""
    if sum(row.recall < WRONG for row in rows) < FOLDS:
        print(f"too few of {len(rows)} sentences are wrong")
        return None
    names = list(rows[0].features or ())
    features = np.array([[(row.features or {})[name] for name in names] for row in rows])
    right = np.array([row.recall >= RIGHT for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression())
    scores = cross_val_predict(
        model, features, right, groups=[row.group for row in rows], cv=GroupKFold(FOLDS),
        method="predict_proba",
    )[:, 1]  # fmt: skip
    threshold = WORTH / (WORTH + 1)
    shown = scores >= threshold
    gain = WORTH * int((~right & ~shown).sum()) - int((right & ~shown).sum())
    print(
        f"{len(rows)} sentences, {(~right).sum()} wrong, AUC {roc_auc_score(right, scores):.2f}; "
        f"shown {shown.sum()}, {(shown & ~right).sum()} of them wrong; gain {gain}"
    )
    if gain <= 0:
        return None
    scaler, regression = (step for _, step in model.fit(features, right).steps)
    weights = regression.coef_[0] / scaler.scale_
    return {
        "weights": dict(zip(names, weights.tolist(), strict=True)),
        "intercept": float(regression.intercept_[0] - weights @ scaler.mean_),
        "threshold": threshold,
    }


def question_sets(
    embedder: SentenceTransformerEmbedder, arguments: argparse.Namespace
) -> Iterator[QuestionSet]:
    """The questions in the languages to be fitted."""
    for searcher, asked in chain(
        law(embedder, arguments),
        xquad(embedder, arguments.sample, seed=9),
        belebele(embedder, arguments.sample),
    ):
        yield searcher, [(group, q) for group, q in asked if q.language in arguments.languages]


def belebele(embedder: SentenceTransformerEmbedder, count: int) -> Iterator[QuestionSet]:
    """So many Korean questions, over all Korean passages."""
    passages = {
        r["id"]: Text(r["id"], "ko", r["text"], "")
        for r in records(SHARED / "retrieval" / "belebele.passages.jsonl")
        if r["language"] == "ko"
    }
    with searcher_over(embedder, list(passages.values())) as searcher:
        yield searcher, random.Random(3).sample(list(_belebele(passages)), count)


def _belebele(passages: dict[str, Text]) -> Iterator[tuple[str, Asked]]:
    """Korean questions that a user might ask, with a short answer in words of their passage."""
    for row in records(SHARED / "retrieval" / "belebele.queries.jsonl"):
        if row["language"] != "ko" or _EXAM.search(row["question"]):
            continue
        (answer,) = row["answers"]
        text = passages[row["passage_id"]].text
        verbatim = answer.replace(" ", "") in text.replace(" ", "")
        if len(answer) <= _LONGEST and (verbatim or recall(text, [answer])):
            asked = Asked(row["id"], "ko", row["question"], (answer,))
            yield row["passage_id"], asked


if __name__ == "__main__":
    main()
