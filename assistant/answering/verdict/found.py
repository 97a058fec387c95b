"""All that a search found, sentence by sentence, and which of it a generated sentence rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from assistant.index.passage import Passage
from assistant.language import Language, Span, quantities_in, unsupported_quantities
from assistant.models.cross_encoder import EvidenceText
from assistant.models.embedder import Vectors
from assistant.retrieval.hits import Hit

#: What a quantity that a sentence does not state takes from its nearness, when the sentence that
#: a claim rests on is looked for.
_MISSING = 0.15
_MOST_MISSING = 3
#: Characters around a sentence that a cross-encoder reads; about a hundred tokens.
READ_CHARACTERS: Final[Mapping[Language, int]] = {"ko": 200, "ar": 330, "en": 420}
#: Sentences that bear most on a question which are read with every answer to it.
_BEST = 3


@dataclass(frozen=True)
class FoundSentence:
    """A sentence of a passage that was found.

    Attributes:
        rank: Place of its hit among those found, from 0.
        hit: The hit.
        index: Its place among the passage's sentences, from 0.
    """

    rank: int
    hit: Hit
    index: int

    @property
    def passage(self) -> Passage:
        """The passage that it is part of."""
        return self.hit.passage

    @property
    def span(self) -> Span:
        """Where it stands in the passage's text."""
        return Span(*self.passage.sentences[self.index])

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.text[self.span.start : self.span.end]

    @property
    def relevance(self) -> float:
        """How much it bears on the question; see `assistant.retrieval.relevance`."""
        return float(self.hit.relevances[self.index])

    def window(self, neighbours: int = 1) -> Span:
        """The sentence with so many sentences on both sides."""
        spans = self.passage.sentences
        first = max(0, self.index - neighbours)
        last = min(len(spans) - 1, self.index + neighbours)
        return Span(spans[first][0], spans[last][1])

    def reading(self) -> EvidenceText:
        """What a cross-encoder reads of it: its headings, and it with the sentences around it, as
        far as they fit."""
        spans = self.passage.sentences
        most = READ_CHARACTERS[self.passage.language]
        first = last = self.index
        for start, end in ((first, last + 1), (first - 1, last + 1)):
            inside = start >= 0 and end < len(spans)
            if inside and spans[end][1] - spans[start][0] <= most:
                first, last = start, end
        text = self.passage.text[spans[first][0] : spans[last][1]]
        return EvidenceText(self.passage.heading_path, text)


@dataclass(frozen=True)
class Support:
    """What a claim rests on, of all that was found.

    Attributes:
        sentence: The sentence.
        nearness: Cosine of the claim and the sentence.
        answer_nearness: Cosine of the claim read as the answer to its question, and the sentence.
        nearest: The largest cosine of the claim and any sentence.
        missing: How many of the claim's own quantities the sentence does not state.
    """

    sentence: FoundSentence
    nearness: float
    answer_nearness: float
    nearest: float
    missing: int


class Found:
    """The sentences of all hits of a search, with their vectors from the index.

    Args:
        hits: What was found, the best first; at least one of them has a sentence.
    """

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = hits
        self.sentences = [
            FoundSentence(rank, hit, index)
            for rank, hit in enumerate(hits)
            for index in range(min(len(hit.passage.sentences), len(hit.sentence_vectors)))
        ]

    @cached_property
    def documents(self) -> list[str]:
        """What a text may have words from: the passages, and their headings and places."""
        passages = [hit.passage for hit in self.hits]
        places = [f"{passage.heading_path}\n{passage.locator}" for passage in passages]
        return [*(passage.text for passage in passages), *places]

    @cached_property
    def vectors(self) -> Vectors:
        """Unit vectors of the sentences, of shape ``(n, d)``."""
        return np.concatenate(
            [hit.sentence_vectors[: len(hit.passage.sentences)] for hit in self.hits]
        )

    @cached_property
    def relevances(self) -> Vectors:
        """How much each sentence bears on the question, of shape ``(n,)``."""
        return np.array([sentence.relevance for sentence in self.sentences], dtype=np.float32)

    @cached_property
    def texts(self) -> list[str]:
        """The words of each sentence."""
        return [sentence.text for sentence in self.sentences]

    @cached_property
    def best(self) -> list[int]:
        """The sentences by how much they bear on the question, the best first."""
        return [int(i) for i in np.argsort(-self.relevances, kind="stable")]

    @cached_property
    def best_readings(self) -> list[EvidenceText]:
        """What bears most on the question, as a cross-encoder reads it, without repetition."""
        readings: list[EvidenceText] = []
        for i in self.best:
            reading = self.sentences[i].reading()
            if not any(self.texts[i] in known.text for known in readings):
                readings.append(reading)
            if len(readings) == _BEST:
                break
        return readings

    def support(
        self, text: str, question: str, alone: Vectors, as_answer: Vectors
    ) -> list[Support]:
        """What a text may rest on, the likeliest first.

        Args:
            text: A generated sentence without marks.
            question: What it answers: quantities of the question are no news.
            alone: Its vector.
            as_answer: Its vector when it is read as the answer to its question.
        """
        near, near_answer = self.vectors @ alone, self.vectors @ as_answer
        new = (
            {q.span for q in unsupported_quantities(text, [question])}
            if quantities_in(text)
            else set()
        )
        missing = np.zeros(len(self.sentences), dtype=np.int64)
        if new:
            for i, sentence in enumerate(self.texts):
                missing[i] = sum(
                    q.span in new for q in unsupported_quantities(text, [sentence, question])
                )
        value = near + near_answer - _MISSING * np.minimum(missing, _MOST_MISSING)
        order = np.argsort(-value, kind="stable")
        return [
            Support(
                self.sentences[i],
                float(near[i]),
                float(near_answer[i]),
                float(near.max()),
                int(missing[i]),
            )
            for i in order
        ]
