"""How near a generated sentence is in meaning to the evidence, in any pair of languages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.models.embedder import PassageText, SentenceTransformerEmbedder, Vectors
from assistant.retrieval.evidence import Evidence


@dataclass(frozen=True)
class Support:
    """The sentence of a piece of evidence that is nearest to a generated sentence.

    Attributes:
        evidence: The piece.
        sentence: Its sentence, verbatim.
        nearness: Cosine of the two, from -1 to 1.
        lag: By how much less near to the question it is than the nearest sentence of all the
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
        question: The dense vector of the question that it answers, if there is one.
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
        self._vectors: Vectors | None = None

    async def find(self, text: str) -> list[Support]:
        """For each piece of evidence its nearest sentence; the nearest piece first."""
        return await asyncio.to_thread(self._find, text)

    def _find(self, text: str) -> list[Support]:
        if self._vectors is None:
            self._vectors = self._embed([sentence for _, sentence in self._sentences])
        cosines = self._vectors @ self._embed([text])[0]
        best: dict[int, Support] = {}
        lags = (
            np.zeros(len(cosines))
            if self._question is None
            else lags_of(self._vectors, self._question)
        )
        for (item, sentence), cosine, lag in zip(self._sentences, cosines, lags, strict=True):
            known = best.get(item.number)
            if known is None or cosine > known.nearness:
                best[item.number] = Support(item, sentence, float(cosine), float(lag))
        return sorted(best.values(), key=lambda support: -support.nearness)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._embedder.embed_passages([PassageText("", text) for text in texts])
        return np.stack([vector.dense for vector in vectors])


def lags_of(sentences: Vectors, question: Vectors) -> Vectors:
    """By how much less near to the question each sentence is than the nearest of them.

    Args:
        sentences: Unit vectors, of shape ``(n, d)``; at least one.
        question: Unit vector, of shape ``(d,)``.

    Returns:
        Differences of cosines, of shape ``(n,)``.
    """
    relevance = sentences @ question
    return np.asarray(relevance.max() - relevance)
