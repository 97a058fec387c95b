"""Exact references: "개인정보 보호법 제15조", "Article 12 of …", "المادة الثالثة من …"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import regex

from assistant.language import (
    Language,
    analyze,
    article_references,
    normalize_arabic,
    without_references,
)
from assistant.language.lexicon import LEXICON, alternatives
from assistant.models.embedder import Embedder, Vectors
from assistant.retrieval.cosines import Cosines
from assistant.retrieval.hits import Hit

#: Passages looked at for an article number: as many documents may have an article of it.
LOOKUP_DEPTH = 40
#: A title in the question's language is named when the question has this share of its terms.
_LEAST_TERMS = 0.6
#: A title in another language is named when it is nearer than any other one to what the question
#: says beside the reference, by so many spreads (`Cosines.spread`).
_MARGIN = 1.0

#: Words that tell no document from another.
_GENERIC = " ".join(words.documents.titles for words in LEXICON.values())

_CONTENTS = regex.compile(alternatives(lambda words: words.questions.contents), regex.IGNORECASE)
#: The addenda of an act number their articles anew; they cannot be looked up.
_ADDENDA = tuple(
    part.name
    for words in LEXICON.values()
    for part in words.places.divisions
    if part.anew and part.name
)


def asks_for_contents(query: str) -> bool:
    """Whether a question with an article reference asks for the article's text and names no
    document: "제32조", "What does Article 25 say?", "المادة 30"."""
    return not _in_addenda(query) and not _says_more(normalize_arabic(without_references(query)))


def asks_for_contents_of(query: str, title: str) -> bool:
    """Whether a question with an article reference asks for the article's text and says nothing
    else but the document's name: "What does Article 4 of the exchange policy say?"."""
    name = _name_in(set(analyze(without_references(query))))
    return not _in_addenda(query) and name <= set(analyze(title))


def one_of_each(language: Language, candidates: Sequence[Hit]) -> list[Hit]:
    """The first part of the article that each document has, those in the reader's language first
    and each group in the order in which they were found.

    Args:
        language: The reader's.
        candidates: Hits whose article numbers a question names, of any document.
    """
    first: dict[str, Hit] = {}
    for hit in candidates:
        known = first.get(hit.passage.document_id)
        if known is None or hit.passage.ordinal < known.passage.ordinal:
            first[hit.passage.document_id] = hit
    return sorted(first.values(), key=lambda hit: hit.passage.language != language)


class ArticleLookup:
    """Finds the articles that a question names by document and number.

    Titles in the question's own language are compared by their terms, which tell a law that is
    not there from one that is; titles in another language by their vectors.

    Args:
        embedder: What the vectors of titles and questions are from.
        cosines: What its cosines mean.
    """

    def __init__(self, embedder: Embedder, cosines: Cosines) -> None:
        self._embedder = embedder
        self._cosines = cosines
        self._vector = lru_cache(maxsize=4096)(self._embed)

    def select(self, query: str, language: Language, candidates: Sequence[Hit]) -> list[Hit]:
        """The candidates that are parts of a named article, in the order of the document.

        Args:
            query: A question with an article reference.
            language: Its language.
            candidates: Hits whose article numbers the question names, of any document.
        """
        if _in_addenda(query):
            return []
        title = self._named_title(query, language, candidates)
        parts = [hit for hit in candidates if hit.passage.title == title]
        order = {article: i for i, article in enumerate(article_references(query))}
        return sorted(
            parts, key=lambda h: (order.get(h.passage.article or "", len(order)), h.passage.ordinal)
        )

    def _named_title(self, query: str, language: Language, candidates: Sequence[Hit]) -> str | None:
        titles = {hit.passage.title: hit.passage.language for hit in candidates}
        rest = without_references(query)
        said = set(analyze(rest))
        if not said or not titles:
            return None
        shares = {t: _share(t, said) for t, spoken in titles.items() if spoken == language}
        best = max(shares, key=lambda t: (shares[t], len(t)), default=None)
        if best is not None and shares[best] >= _LEAST_TERMS:
            return best
        if (short := _short_name(said, shares)) is not None:
            return short
        asked = self._vector(rest)
        ranked = sorted(((float(self._vector(t) @ asked), t) for t in titles), reverse=True)
        cosine, nearest = ranked[0]
        runner_up = ranked[1][0] if len(ranked) > 1 else 0.0
        foreign = titles[nearest] != language
        margin = _MARGIN * self._cosines.spread
        if foreign and cosine >= self._cosines.title and cosine - runner_up >= margin:
            return nearest
        return None

    def _embed(self, text: str) -> Vectors:
        return np.asarray(self._embedder.embed_queries([text])[0])


def _in_addenda(query: str) -> bool:
    return any(addenda in query for addenda in _ADDENDA)


def _says_more(text: str) -> bool:
    """Whether a text says anything but that the words of an article are asked for."""
    return any(map(str.isalnum, _CONTENTS.sub(" ", text)))


def _name_in(said: set[str]) -> set[str]:
    """The terms of a question that can only be a document's name, or ask for more."""
    return {term for term in said - set(analyze(_GENERIC)) if _says_more(term)}


def _short_name(said: set[str], titles: Iterable[str]) -> str | None:
    """The one title that a short name is made of: 정보공개법 of 공공기관의 정보공개에 관한 법률."""
    name = _name_in(said)
    fitting = [title for title in titles if name and name <= set(analyze(title))]
    return fitting[0] if len(fitting) == 1 else None


def _share(title: str, said: set[str]) -> float:
    terms = set(analyze(title))
    return len(terms & said) / len(terms) if terms else 0.0
