"""Which evidence a generated sentence rests on."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.checks import MARK, stated_numbers
from assistant.language import analyze, numbers_in
from assistant.retrieval.evidence import Evidence


def strip_marks(sentence: str) -> str:
    """The sentence without its citation marks."""
    return str(MARK.sub("", sentence)).strip()


def marked_numbers(sentence: str) -> list[int]:
    """The numbers in a sentence's citation marks, each once, in order."""
    found = [int(n) for match in MARK.finditer(sentence) for n in numbers_in(match[1])]
    return list(dict.fromkeys(found))


def attribute(sentence: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence of a sentence, corrected where the generator's marks cannot be right.

    A small model often leaves marks out or copies a wrong one. Marks that name existing
    evidence are kept when that evidence states the sentence's numbers; otherwise the sentence
    is given the piece that states its numbers and shares most of its terms, the better piece
    first where nothing tells them apart.

    Args:
        sentence: A generated sentence with or without marks.
        evidence: What it was generated from; at least one piece.
    """
    by_number = {item.number: item for item in evidence}
    marked = [by_number[n] for n in marked_numbers(sentence) if n in by_number]
    text = strip_marks(sentence)
    numbers = set(numbers_in(text))
    if marked and numbers <= {n for item in marked for n in stated_numbers(item)}:
        return marked
    terms = set(analyze(text))

    def fit(item: Evidence) -> tuple[int, int]:
        return len(numbers & stated_numbers(item)), len(terms & set(analyze(item.quote)))

    return [max(evidence, key=fit)]
