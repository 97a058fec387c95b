"""Folding editions and near-duplicates."""

from __future__ import annotations

import numpy as np

from assistant.index.passage import Passage
from assistant.language import Language
from assistant.retrieval.editions import fold
from assistant.retrieval.hits import Hit


def hit(
    name: str,
    language: Language,
    work: str | None = None,
    article: str | None = None,
    axis: int = 0,
    text: str = "",
) -> Hit:
    passage = Passage(
        id=name, document_id=f"doc-{name}", collection="c", source=name, title=name,
        language=language, text=text or name, ordinal=0, work_id=work, article=article,
    )  # fmt: skip
    vector = np.zeros(4, dtype=np.float32)
    vector[axis] = 1.0
    near = np.ones(1, dtype=np.float32)
    return Hit(passage, 1.0 - len(name) / 100, 0.5, near, near, vector[None], vector, near)


def shown(hits: list[Hit], language: Language = "ko") -> list[str]:
    return [h.passage.id for h in fold(hits, language, 0.64)]


def test_the_readers_edition_stands_for_the_others() -> None:
    hits = [hit("en", "en", "w", "3"), hit("arab", "ar", "w", "3"), hit("korea", "ko", "w", "3")]
    (folded,) = fold(hits, "ko", 0.64)
    assert folded.passage.id == "korea"
    assert [p.id for p in folded.also] == ["en", "arab"]
    assert folded.score == hits[0].score, "it stands where the best edition stood"


def test_another_article_of_another_edition_stays() -> None:
    assert shown([hit("en", "en", "w", "3"), hit("ko", "ko", "w", "4")]) == ["en", "ko"]


def test_editions_without_articles_are_told_by_their_vectors() -> None:
    assert shown([hit("en", "en", "w"), hit("ko", "ko", "w")]) == ["ko"]
    assert shown([hit("en", "en", "w"), hit("ko", "ko", "w", axis=1)]) == ["en", "ko"]


def test_other_works_are_not_editions() -> None:
    hits = [hit("en", "en", "w", "3"), hit("ko", "ko", "v", "3"), hit("lone", "ar", None, "3")]
    assert shown(hits) == ["en", "ko", "lone"]


def test_near_duplicates_are_folded_and_named() -> None:
    text = " ".join(f"word{i}" for i in range(30))
    hits = [hit("a", "en", text=text), hit("b", "en", text=f"{text} more"), hit("c", "en")]
    folded = fold(hits, "en", 0.64)
    assert [h.passage.id for h in folded] == ["a", "c"]
    assert [p.id for p in folded[0].also] == ["b"]
