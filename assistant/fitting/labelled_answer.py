"""One answer to one question, and whether it is right."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

from assistant.language import Language

#: Into how many parts facts are split for cross-validation.
FOLDS = 5


@dataclass(frozen=True)
class LabelledAnswer:
    """One answer to one question.

    Attributes:
        fact: What it is about; both halves have whole facts.
        language: Of question and answer.
        target: Of the documents that answer it; None for a near miss.
        scope: The language that the search is limited to, if it is.
        question, text: The question, and the answer that is to be shown or held back.
        right: Which of both.
        kind: The form of a right answer, or what is wrong.
    """

    fact: str
    language: Language
    target: Language | None
    scope: Language | None
    question: str
    text: str
    right: bool
    kind: str

    @property
    def half(self) -> int:
        """0 to fit, 1 to report."""
        return half_of(self.fact)

    @property
    def direction(self) -> str:
        """From the question's language to the documents': ``ko→ar``."""
        return f"{self.language}→{self.target or 'none'}"

    @property
    def key(self) -> str:
        """What tells it from all others."""
        parts = (self.question, str(self.scope), self.text, str(self.right), self.kind)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def half_of(group: str) -> int:
    """Which half a fact or a passage is in: 0 to fit, 1 to report."""
    return zlib.crc32(group.encode()) % 2


def drawn(fact: str) -> bool:
    """Whether it is one of every other fact of its half. (By another hash than the halves: two
    checksums of the same text are no two draws.)"""
    return bool(hashlib.sha256(fact.encode()).digest()[0] % 2)
