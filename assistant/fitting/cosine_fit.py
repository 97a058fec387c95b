"""Fitting what an embedder's cosines mean, on the works that an index has in several languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assistant.fitting.cache import key_of
from assistant.index.passage import Passage
from assistant.language import Language
from assistant.models.embedder import Embedder, PassageText
from assistant.retrieval.cosines import Cosines

#: Fewer pairs than these say little: what was known before holds.
_LEAST_PAIRS = 20
_LEAST_TRANSLATIONS = 100
_LEAST_QUESTIONS = 20
#: Passages that are embedded at most.
_MOST_PASSAGES = 600
#: Works whose titles are compared at most.
_MOST_WORKS = 200
#: A translation is as near to its source as all but this share of translations.
_FAR = 0.01
_DIGITS = 3

#: The editions of a work, by language: the articles that are one passage.
_Work = Mapping[Language, Mapping[str, Passage]]


@dataclass(frozen=True)
class FittedCosine:
    """A threshold, and what it rests on.

    Attributes:
        value: The threshold.
        pairs: Of how many pairs that are the same, or questions; 0 where it is what was known.
        accuracy: Share of pairs that it tells right, the same ones and others counting alike;
            None where nothing is told apart.
    """

    value: float
    pairs: int = 0
    accuracy: float | None = None


def fit_edition(passages: Sequence[Passage], embedder: Embedder, known: float) -> FittedCosine:
    """From which cosine on passages of two editions say the same: it tells the pairs with the
    same article number from the others of the same work best.

    Args:
        passages: Of all documents.
        embedder: What their vectors are from.
        known: What holds where there are too few pairs.
    """
    same: list[float] = []
    other: list[float] = []
    for work in _works(passages):
        vectors = {
            language: _embedded(list(edition.values()), embedder)
            for language, edition in work.items()
        }
        for one, two in combinations(work, 2):
            cosines = vectors[one] @ vectors[two].T
            named = np.array([[a == b for b in work[two]] for a in work[one]])
            same += cosines[named].tolist()
            other += cosines[~named].tolist()
    return _separated(same, other, known)


def fit_title(passages: Sequence[Passage], embedder: Embedder, known: float) -> FittedCosine:
    """From which cosine on a title in another language is named: it tells the titles of one work
    from those of other works best; see `fit_edition`."""
    by_work: dict[str, dict[Language, str]] = defaultdict(dict)
    for passage in passages:
        if passage.work_id:
            by_work[passage.work_id][passage.language] = passage.title
    several = [name for name in sorted(by_work, key=key_of) if len(by_work[name]) > 1]
    titles = [
        (name, language, title)
        for name in several[:_MOST_WORKS]
        for language, title in by_work[name].items()
    ]
    if not titles:
        return FittedCosine(known)
    vectors = embedder.embed_queries([title for *_, title in titles])
    same: list[float] = []
    other: list[float] = []
    for i, j in combinations(range(len(titles)), 2):
        if titles[i][1] != titles[j][1]:
            one_work = titles[i][0] == titles[j][0]
            (same if one_work else other).append(float(vectors[i] @ vectors[j]))
    return _separated(same, other, known)


def fit_translation(passages: Sequence[Passage], embedder: Embedder, known: float) -> FittedCosine:
    """From which cosine on a translation says what its source says: 99 % of the pairs of
    sentences do that have the same place in editions of an article with as many sentences; see
    `fit_edition`."""
    pairs = [
        pair
        for work in _works(passages)
        for one, two in combinations(work, 2)
        for article in work[one].keys() & work[two].keys()
        for pair in _parallel(work[one][article], work[two][article])
    ]
    if len(pairs) < _LEAST_TRANSLATIONS:
        return FittedCosine(known)
    first = embedder.embed_sentences([one for one, _ in pairs])
    second = embedder.embed_sentences([two for _, two in pairs])
    cosines = (first * second).sum(axis=1)
    return FittedCosine(round(float(np.quantile(cosines, _FAR)), _DIGITS), len(pairs))


def fit_spread(spreads: Sequence[float], known: float) -> FittedCosine:
    """The spread of how much sentences bear on a question: the median over questions."""
    if len(spreads) < _LEAST_QUESTIONS:
        return FittedCosine(known)
    return FittedCosine(round(float(np.median(spreads)), _DIGITS), len(spreads))


def cosines_of(fitted: Mapping[str, FittedCosine]) -> Cosines:
    """The thresholds by their names."""
    return Cosines(**{name: cosine.value for name, cosine in fitted.items()})


def _works(passages: Sequence[Passage]) -> Iterator[_Work]:
    """Works in several languages, by chance, up to so many passages."""
    found: dict[str, dict[Language, dict[str, list[Passage]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for passage in passages:
        if passage.work_id and passage.article:
            found[passage.work_id][passage.language][passage.article].append(passage)
    left = _MOST_PASSAGES
    for name in sorted(found, key=key_of):
        whole = {
            language: {article: own[0] for article, own in edition.items() if len(own) == 1}
            for language, edition in found[name].items()
        }
        work = {language: edition for language, edition in whole.items() if edition}
        if len(work) > 1 and left > 0:
            left -= sum(map(len, work.values()))
            yield work


def _embedded(passages: Sequence[Passage], embedder: Embedder) -> NDArray[np.float32]:
    texts = [PassageText(p.heading_path, p.text, p.sentences) for p in passages]
    return np.array([vectors.dense for vectors in embedder.embed_passages(texts)], np.float32)


def _parallel(one: Passage, two: Passage) -> Iterator[tuple[str, str]]:
    if len(one.sentences) == len(two.sentences):
        for (a, b), (c, d) in zip(one.sentences, two.sentences, strict=True):
            yield one.text[a:b], two.text[c:d]


def _separated(same: Sequence[float], other: Sequence[float], known: float) -> FittedCosine:
    """The threshold with the best balanced accuracy, in the middle between two cosines."""
    every = np.unique([*same, *other])
    if len(same) < _LEAST_PAIRS or not other or len(every) == 1:
        return FittedCosine(known)
    tried = (every[1:] + every[:-1]) / 2
    above = np.searchsorted(np.sort(same), tried)
    below = np.searchsorted(np.sort(other), tried)
    accuracies = ((len(same) - above) / len(same) + below / len(other)) / 2
    best = int(np.argmax(accuracies))
    return FittedCosine(round(float(tried[best]), _DIGITS), len(same), float(accuracies[best]))
