"""Folding what says the same: parallel editions of a policy, and near-duplicate passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.index.passage import Passage
from assistant.language import Language
from assistant.retrieval.hits import Hit

#: Passages of one language are near-duplicates when they share this part of their words.
_DUPLICATE_WORDS = 0.9


def fold(hits: Sequence[Hit], language: Language, least_cosine: float) -> list[Hit]:
    """One hit for each thing said, in the reader's language where an edition is in it.

    A folded hit stands where the best of its parts stood, with that part's score, and names the
    others.

    Args:
        hits: Passages found, the best first.
        language: The reader's language.
        least_cosine: From which on two editions' passages without an article are the same.
    """
    groups: list[list[Hit]] = []
    for hit in hits:
        group = next(
            (g for g in groups if any(_same(hit, other, least_cosine) for other in g)), None
        )
        if group is None:
            groups.append([hit])
        elif _adds_edition(hit, group):
            group.append(hit)
    return [_folded(group, language) for group in groups]


def _folded(group: list[Hit], language: Language) -> Hit:
    shown = next((hit for hit in group if hit.passage.language == language), group[0])
    also = tuple(hit.passage for hit in group if hit is not shown)
    return replace(shown, score=group[0].score, also=also) if also else shown


def _adds_edition(hit: Hit, group: list[Hit]) -> bool:
    """Whether a part of the group is another edition or another document, not a repetition."""
    return all(hit.passage.document_id != other.passage.document_id for other in group)


def _same(hit: Hit, other: Hit, least_cosine: float) -> bool:
    one, two = hit.passage, other.passage
    if one.language == two.language:
        return _near_duplicates(one, two)
    if one.work_id is None or one.work_id != two.work_id:
        return False
    if one.article and two.article:
        return one.article == two.article
    return float(hit.vector @ other.vector) >= least_cosine


def _near_duplicates(one: Passage, two: Passage) -> bool:
    if one.text == two.text:
        return True
    first, second = set(one.text.split()), set(two.text.split())
    return len(first & second) >= _DUPLICATE_WORDS * len(first | second)
