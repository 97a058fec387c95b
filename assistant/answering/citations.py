"""Which evidence a generated sentence rests on."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.checks import MARK, stated_numbers
from assistant.language import analyze, numbers_in
from assistant.retrieval.evidence import Evidence

#: Marked evidence must share at least this part of the terms that the best piece shares.
_LEAST_SHARE = 0.5


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
    evidence are kept when that evidence states the sentence's numbers and no other piece shares
    far more of its terms (none does across languages); otherwise the sentence is given the piece
    that states its numbers and shares most of its terms, the better piece first where nothing
    tells them apart.

    Args:
        sentence: A generated sentence with or without marks.
        evidence: What it was generated from; at least one piece.
    """
    by_number = {item.number: item for item in evidence}
    marked = [by_number[n] for n in marked_numbers(sentence) if n in by_number]
    text = strip_marks(sentence)
    numbers, terms = set(numbers_in(text)), set(analyze(text))
    shared = {item.number: len(terms & set(analyze(item.quote))) for item in evidence}
    if marked and numbers <= {n for item in marked for n in stated_numbers(item)}:
        most = max(shared[item.number] for item in marked)
        if most >= _LEAST_SHARE * max(shared.values()):
            return marked

    def fit(item: Evidence) -> tuple[int, int]:
        return len(numbers & stated_numbers(item)), shared[item.number]

    return [max(evidence, key=fit)]
