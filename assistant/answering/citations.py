"""Which evidence a generated sentence rests on."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.checks import MARK, stated_numbers
from assistant.answering.support import Support
from assistant.language import numbers_in

#: Marked evidence may be by this much less near to the sentence than the nearest piece.
_SLACK = 0.1


def strip_marks(sentence: str) -> str:
    """The sentence without its citation marks."""
    return str(MARK.sub("", sentence)).strip()


def marked_numbers(sentence: str) -> list[int]:
    """The numbers in a sentence's citation marks, as they stand there."""
    return [int(n) for match in MARK.finditer(sentence) for n in numbers_in(match[1])]


def attribute(sentence: str, supports: Sequence[Support]) -> list[Support]:
    """The evidence of a sentence, corrected where the generator's marks cannot be right.

    A small model often leaves marks out or copies a wrong one. Marks that name existing
    evidence are kept when that evidence states the sentence's numbers and is about as near to
    it in meaning as the nearest piece; otherwise the sentence is given the piece that states
    most of its numbers, the nearer one first.

    Args:
        sentence: A generated sentence with or without marks.
        supports: How near each piece of evidence is to it; at least one, the nearest first.
    """
    by_number = {item.evidence.number: item for item in supports}
    marked = [by_number[n] for n in dict.fromkeys(marked_numbers(sentence)) if n in by_number]
    numbers = set(numbers_in(strip_marks(sentence)))
    if marked and numbers <= {n for item in marked for n in stated_numbers(item.evidence)}:
        nearest = max(item.nearness for item in marked)
        if nearest >= supports[0].nearness - _SLACK:
            return marked

    def fit(item: Support) -> tuple[int, float]:
        return len(numbers & stated_numbers(item.evidence)), item.nearness

    return [max(supports, key=fit)]
