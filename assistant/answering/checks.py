"""Checks that a generated sentence must pass before anybody sees it.

Each check is a small class with one method that returns the reason against a sentence, or None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import regex

from assistant.language import Language, numbers_in, script_shares
from assistant.retrieval.evidence import Evidence

MARK = regex.compile(r"\s*\[(\p{Nd}+(?:\s?[,،]\s?\p{Nd}+)*)\]")


@dataclass(frozen=True)
class Claim:
    """A generated sentence and the evidence that it rests on.

    Attributes:
        text: The sentence without its citation marks.
        language: The language it should be in.
        question: The question it answers.
        cited: The evidence that it cites; at least one piece.
    """

    text: str
    language: Language
    question: str
    cited: Sequence[Evidence]


class Check(Protocol):
    """One condition that every shown sentence meets."""

    def reason_against(self, claim: Claim) -> str | None:
        """Why the sentence must not be shown, or None."""


class ScriptCheck:
    """The sentence is written in the script of the reader's language.

    Latin names are at home in Korean and Arabic sentences; other scripts are in none.
    """

    _EXPECTED: ClassVar = {"ko": ("Hangul", 0.3), "ar": ("Arabic", 0.4), "en": ("Latin", 1.0)}

    def reason_against(self, claim: Claim) -> str | None:
        script, least = self._EXPECTED[claim.language]
        shares = script_shares(claim.text)
        if shares[script] < least:
            return f"only {shares[script]:.0%} of its letters are {script}"
        foreign = 1.0 - shares[script] - (shares["Latin"] if script != "Latin" else 0.0)
        return f"{foreign:.0%} of its letters are in a foreign script" if foreign > 1e-9 else None


class NumberCheck:
    """Every number in the sentence stands in the cited evidence or its locator."""

    def reason_against(self, claim: Claim) -> str | None:
        known = {n for item in claim.cited for n in stated_numbers(item)}
        unknown = [n for n in numbers_in(claim.text) if n not in known]
        return f"the cited evidence does not state {', '.join(unknown)}" if unknown else None


class SubstanceCheck:
    """The sentence says something: it is more than a mark, a heading or an echo of the question."""

    _WORD = regex.compile(r"\p{L}{2,}")

    def reason_against(self, claim: Claim) -> str | None:
        if len(self._WORD.findall(claim.text)) < 2 and not numbers_in(claim.text):
            return "it has fewer than two words and no number"
        if claim.text.endswith((":", "：")):
            return "it announces something and does not say it"
        if same_words(claim.text, claim.question):
            return "it repeats the question"
        return None


DEFAULT_CHECKS: tuple[Check, ...] = (SubstanceCheck(), ScriptCheck(), NumberCheck())


def same_words(first: str, second: str) -> bool:
    """Whether two sentences are the same but for case, spaces, punctuation and list marks."""
    return _letters(first) == _letters(second)


def _letters(text: str) -> str:
    return "".join(regex.findall(r"[\p{L}\p{Nd}]", text)).casefold()


def stated_numbers(evidence: Evidence) -> set[str]:
    """The numbers that a piece of evidence states, in its quote or as its place."""
    return set(numbers_in(f"{evidence.quote}\n{evidence.passage.locator}"))


def first_reason(claim: Claim, checks: Sequence[Check] = DEFAULT_CHECKS) -> str | None:
    """The first reason against a sentence, or None when it passes every check."""
    return next((r for check in checks if (r := check.reason_against(claim))), None)
