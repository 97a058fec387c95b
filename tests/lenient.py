"""Judges that need no weights: the tiny model's vectors lie anyhow."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from assistant.answering.verdict.judge import Judge
from assistant.answering.verdict.model import Tree, VerdictModel
from assistant.models.embedder import Embedder
from assistant.retrieval.cosines import CAREFUL

#: Whatever is said in another language is taken for a translation of the quote.
COSINES: Final = replace(CAREFUL, translation=-1.0)


def leaf(value: float) -> Tree:
    """A tree that always says the same."""
    return Tree([""], [0.0], [0], [0], [value])


def stump(signal: str, threshold: float, low: float, high: float) -> Tree:
    """A tree that asks once."""
    return Tree([signal, "", ""], [threshold, 0, 0], [1, 0, 0], [2, 0, 0], [0.0, low, high])


def always(probability: float, threshold: float = 0.5) -> VerdictModel:
    """A model that holds the same of everything."""
    return VerdictModel(0.0, (leaf(math.log(probability / (1 - probability))),), threshold)


def lenient(embedder: Embedder) -> Judge:
    """A judge that holds back what is refused, and nothing else."""
    return Judge(embedder, always(0.99))


def strict(embedder: Embedder) -> Judge:
    """A judge that lets nothing pass."""
    return Judge(embedder, always(0.5, threshold=1.0))
