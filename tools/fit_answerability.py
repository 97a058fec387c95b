"""Fit the answerability gate and store its weights with the embedder's name.

Each question of the retrieval sets is asked twice: with its passage in the pool (answerable) and
with that passage and its translations taken out (not answerable). Folds are split by passage, so
no question is scored by weights that saw its passage. The threshold is the one at which a given
share of answerable questions would be refused.

    python tools/fit_answerability.py [--data ../shared/data] [--false-refusals 0.05]
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from assistant.index.passage import Passage, PassageNode
from assistant.index.sparse import encode_passage, encode_query
from assistant.language import split_sentences
from assistant.models.embedder import (
    PassageText,
    PassageVectors,
    SentenceTransformerEmbedder,
    load_embedder,
)
from assistant.retrieval.answerable import FEATURES, extract
from assistant.retrieval.hits import make_hit
from assistant.settings import get_settings

TARGET = Path(__file__).parent.parent / "assistant" / "retrieval" / "answerability.json"
SETS = ("xquad", "belebele")
DEPTH = 10


def main() -> None:
    """Fit, print the cross-validated rates and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--false-refusals", type=float, default=0.05)
    parser.add_argument("--questions", type=int, default=1200, help="sample, for speed")
    arguments = parser.parse_args()
    embedder = load_embedder(get_settings())
    rows, labels, groups, languages = collect(embedder, arguments.data, arguments.questions)
    model = LogisticRegression(max_iter=1000, C=10.0)
    scores = cross_val_predict(
        model, rows, labels, groups=groups, cv=GroupKFold(5), method="predict_proba"
    )[:, 1]
    threshold = float(np.quantile(scores[labels == 1], arguments.false_refusals))
    print(f"cross-validated AUC {roc_auc_score(labels, scores):.3f}, threshold {threshold:.3f}")
    for language in sorted(set(languages)):
        own = languages == language
        refused = float((scores[own & (labels == 1)] < threshold).mean())
        passed = float((scores[own & (labels == 0)] >= threshold).mean())
        print(f"  {language}: false refusals {refused:.3f}, false answers {passed:.3f}")
    model.fit(rows, labels)
    stored = {
        "embedder": embedder.model_name,
        "fitted_on": list(SETS),
        "weights": dict(zip(FEATURES, (float(w) for w in model.coef_[0]), strict=True)),
        "intercept": float(model.intercept_[0]),
        "threshold": threshold,
    }
    TARGET.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


def collect(embedder: SentenceTransformerEmbedder, data: Path, sample: int) -> Any:
    """Feature rows, labels, groups and languages, two rows a question."""
    passages: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for name in SETS:
        passages += _records(data / "retrieval" / f"{name}.passages.jsonl")
        questions += _records(data / "retrieval" / f"{name}.queries.jsonl")
    questions = random.Random(0).sample(questions, min(sample, len(questions)))
    plain = [_passage(record) for record in passages]
    vectors = embedder.embed_passages([PassageText("", p.text, p.sentences) for p in plain])
    dense = np.stack([v.dense for v in vectors])
    nodes = [_node(p, v) for p, v in zip(plain, vectors, strict=True)]
    parallel = np.array([record["parallel_id"] for record in passages])
    by_id = {record["id"]: record["parallel_id"] for record in passages}
    rows, labels, groups, languages = [], [], [], []
    queries = embedder.embed_queries([q["question"] for q in questions])
    for question, query in zip(questions, queries, strict=True):
        cosines = dense @ query
        terms = set(encode_query(question["question"]).indices)
        gold = by_id[question["passage_id"]]
        for label in (1, 0):
            order = np.argsort(-np.where((parallel == gold) & (label == 0), -2.0, cosines))
            hits = [make_hit(nodes[i], 0.0, query, terms) for i in order[:DEPTH]]
            rows.append(extract(hits).vector())
            labels.append(label)
            groups.append(gold)
            languages.append(question["language"])
    return np.array(rows), np.array(labels), np.array(groups), np.array(languages)


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _node(passage: Passage, vectors: PassageVectors) -> PassageNode:
    node = PassageNode.from_passage(passage)
    node.embedding = vectors.dense.tolist()
    node.sentence_vectors = vectors.sentences
    node.sparse = encode_passage(passage.text)
    return node


def _passage(record: dict[str, Any]) -> Passage:
    text = record["text"]
    return Passage(
        id=record["id"],
        document_id=record["id"],
        collection="",
        source="",
        title="",
        language=record["language"],
        text=text,
        ordinal=0,
        sentences=tuple(split_sentences(text)),
    )


if __name__ == "__main__":
    main()
