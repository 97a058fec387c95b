"""A generated sentence on its way to the reader, and why it may be held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.language import Language


@dataclass(frozen=True)
class Claim:
    """A sentence that answers a question.

    Attributes:
        text: The sentence without its citation marks.
        language: The language it should be in.
        question: The question it answers, which stands alone.
        marks: The citation marks that were generated, right or wrong.
        confidence: Probability that the generator gave to the least likely number of the
            sentence, from 0 to 1; 1 where it has none or nothing is told.
    """

    text: str
    language: Language
    question: str
    marks: Sequence[int] = ()
    confidence: float = 1.0


@dataclass(frozen=True)
class Rejection:
    """Why a text must not be shown.

    Attributes:
        check: What holds it back: a refusal's name, or ``Verdict``.
        reason: Why, for administrators.
    """

    check: str
    reason: str
