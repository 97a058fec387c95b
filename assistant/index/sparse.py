"""Sparse vectors for lexical search: BM25's term weights; Qdrant multiplies in the IDF."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass

from assistant.language import analyze

_K1 = 1.2
_B = 0.75
#: Terms of an average passage. BM25 needs one; a constant keeps vectors independent of the
#: corpus, so that passages can be added without touching the others.
_AVERAGE_TERMS = 200.0


@dataclass(frozen=True)
class SparseVector:
    """Non-zero dimensions and their values, in ascending order of dimension."""

    indices: list[int]
    values: list[float]


def encode_passage(text: str) -> SparseVector:
    """BM25 weights of a passage's terms (Robertson and Zaragoza 2009, without the IDF)."""
    terms = analyze(text)
    norm = _K1 * (1 - _B + _B * len(terms) / _AVERAGE_TERMS)
    return _vector({t: n * (_K1 + 1) / (n + norm) for t, n in Counter(terms).items()})


def encode_query(text: str) -> SparseVector:
    """A query's terms, empty for a query without terms.

    Their weights sum to 1, so that the scores of long and short queries have one scale.
    """
    terms = set(analyze(text))
    return _vector(dict.fromkeys(terms, 1 / len(terms))) if terms else SparseVector([], [])


def _vector(weights: dict[str, float]) -> SparseVector:
    # Unlike hash(), CRC-32 is the same in every process. Two terms that collide add up.
    cells: Counter[int] = Counter()
    for term, weight in weights.items():
        cells[zlib.crc32(term.encode("utf-8", "surrogatepass"))] += weight  # type: ignore[assignment]
    return SparseVector(sorted(cells), [float(cells[i]) for i in sorted(cells)])
