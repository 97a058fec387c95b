"""Fit how near in meaning a generated sentence must be to the evidence that it rests on.

Sentences of parallel passages are paired in order where both translations have as many. The
threshold is the nearness that 99 % of the pairs reach on one half of the passages; the rates are
printed for the other half: true pairs below it, and other sentences of the same passage above.

    python tools/fit_nearness.py [--data ../shared/data] [--passages 160]
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np

from assistant.language import split_sentences
from assistant.models.embedder import PassageText, load_embedder
from assistant.settings import get_settings

TARGET = Path(__file__).parent.parent / "assistant" / "answering" / "nearness.json"
LOST = 0.01


def main() -> None:
    """Fit, print the rates of the other half and write the threshold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--passages", type=int, default=160, help="sample, for speed")
    arguments = parser.parse_args()
    embedder = load_embedder(get_settings())
    pairs = parallel_sentences(arguments.data)
    pairs = random.Random(0).sample(pairs, min(arguments.passages, len(pairs)))
    texts = list({sentence for pair in pairs for side in pair for sentence in side})
    vectors = embedder.embed_passages([PassageText("", text) for text in texts])
    by_text = {text: vector.dense for text, vector in zip(texts, vectors, strict=True)}
    true: tuple[list[float], list[float]] = ([], [])
    other: tuple[list[float], list[float]] = ([], [])
    for n, (left, right) in enumerate(pairs):
        for i, one in enumerate(left):
            for j, two in enumerate(right):
                (true if i == j else other)[n % 2].append(float(by_text[one] @ by_text[two]))
    least = round(float(np.quantile(true[0], LOST)), 3)
    print(f"least {least}, from {len(true[0])} pairs")
    print(f"other half: {np.mean(np.array(true[1]) < least):.3f} of {len(true[1])} pairs below it")
    print(f"            {np.mean(np.array(other[1]) >= least):.3f} of other sentences above it")
    stored = {"embedder": embedder.model_name, "threshold": least}
    TARGET.write_text(json.dumps(stored) + "\n", "utf-8")


def parallel_sentences(data: Path) -> list[tuple[list[str], list[str]]]:
    """Sentences of passages and of their translations, where both have as many, at least two."""
    texts: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for path in sorted((data / "retrieval").glob("*.passages.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            spans = split_sentences(row["text"])
            texts[row["parallel_id"]][row["language"]] = [row["text"][a:b] for a, b in spans]
    sides = [list(versions.values()) for versions in texts.values() if len(versions) == 2]
    return [(left, right) for left, right in sides if len(left) == len(right) > 1]


if __name__ == "__main__":
    main()
