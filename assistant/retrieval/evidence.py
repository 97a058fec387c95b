"""Evidence: the sentences of the passages found that bear on the question, verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from assistant.index.passage import Passage
from assistant.language import Span, estimate_tokens
from assistant.language.asked import states_what_is_asked
from assistant.language.list_marks import without_list_numbers
from assistant.retrieval.hits import Hit

#: Pieces of evidence for one question, of which a reply quotes fewer.
MAX_QUOTES = 6
#: By how many spreads (`Cosines.spread`) less than the best sentence another one that is quoted
#: may bear on the question.
_MOST_GAP = 2.0
#: How many spreads more a sentence bears on a question that has what it asks for: an amount, a date
#: or a name. From three quarters to one and a half did the same (docs/models.md).
_HAS_ASKED = 1.0
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
        best: Where the one stands that is nearest of all.
        score: How much its best sentence bears on the question, from -1 to 1.
        passage_cosine: Nearness of its passage to the question, from -1 to 1.
    """

    number: int
    passage: Passage
    span: Span
    core: Span
    best: Span
    score: float
    passage_cosine: float

    @property
    def quote(self) -> str:
        """The words of the document."""
        return self.passage.text[self.span.start : self.span.end]

    @property
    def told(self) -> str:
        """What a generator is told of it: the quote without the numbers of list items, which it
        would take for amounts."""
        return without_list_numbers(self.quote)

    @property
    def core_quote(self) -> str:
        """The words of the document that are nearest to the question."""
        return self.passage.text[self.core.start : self.core.end]

    @property
    def page(self) -> int | None:
        """The page on which the words nearest to the question begin."""
        return self.passage.page_at(self.core.start)

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
    best: Span

    @property
    def span(self) -> Span:
        sentences = self.hit.passage.sentences
        return Span(sentences[self.first].start, sentences[self.last].end)

    @property
    def tokens(self) -> int:
        return _tokens(self.hit.passage, self.first, self.last)


def select_evidence(
    question: str, hits: Sequence[Hit], max_tokens: int, spread: float
) -> list[Evidence]:
    """The sentences of ``hits`` that bear most on the question, widened by their neighbours as
    far as the budget goes.

    A sentence that has an amount, a date or a name goes before one that is a little nearer to the
    question and has none, where the question asks for one. Neighbours are added to the best
    sentences first, the following one before the preceding one. Nothing is embedded for it: what is
    compared is in the index.

    Args:
        question: What is asked.
        hits: Passages found.
        max_tokens: Estimated tokens of all quotes together. The best sentence is always taken.
        spread: See `Cosines`.

    Returns:
        At most `MAX_QUOTES` pieces of evidence, the best first; none when there are no hits.
    """
    windows = _seeds(_ranked(question, hits, spread), max_tokens)
    cores = [window.span for window in windows]
    left = max_tokens - sum(window.tokens for window in windows)
    for window in windows:
        for first, last in ((0, 1), (-1, 0)):
            left -= _widen(window, first, last, left, windows)
    return [
        Evidence(
            number,
            window.hit.passage,
            window.span,
            core,
            window.best,
            window.score,
            window.hit.cosine,
        )
        for number, (window, core) in enumerate(zip(windows, cores, strict=True), start=1)
    ]


def _ranked(question: str, hits: Sequence[Hit], spread: float) -> list[_Window]:
    """The sentences that may be quoted, the best first."""
    everything = [
        _Window(hit, i, i, float(score), hit.passage.sentences[i])
        for hit in hits
        for i, score in enumerate(hit.relevances[: len(hit.passage.sentences)])
    ]
    # Of a repealed article nothing longer than "삭제" may be left.
    windows = [
        window
        for window in everything
        if len(_LETTER.findall(_sentence(window.hit.passage, window.first))) >= _MIN_LETTERS
    ] or everything
    nearest = max((window.score for window in windows), default=0.0)
    # What is further off is not reached by having what is asked for, and need not be read for it.
    within = nearest - (_MOST_GAP + _HAS_ASKED) * spread
    ranked = sorted(
        ((_rank(question, window, spread), window) for window in windows if window.score >= within),
        key=lambda pair: -pair[0],
    )
    return [window for rank, window in ranked if rank >= ranked[0][0] - _MOST_GAP * spread]


def _rank(question: str, window: _Window, spread: float) -> float:
    """How much a sentence bears on the question, and more where it has what is asked for."""
    passage = window.hit.passage
    has = states_what_is_asked(question, _sentence(passage, window.first), passage.language)
    return window.score + _HAS_ASKED * spread * has


def _seeds(ranked: Sequence[_Window], max_tokens: int) -> list[_Window]:
    seeds: list[_Window] = []
    left = max_tokens
    for window in ranked:
        if len(seeds) == MAX_QUOTES:
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
