"""The passages and questions that `embedding.py` measures on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.language import split_sentences
from assistant.models.embedder import PassageText

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Text:
    """A passage of the sample, or a question on one; ``answer`` names it and its translations."""

    language: str
    text: str
    answer: str


def sample(data: Path, count: int) -> tuple[list[Text], list[Text]]:
    """Passages in all their languages, in a random order, and the questions on them."""
    if not data.is_dir():
        print(f"{data} is not there: paragraphs of samples/ instead, and no nDCG")
        return _paragraphs(count), []
    sets = sorted(data.glob("*.passages.jsonl"))
    passages, questions = [], []
    for path in sets:
        rows = _records(path)
        names = sorted({row["parallel_id"] for row in rows})
        chosen = set(random.Random(0).sample(names, count // (2 * len(sets))))
        taken = {row["id"]: row for row in rows if row["parallel_id"] in chosen}
        passages += [Text(r["language"], r["text"], r["parallel_id"]) for r in taken.values()]
        asked = _records(path.with_name(path.name.replace("passages", "queries")))
        questions += [
            Text(r["language"], r["question"], taken[r["passage_id"]]["parallel_id"])
            for r in asked
            if r["passage_id"] in taken
        ]
    random.Random(0).shuffle(passages)
    return passages, questions


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _paragraphs(count: int) -> list[Text]:
    paragraphs = [
        Text(path.stem.rsplit(".", 1)[1], text, "")
        for path in sorted((ROOT / "samples").glob("*.md"))
        for text in path.read_text("utf-8").split("\n\n")
        if len(text) > 80
    ]
    random.Random(0).shuffle(paragraphs)
    return paragraphs[:count]


def inputs(texts: Iterable[Text], sentences: bool) -> list[PassageText]:
    return [
        PassageText("", t.text, tuple(split_sentences(t.text)) if sentences else ()) for t in texts
    ]
