"""What an embedder's cosines mean is read from works in several languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from shelf import passage

from assistant.fitting.cosine_fit import (
    cosines_of,
    fit_edition,
    fit_spread,
    fit_title,
    fit_translation,
)
from assistant.index.passage import Passage
from assistant.models.embedder import (
    PassageText,
    PassageVectors,
    SentenceTransformerEmbedder,
    Vectors,
)

_TEXTS = {
    "en": "Rule {}. It says {}.",
    "ko": "규칙 {}이다. {}라고 한다.",
    "ar": "قاعدة {}. تقول {}.",
}
#: Cosine of two texts on the same subject, and on different ones.
_SAME, _OTHER = 0.7, 0.2


class Meanings:
    """An embedder that knows which digit a text is about, and that languages differ a little."""

    dimensions = 64

    def embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in sentences], np.float32)

    embed_queries = embed_sentences

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        return [PassageVectors(self._vector(p.text), np.zeros((0, 64))) for p in passages]  # type: ignore[arg-type]

    def _vector(self, text: str) -> Vectors:
        """Shares of what all texts have, what those on a subject have, and its own."""
        number = int("".join(c for c in text if c.isdigit())[:2])
        own = np.random.default_rng(len(text) + number).normal(size=64) * (np.arange(64) >= 40)
        vector = np.zeros(64, np.float32)
        vector[0] = np.sqrt(_OTHER)
        vector[1 + number] = np.sqrt(_SAME - _OTHER)
        return np.asarray(vector + np.sqrt(1 - _SAME) * own / np.linalg.norm(own), np.float32)


@pytest.fixture
def embedder() -> SentenceTransformerEmbedder:
    return cast(SentenceTransformerEmbedder, Meanings())


def _work(work: int, articles: int) -> list[Passage]:
    found = []
    for language, text in _TEXTS.items():
        for number in range(10, 10 + articles):
            made = passage(0, text.format(number, number), title=f"{language} {10 + work}")
            name = f"{work} {language} {number}"
            changes = {"id": name, "work_id": f"w{work}", "article": str(number)}
            found.append(replace(made, language=language, **changes))  # type: ignore[arg-type]
    return found


def test_editions_are_the_same_between_what_is_and_what_is_not(
    embedder: SentenceTransformerEmbedder,
) -> None:
    fitted = fit_edition(_work(0, 10), embedder, 0.9)
    assert _OTHER < fitted.value < _SAME
    assert fitted.pairs == 30
    assert fitted.accuracy == 1.0


def test_titles_of_a_work_are_told_from_those_of_others(
    embedder: SentenceTransformerEmbedder,
) -> None:
    works = [p for work in range(10) for p in _work(work, 1)]
    fitted = fit_title(works, embedder, 0.8)
    assert _OTHER < fitted.value < _SAME
    assert fitted.pairs == 30


def test_translations_are_about_as_near_as_the_farthest_ones(
    embedder: SentenceTransformerEmbedder,
) -> None:
    fitted = fit_translation(_work(0, 20), embedder, 0.8)
    assert fitted.pairs == 120
    assert fitted.value == pytest.approx(_SAME, abs=0.15)


def test_without_works_in_several_languages_what_was_known_holds(
    embedder: SentenceTransformerEmbedder,
) -> None:
    alone = [p for p in _work(0, 30) if p.language == "ko"]
    for fit in (fit_edition, fit_title, fit_translation):
        fitted = fit(alone, embedder, 0.77)
        assert (fitted.value, fitted.pairs) == (0.77, 0)


def test_an_article_in_several_passages_is_no_pair(
    embedder: SentenceTransformerEmbedder,
) -> None:
    work = _work(0, 10)
    parts = [replace(p, id=f"{p.id} again") for p in work if p.language == "ko"]
    assert fit_edition(work * 2, embedder, 0.9).pairs == 0
    assert fit_edition([*_work(1, 10), *_work(2, 10), *parts], embedder, 0.9).pairs == 60


def test_the_spread_is_that_of_a_usual_question() -> None:
    assert fit_spread([0.03] * 12 + [0.05] * 11, 0.9).value == 0.03
    assert fit_spread([0.03] * 3, 0.9).value == 0.9


def test_thresholds_have_their_names() -> None:
    known = {"edition": 0.1, "title": 0.2, "translation": 0.3, "spread": 0.4}
    cosines = cosines_of({name: fit_spread([], value) for name, value in known.items()})
    assert (cosines.edition, cosines.title) == (0.1, 0.2)
    assert (cosines.translation, cosines.spread) == (0.3, 0.4)
