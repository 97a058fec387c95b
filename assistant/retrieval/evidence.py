"""Evidence: the sentences of the passages found that bear on the question, verbatim."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from assistant.index.passage import Passage
from assistant.language import Span, estimate_tokens
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.retrieval.hits import Hit
from assistant.retrieval.relevance import relevance
from assistant.retrieval.search import SearchResult

#: Quotes shown for one question. More would bury the best one.
MAX_QUOTES = 4
#: By how much less than the best sentence another one that is quoted may bear on the question.
#: Up to here no answers were lost (law, 258 questions); the quotes are fewer and shorter.
_MOST_LAG = 0.06
#: Sentences, by the vectors of the index, that are embedded by themselves and compared again.
_CANDIDATES = 12
#: A "sentence" with fewer letters is a number or a mark and says nothing by itself.
_MIN_LETTERS = 6
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True)
class Evidence:
    """A run of whole sentences of one passage.

    Attributes:
        number: The number that cites it, from 1.
        passage: The passage that it is part of.
        span: Where it stands in the passage's text.
        core: Where the sentences in it stand that are nearest to the question; the others are
            their neighbours.
        score: How much its best sentence bears on the question, from -1 to 1.
        passage_cosine: Nearness of its passage to the question, from -1 to 1.
    """

    number: int
    passage: Passage
    span: Span
    core: Span
    score: float
    passage_cosine: float

    @property
    def quote(self) -> str:
        """The words of the document."""
        return self.passage.text[self.span.start : self.span.end]

    @property
    def core_quote(self) -> str:
        """The words of the document that are nearest to the question."""
        return self.passage.text[self.core.start : self.core.end]

    @property
    def sentences(self) -> list[str]:
        """The sentences of the quote; the quote itself where the passage tells none."""
        inside = [
            self.passage.text[start:end]
            for start, end in self.passage.sentences
            if self.span.start <= start and end <= self.span.end
        ]
        return inside or [self.quote]


@dataclass
class _Window:
    """Sentences ``first`` to ``last`` of a hit, both included."""

    hit: Hit
    first: int
    last: int
    score: float

    @property
    def span(self) -> Span:
        sentences = self.hit.passage.sentences
        return Span(sentences[self.first].start, sentences[self.last].end)

    @property
    def tokens(self) -> int:
        return _tokens(self.hit.passage, self.first, self.last)


class EvidenceSelector:
    """Chooses the sentences that bear most on a question.

    Args:
        embedder: What the vectors of questions and passages are from.
    """

    def __init__(self, embedder: SentenceTransformerEmbedder) -> None:
        self._embedder = embedder

    async def select(self, found: SearchResult, max_tokens: int) -> list[Evidence]:
        """The best sentences of what was found, widened by their neighbours as far as the budget
        goes.

        Neighbours are added to the best sentences first, the following one before the preceding
        one.

        Args:
            found: The hits of a search.
            max_tokens: Estimated tokens of all quotes together. The best sentence is always
                taken.

        Returns:
            At most `MAX_QUOTES` pieces of evidence, the best first; none when there are no hits.
        """
        return await asyncio.to_thread(self._select, found, max_tokens)

    def _select(self, found: SearchResult, max_tokens: int) -> list[Evidence]:
        windows = _seeds(self._scored(found), max_tokens)
        cores = [window.span for window in windows]
        left = max_tokens - sum(window.tokens for window in windows)
        for window in windows:
            for first, last in ((0, 1), (-1, 0)):
                left -= _widen(window, first, last, left, windows)
        return [
            Evidence(number, window.hit.passage, window.span, core, window.score, window.hit.cosine)
            for number, (window, core) in enumerate(zip(windows, cores, strict=True), start=1)
        ]

    def _scored(self, found: SearchResult) -> list[_Window]:
        """The likeliest sentences with their relevance, the best first."""
        likely = candidates(found.hits)
        if not likely:
            return []
        vectors = self._embedder.embed_sentences([_sentence(hit.passage, i) for hit, i in likely])
        passages = np.array([hit.cosine for hit, _ in likely], dtype=np.float32)
        scores = relevance(vectors, found.query.tokens, passages)
        windows = [
            _Window(hit, i, i, float(score)) for (hit, i), score in zip(likely, scores, strict=True)
        ]
        return sorted(windows, key=lambda w: -w.score)


def candidates(hits: Sequence[Hit]) -> list[tuple[Hit, int]]:
    """The likeliest sentences by the vectors of the index: hits, and places in
    `Passage.sentences`."""
    scored = [
        (float(cosine) + hit.cosine, hit, i)
        for hit in hits
        for i, cosine in enumerate(hit.sentence_cosines[: len(hit.passage.sentences)])
        if len(_LETTER.findall(_sentence(hit.passage, i))) >= _MIN_LETTERS
    ]
    scored.sort(key=lambda item: -item[0])
    return [(hit, i) for _, hit, i in scored[:_CANDIDATES]]


def _seeds(scored: Sequence[_Window], max_tokens: int) -> list[_Window]:
    seeds: list[_Window] = []
    left = max_tokens
    for window in scored:
        if len(seeds) == MAX_QUOTES or window.score < scored[0].score - _MOST_LAG:
            break
        if seeds and window.tokens > left:
            continue
        if not _joined(window, seeds):
            seeds.append(window)
        left -= window.tokens
    return seeds


def _joined(window: _Window, seeds: list[_Window]) -> bool:
    """Whether a sentence could be added to a neighbour that is already evidence, and was."""
    for seed in seeds:
        same = seed.hit.passage.id == window.hit.passage.id
        if same and seed.first - 1 <= window.first <= seed.last + 1:
            seed.first = min(seed.first, window.first)
            seed.last = max(seed.last, window.last)
            return True
    return False


def _widen(window: _Window, first: int, last: int, left: int, windows: list[_Window]) -> int:
    """Add a neighbour on one side where it exists, is free and fits; the tokens that it took."""
    passage = window.hit.passage
    new = window.first - 1 if first else window.last + 1
    taken = any(
        other.hit.passage.id == passage.id and other.first <= new <= other.last
        for other in windows
        if other is not window
    )
    if taken or not 0 <= new < len(passage.sentences):
        return 0
    tokens = _tokens(passage, new, new)
    if tokens > left:
        return 0
    window.first, window.last = window.first + first, window.last + last
    return tokens


def _sentence(passage: Passage, i: int) -> str:
    return passage.text[passage.sentences[i].start : passage.sentences[i].end]


def _tokens(passage: Passage, first: int, last: int) -> int:
    text = passage.text[passage.sentences[first].start : passage.sentences[last].end]
    return estimate_tokens(text)
