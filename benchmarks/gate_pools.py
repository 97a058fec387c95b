"""Questions of public sets as pools that the gate can be fitted on.

    python benchmarks/gate_pools.py [--data ../shared/data] [--out DIR] [--sample 600]

sets      XQuAD and Belebele: each question twice, with the passages of both sets that are nearest
          to it, and with the nearest ones without its passage and that passage's translations
nomiracl  questions with ten Wikipedia passages each, with and without an answer

Each becomes a file for ``trilogue calibrate --pools``.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from retrieval import SHARED, Text, build_nodes, records

from assistant.fitting.pools import Pool
from assistant.fitting.verdict_rows import PASSAGES
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.settings import get_settings

SETS = ("xquad", "belebele")


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path, default=Path("gate-pools"))
    parser.add_argument("--sample", type=int, default=600, help="questions of each file")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        sys.exit(f"skipped: the data in {arguments.data} are not there")
    embedder = load_embedder(get_settings())
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, pools in (
        ("sets", question_sets(embedder, arguments.data, arguments.sample)),
        ("nomiracl", nomiracl(arguments.data, arguments.sample)),
    ):
        file = arguments.out / f"{name}.jsonl"
        rows = [pool.model_dump_json() for pool in pools]
        file.write_text("\n".join(rows) + "\n", "utf-8")
        print(f"{len(rows)} questions in {file}")


def question_sets(embedder: SentenceTransformerEmbedder, data: Path, sample: int) -> Iterator[Pool]:
    """The questions of XQuAD and Belebele."""
    rows: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for name in SETS:
        rows += records(data / "retrieval" / f"{name}.passages.jsonl")
        questions += records(data / "retrieval" / f"{name}.queries.jsonl")
    texts = [Text(row["id"], row["language"], row["text"], row["parallel_id"]) for row in rows]
    nodes = build_nodes(embedder, texts)
    dense = np.array([nodes[text.id].get_embedding() for text in texts])
    parallel = np.array([text.parallel for text in texts])
    groups = {text.id: text.parallel for text in texts}
    drawn = random.Random(0).sample(questions, min(sample, len(questions)))
    asked = embedder.embed_questions([question["question"] for question in drawn])
    for question, vectors in zip(drawn, asked, strict=True):
        group = groups[question["passage_id"]]
        for answerable in (True, False):
            hidden = (parallel == group) & (not answerable)
            order = np.argsort(-np.where(hidden, -2.0, dense @ vectors.dense))[:PASSAGES]
            yield Pool(
                id=f"{question['id']}:{'with' if answerable else 'without'}",
                language=question["language"],
                question=question["question"],
                answerable=answerable,
                passages=[texts[place].text for place in order],
                group=group,
            )


def nomiracl(data: Path, sample: int) -> Iterator[Pool]:
    """The questions of NoMIRACL."""
    questions = records(data / "abstention" / "nomiracl.jsonl")
    for question in random.Random(0).sample(questions, min(sample, len(questions))):
        yield Pool.model_validate(question)


if __name__ == "__main__":
    main()
