"""Fit the answerability gate and store its weights with the embedder's name.

    python tools/fit_answerability.py [--data ../shared/data] [--index DIR] [--sample 600]

What it learns from:

law        evals/suites/statutes.jsonl over the corpus: answerable questions, and near misses
           (the right document, which does not state the fact)
sets       XQuAD and Belebele: each question with its passage in the pool, and without it and
           its translations
nomiracl   questions over ten Wikipedia passages each, with and without an answer

Rates are cross-validated; folds are split by fact or passage, so that no question is scored by
weights that saw its passage. Every source counts the same, and in it either answer. The threshold
is the one at which the given share of the answerable law questions would be refused: a wrong
"not found" is worse there than an answer that the checks still have to pass.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from assistant.calibration.calibration import FittedGate, load_calibration
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.retrieval.answerable import Features, extract
from assistant.retrieval.hits import make_hit
from assistant.settings import get_settings
from evals.dataset import load_suite

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from retrieval import SUITE, Text, build_nodes, calibrated_searcher, corpus_store, records  # noqa: E402

CALIBRATIONS = ROOT / "assistant" / "calibration"
SETS = ("xquad", "belebele")
#: Passages that a question is answered from.
DEPTH = 8


@dataclass(frozen=True)
class Row:
    """A question over what was found for it.

    Attributes:
        source: Where the question is from.
        group: What no two folds share.
        language: Of the question.
        answerable: Whether what was found answers it.
        features: What is decided from.
    """

    source: str
    group: str
    language: str
    answerable: bool
    features: Features


def main() -> None:
    """Collect, fit, print the cross-validated rates and write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--false-refusals", type=float, default=0.05)
    parser.add_argument("--sample", type=int, default=600, help="questions of each source")
    arguments = parser.parse_args()
    embedder = load_embedder(get_settings())
    rows = [
        *law(embedder, arguments.data, arguments.index),
        *question_sets(embedder, arguments.data, arguments.sample),
        *nomiracl(embedder, arguments.data, arguments.sample),
    ]
    weights, intercept, threshold = fit(rows, arguments.false_refusals)
    gate = FittedGate(
        fitted_on=dict(Counter(row.source for row in rows)),
        weights=weights,
        intercept=intercept,
        threshold=threshold,
    )
    known = load_calibration(embedder.model_name, "*")
    changed = known.model_copy(update={"embedder": embedder.model_name, "gate": gate})
    file = CALIBRATIONS / f"{embedder.model_name}.json"
    file.write_text(changed.model_dump_json() + "\n", "utf-8")


def law(embedder: SentenceTransformerEmbedder, data: Path, index: Path | None) -> Iterator[Row]:
    """The questions on law, as the service would search for them."""
    with corpus_store(embedder, data / "corpus", index) as store:
        searcher = calibrated_searcher(store, embedder)
        for case in load_suite(SUITE).cases:
            found = asyncio.run(searcher.search(case.question, DEPTH))
            features = extract(found.hits)
            yield Row("law", case.fact, case.language, case.answerable, features)


def question_sets(embedder: SentenceTransformerEmbedder, data: Path, sample: int) -> Iterator[Row]:
    """Each question twice: with its passage in the pool, and without."""
    texts, questions = [], []
    for name in SETS:
        texts += records(data / "retrieval" / f"{name}.passages.jsonl")
        questions += records(data / "retrieval" / f"{name}.queries.jsonl")
    nodes = list(build_nodes(embedder, [_text(text, text["id"]) for text in texts]).values())
    dense = np.array([node.get_embedding() for node in nodes])
    parallel = np.array([text["parallel_id"] for text in texts])
    works = {text["id"]: text["parallel_id"] for text in texts}
    drawn = random.Random(0).sample(questions, min(sample, len(questions)))
    asked = embedder.embed_questions([question["question"] for question in drawn])
    for question, vectors in zip(drawn, asked, strict=True):
        gold = works[question["passage_id"]]
        for answerable in (True, False):
            hidden = (parallel == gold) & (not answerable)
            order = np.argsort(-np.where(hidden, -2.0, dense @ vectors.dense))[:DEPTH]
            hits = [make_hit(nodes[i], 0.0, vectors) for i in order]
            yield Row("sets", gold, question["language"], answerable, extract(hits))


def nomiracl(embedder: SentenceTransformerEmbedder, data: Path, sample: int) -> Iterator[Row]:
    """Each question over its own ten passages."""
    questions = records(data / "abstention" / "nomiracl.jsonl")
    for question in random.Random(0).sample(questions, min(sample, len(questions))):
        texts = [_text(question, str(i), text) for i, text in enumerate(question["passages"])]
        nodes = build_nodes(embedder, texts).values()
        (vectors,) = embedder.embed_questions([question["question"]])
        hits = [make_hit(node, 0.0, vectors) for node in nodes]
        hits.sort(key=lambda hit: -hit.cosine)
        features = extract(hits[:DEPTH])
        yield Row(
            "nomiracl", question["id"], question["language"], question["answerable"], features
        )


def _text(record: dict[str, Any], name: str, text: str | None = None) -> Text:
    return Text(name, record["language"], text or record["text"], "")


def fit(rows: Sequence[Row], false_refusals: float) -> tuple[dict[str, float], float, float]:
    """Weights, intercept and threshold; prints what cross-validation says of them."""
    features = np.array([list(asdict(row.features).values()) for row in rows])
    labels = np.array([row.answerable for row in rows])
    groups = [f"{row.source}/{row.group}" for row in rows]
    counts = Counter((row.source, row.answerable) for row in rows)
    weights = np.array([1000 / counts[row.source, row.answerable] for row in rows])
    model = LogisticRegression(max_iter=10_000, C=10.0)
    scores = cross_val_predict(
        model, features, labels, groups=groups, cv=GroupKFold(5), method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]  # fmt: skip
    law_answerable = np.array([row.source == "law" and row.answerable for row in rows])
    threshold = float(np.quantile(scores[law_answerable], false_refusals))
    report(rows, labels, scores, threshold)
    model.fit(features, labels, sample_weight=weights)
    weights_of = dict(zip(asdict(rows[0].features), model.coef_[0].tolist(), strict=True))
    return weights_of, float(model.intercept_[0]), threshold


def report(
    rows: Sequence[Row],
    labels: NDArray[np.bool_],
    scores: NDArray[np.float64],
    threshold: float,
) -> None:
    """Print AUC, false refusals and false answers for each source and language."""
    print(f"threshold {threshold:.3f}")
    parts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        parts[row.source, "all"].append(i)
        parts[row.source, row.language].append(i)
    for (source, language), part in sorted(parts.items()):
        own, truth = scores[part], labels[part]
        print(
            f"{source:9} {language:4} {len(part):5} AUC {roc_auc_score(truth, own):.3f}, "
            f"false refusals {(own[truth] < threshold).mean():.3f}, "
            f"false answers {(own[~truth] >= threshold).mean():.3f}"
        )


if __name__ == "__main__":
    main()
