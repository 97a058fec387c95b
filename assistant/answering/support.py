"""How near a generated sentence is in meaning to the evidence, in any pair of languages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.language import unsupported
from assistant.models.embedder import SentenceTransformerEmbedder, Vectors
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.relevance import lags


@dataclass(frozen=True)
class Support:
    """The sentence of a piece of evidence that a generated sentence may rest on: of those that
    state most of its numbers, the nearest one.

    Attributes:
        evidence: The piece.
        sentence: The sentence, verbatim.
        nearness: Cosine of the two, from -1 to 1.
        lag: By how much less it bears on the question than the best sentence of all the
            evidence; 0 where no question is asked.
    """

    evidence: Evidence
    sentence: str
    nearness: float
    lag: float = 0.0


class SupportFinder:
    """Compares generated sentences with the sentences of one reply's evidence.

    Both are embedded as texts by themselves, so that only what they say counts and not where
    they stand. The evidence is embedded once, when the first sentence comes.

    Args:
        embedder: The embedder.
        evidence: The evidence of the reply; at least one piece.
        question: Vectors of the tokens of the question that it answers, if there is one.
    """

    def __init__(
        self,
        embedder: SentenceTransformerEmbedder,
        evidence: Sequence[Evidence],
        question: Vectors | None = None,
    ) -> None:
        self._embedder = embedder
        self._question = question
        self._sentences = [(item, text) for item in evidence for text in item.sentences]
        self._known: tuple[Vectors, Vectors] | None = None

    async def find(self, text: str) -> list[Support]:
        """For each piece of evidence the sentence that ``text`` may rest on; the nearest piece
        first."""
        return await asyncio.to_thread(self._find, text)

    def _find(self, text: str) -> list[Support]:
        if self._known is None:
            self._known = self._compared()
        vectors, behind = self._known
        cosines = vectors @ self._embedder.embed_sentences([text])[0]
        best: dict[int, tuple[int, Support]] = {}
        for (item, sentence), cosine, lag in zip(self._sentences, cosines, behind, strict=True):
            missing = len(unsupported(text, [sentence]))
            support = Support(item, sentence, float(cosine), float(lag))
            known = best.get(item.number)
            if known is None or (missing, -cosine) < (known[0], -known[1].nearness):
                best[item.number] = missing, support
        return sorted((support for _, support in best.values()), key=lambda s: -s.nearness)

    def _compared(self) -> tuple[Vectors, Vectors]:
        """Vectors of the evidence's sentences, and their lags."""
        vectors = self._embedder.embed_sentences([text for _, text in self._sentences])
        if self._question is None:
            return vectors, np.zeros(len(vectors), dtype=np.float32)
        passages = np.array([item.passage_cosine for item, _ in self._sentences])
        return vectors, lags(vectors, self._question, passages)
