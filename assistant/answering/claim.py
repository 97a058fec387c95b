"""A generated sentence on its way to the reader, and why it may be held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from assistant.language import Language, numbers_in

_MARK = regex.compile(r"\s*\[(\p{Nd}+(?:\s?[,،]\s?\p{Nd}+)*)\]")


@dataclass(frozen=True)
class Claim:
    """A sentence that answers a question.

    Attributes:
        text: The sentence without its citation marks.
        language: The language it should be in.
        question: The question it answers, which stands alone.
        marks: The citation marks that were generated, right or wrong.
        certainty: How sure the generator was of it: the mean logarithm of the probabilities of
            its pieces, up to 0; None where it does not tell.
    """

    text: str
    language: Language
    question: str
    marks: Sequence[int] = ()
    certainty: float | None = None


@dataclass(frozen=True)
class Rejection:
    """Why a text must not be shown.

    Attributes:
        check: What holds it back: a refusal's name, or ``verdict``.
        reason: Why, for administrators.
    """

    check: str
    reason: str


def strip_marks(sentence: str) -> str:
    """The sentence without its citation marks."""
    return str(_MARK.sub("", sentence)).strip()


def blank_marks(sentence: str) -> str:
    """The sentence with spaces in the place of its citation marks, as long as before."""
    return str(_MARK.sub(lambda found: " " * len(found[0]), sentence))


def marked_numbers(sentence: str) -> list[int]:
    """The numbers in a sentence's citation marks, as they stand there."""
    return [int(n) for match in _MARK.finditer(sentence) for n in numbers_in(match[1])]


def same_words(first: str, second: str) -> bool:
    """Whether two sentences are the same but for case, spaces, punctuation and list marks."""
    return _letters(first) == _letters(second)


def echoes(text: str, question: str) -> bool:
    """Whether a text is a question said again, which is no statement: the question as a whole, or
    it or those before it in the conversation, which stand on lines of their own."""
    return any(same_words(text, said) for said in (question, *question.splitlines()))


def _letters(text: str) -> str:
    return "".join(regex.findall(r"[\p{L}\p{Nd}]", text)).casefold()
