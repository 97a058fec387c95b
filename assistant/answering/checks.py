"""Checks that a generated sentence must pass before anybody sees it.

Each check is a small class with one method that returns the reason against a sentence, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self, TypeVar

import regex

from assistant.answering.amounts import AmountCheck
from assistant.answering.comparators import bounds_in, scales_in
from assistant.answering.form import PlainTextCheck
from assistant.answering.polarity import denies, verdict, without_verdict
from assistant.answering.verdict.readings import content_words, unknown_names
from assistant.language import (
    Language,
    analyze,
    numbers_in,
    script_shares,
    units_in,
    unsupported,
)
from assistant.models.fitted import LogisticModel, load_fitted, read_fitted
from assistant.retrieval.evidence import Evidence

Number = TypeVar("Number")
Word = TypeVar("Word")

#: The hint of checks that find nothing said, rather than something wrong.
SUBSTANCE = "substance"
#: The hints of what may still be followed by the answer.
INCOMPLETE = frozenset({SUBSTANCE, AmountCheck.hint})
#: Words that a sentence with a number may have beside those of the question and of its support
#: and still only complete the question.
_ADDED_WORDS = 2
_BETWEEN_CLAUSES = regex.compile(r"(?<=[,،;؛:)])\s+|\s+(?=\()")
MARK = regex.compile(r"\s*\[(\p{Nd}+(?:\s?[,،]\s?\p{Nd}+)*)\]")


@dataclass(frozen=True)
class Claim:
    """A generated sentence and the evidence that it rests on.

    Attributes:
        text: The sentence without its citation marks.
        language: The language it should be in.
        question: The question it answers.
        cited: The evidence that it cites; at least one piece.
        support: The sentence of the evidence that it may rest on, see `Support`.
        nearness: Cosine of the two, from -1 to 1.
        lag: By how much less it bears on the question than the best sentence of all the
            evidence, 0 or more; see `assistant.retrieval.relevance`.
        marks: The citation marks that were generated, right or wrong.
        confidence: Probability that the generator gave to the least likely number of the
            sentence, from 0 to 1; 1 where it has none or nothing is told.
    """

    text: str
    language: Language
    question: str
    cited: Sequence[Evidence]
    support: str
    nearness: float
    lag: float = 0.0
    marks: Sequence[int] = ()
    confidence: float = 1.0

    @property
    def in_its_language(self) -> bool:
        """Whether the evidence is in the sentence's own language."""
        return all(item.passage.language == self.language for item in self.cited)


class Check(Protocol):
    """One condition that every shown sentence meets.

    Attributes:
        hint: Which hint in ``prompts/answer`` a second attempt is given.
    """

    hint: ClassVar[str]

    def reason_against(self, claim: Claim) -> str | None:
        """Why the sentence must not be shown, or None."""


class ScriptCheck:
    """The sentence is written in the script of the reader's language.

    Latin names are at home in Korean and Arabic sentences; other scripts are in none. A name that
    the evidence has does not count, however long the sentence beside it is.
    """

    hint: ClassVar = "script"

    _WORDS: ClassVar = regex.compile(
        r"[\p{Latin}\d][\p{Latin}\d&.'’/-]*(?:\s[\p{Latin}\d&.'’/-]+)*"
    )
    _LONGEST_NAME: ClassVar = 4
    _EXPECTED: ClassVar = {"ko": ("Hangul", 0.3), "ar": ("Arabic", 0.4), "en": ("Latin", 1.0)}

    def reason_against(self, claim: Claim) -> str | None:
        script, least = self._EXPECTED[claim.language]
        shares = script_shares(self._without_names(claim) if script != "Latin" else claim.text)
        if shares[script] < least:
            return f"only {shares[script]:.0%} of its letters are {script}"
        foreign = 1.0 - shares[script] - (shares["Latin"] if script != "Latin" else 0.0)
        return f"{foreign:.0%} of its letters are in a foreign script" if foreign > 1e-9 else None

    def _without_names(self, claim: Claim) -> str:
        """The sentence without the names in Latin letters that its evidence has."""
        known = "\n".join(item.quote for item in claim.cited).casefold()

        def blank(found: regex.Match[str]) -> str:
            name = found[0].rstrip(".")
            a_name = len(name.split()) <= self._LONGEST_NAME and name.casefold() in known
            return "" if a_name else found[0]

        return str(self._WORDS.sub(blank, claim.text))


class NumberCheck:
    """Every number, percentage and date in the sentence stands in the cited evidence or its place.

    In digits of any script or in words, in any calendar; see `assistant.language.unsupported`.
    """

    hint: ClassVar = "number"

    def reason_against(self, claim: Claim) -> str | None:
        sources = [text for item in claim.cited for text in (item.quote, _place(item))]
        unknown = [claim.text[q.span.start : q.span.end] for q in unsupported(claim.text, sources)]
        return f"the cited evidence does not state {', '.join(unknown)}" if unknown else None


class SubstanceCheck:
    """The sentence says something: it is more than a mark, a heading, a question or an echo."""

    hint: ClassVar = SUBSTANCE

    _MOST_MARKS: ClassVar = 6
    _MOST: ClassVar = 0.5
    _WORD: ClassVar = regex.compile(r"\p{L}{2,}")
    _ASKS: ClassVar = regex.compile(r"^هل\s|[?？؟]\W*$|(?:나요|까요|가요|니까|는가|은가)\W*$")

    def reason_against(self, claim: Claim) -> str | None:
        if len(self._WORD.findall(claim.text)) < 2 and not numbers_in(claim.text):
            return "it has fewer than two words and no number"
        if len(claim.marks) > self._MOST_MARKS:
            return f"it has {len(claim.marks)} citation marks"
        if claim.text.endswith((":", "：")):
            return "it announces something and does not say it"
        if self._ASKS.search(claim.text):
            return "it asks instead of answering"
        if same_words(claim.text, claim.question) or self._echoes(claim):
            return "it repeats the question"
        return None

    def _echoes(self, claim: Claim) -> bool:
        """Whether most of the question's words are said as a statement, with or without a yes,
        and nothing else: small generators affirm what they are asked. Fewer words may be what
        the question lets choose."""
        if unsupported(claim.text, [claim.question]):
            return False
        words, asked = content_words(without_verdict(claim.text)), content_words(claim.question)
        return words <= asked and len(words) > self._MOST * len(asked)


class SaysSomethingCheck:
    """The sentence answers, and does not speak of the sources instead."""

    hint: ClassVar = SUBSTANCE

    _ABOUT_SOURCES: ClassVar = regex.compile(
        r"\b(?:not|no|never|isn't|doesn't|cannot)\b.{0,40}\b(?:mention|specif|state?d?\b|stating\b|provid|contain"
        r"|found|inform|describ|given|list)\w*"
        r"|\b(?:is|are) (?:described|mentioned|stated|given|listed|explained|found)"
        r" in (?:the )?sources?"
        r"|(?:출처|자료|문서|내용|정보).{0,24}(?:없|않|나와 있지|포함되어 있지|명시되어 있지|언급)"
        r"|답변?[은이] .{0,6}없"
        r"|(?:출처|자료)\S* ?(?:\[?\d+\]?\S* ?)?(?:에|에서) ?"
        r"(?:설명|기술|명시|나와|언급)\S*(?: 있)?\S*$"
        r"|(?:لا|لم|ليس\p{L}*)\s.{0,30}"
        r"(?:[يت](?:ذكر|رد|حدد|تضمن|وضح)|معلومات|المصادر|المصدر)"
        r"|(?:مذكور|موضح|وارد|موصوف)\p{L}* في (?:المصدر|المصادر)",
        regex.IGNORECASE,
    )

    def reason_against(self, claim: Claim) -> str | None:
        if self._ABOUT_SOURCES.search(claim.text):
            return "it speaks of the sources and does not answer"
        return None


class ConfidenceCheck:
    """The generator found each number of the sentence likelier than all others together."""

    hint: ClassVar = "number"

    _LEAST: ClassVar = 0.5

    def reason_against(self, claim: Claim) -> str | None:
        if claim.confidence < self._LEAST:
            return f"the generator was sure of a number of it to {claim.confidence:.0%} only"
        return None


class BoundCheck:
    """ "At least", "at most", "more than" and "less than" stand where the evidence has them."""

    hint: ClassVar = "number"

    def reason_against(self, claim: Claim) -> str | None:
        known = _stated(bounds_in, claim)
        for number, bounds in bounds_in(claim.text).items():
            if number in known and not bounds <= known[number]:
                return f"the evidence does not put {', '.join(bounds)} on {number}"
        return None


class ScaleCheck:
    """What the evidence has as the end of a scale only is not stated as the value: "3.0 out of
    4.3" does not support "4.3"."""

    hint: ClassVar = "number"

    def reason_against(self, claim: Claim) -> str | None:
        known = _stated(scales_in, claim)
        for number, scales in scales_in(claim.text).items():
            if False in scales and known.get(number) == {True}:
                return f"the evidence has {number} as the end of a scale only"
        return None


class UnitCheck:
    """Units of time, and "times", stand at the numbers where the evidence has them.

    "Four times a year" does not follow from "every four months". A number that the evidence
    states without such a unit may stand for anything.
    """

    hint: ClassVar = "number"

    def reason_against(self, claim: Claim) -> str | None:
        known = _stated(units_in, claim)
        for number, units in units_in(claim.text).items():
            stated = known.get(number, {None})
            if None not in stated and (wrong := units - stated - {None}):
                return f"the evidence does not state {number} {', '.join(filter(None, wrong))}"
        return None


class PolarityCheck:
    """The sentence does not deny what the evidence affirms, nor the reverse.

    Where both are in one language only the clauses count that the sentence has its words from.
    """

    hint: ClassVar = "polarity"

    def reason_against(self, claim: Claim) -> str | None:
        shared = claim.support
        if claim.in_its_language:
            shared = clauses_with(content_words(claim.text), claim.support)
        denied = denies(shared)
        if denies(without_verdict(claim.text)) != denied:
            return "the evidence denies it" if denied else "it denies what the evidence says"
        if verdict(claim.text) == "yes" and denied:
            return "it says yes and the evidence says no"
        return None


class NameCheck:
    """Names in Latin letters come from the evidence, its title or the question; in Korean and
    Arabic, all words in Latin letters."""

    hint: ClassVar = "name"

    def reason_against(self, claim: Claim) -> str | None:
        known = claim.question
        for item in claim.cited:
            known += f"\n{item.quote}\n{_place(item)}"
        unknown = unknown_names(claim.language, claim.text, known)
        return f"the evidence does not name {', '.join(unknown)}" if unknown else None


class WordCheck:
    """Where the evidence is in the sentence's language, its words come from there."""

    hint: ClassVar = "words"

    #: Share of the content words that must stand in the evidence, its headings or the question.
    least = 0.5

    def reason_against(self, claim: Claim) -> str | None:
        if not claim.in_its_language:
            return None
        known = set(analyze(claim.question))
        for item in claim.cited:
            known |= set(analyze(f"{_place(item)}\n{item.quote}"))
        words = {word for word in analyze(claim.text) if not word.startswith("~")}
        if not words:
            return None
        share = len(words & known) / len(words)
        return f"only {share:.0%} of its words are the evidence's" if share < self.least else None


class NearnessCheck:
    """The sentence means about what the sentence that it rests on means.

    One that only completes the question ("The deadline is 30 days.") is far from any sentence of
    a law. It passes when what it adds is what its support states.

    Args:
        least: The least cosine, fitted for one embedder.
    """

    hint: ClassVar = "words"

    def __init__(self, least: float) -> None:
        self._least = least

    @classmethod
    def fitted(cls, embedder: str) -> Self:
        """The check as it was fitted for an embedder, see `load_fitted`."""
        return cls(load_fitted(__package__, "nearness", embedder)["threshold"])

    def reason_against(self, claim: Claim) -> str | None:
        if claim.nearness < self._least and not completes_question(claim):
            return f"its nearness to the evidence is only {claim.nearness:.2f}"
        return None


class GroundingCheck:
    """A sentence has the better grounds, the nearer it is in meaning to the evidence and the more
    that bears on the question; it has enough to be right.

    What passes all other checks and is wrong is mostly worded loosely, or made from what bears
    little on the question. A bare answer ("7 years", a name) is near to no sentence, and is not
    judged.

    Args:
        models: How probable it is that such a sentence is right, by its language. In other
            languages nothing is held back.
    """

    hint: ClassVar = "words"

    _MOST_WORDS: ClassVar = 2

    def __init__(self, models: Mapping[Language, LogisticModel]) -> None:
        self._models = models

    @classmethod
    def fitted(cls, embedder: str, generator: str) -> Self:
        """The check as it was fitted for a generator's sentences and an embedder's vectors. With
        others it holds nothing back."""
        stored = read_fitted(__package__, "grounding")
        mine = (stored["embedder"], stored["generator"]) == (embedder, generator)
        models = stored["models"] if mine else {}
        return cls({language: LogisticModel(**model) for language, model in models.items()})

    @classmethod
    def judges(cls, claim: Claim) -> bool:
        """Whether a question is asked, and the answer is a sentence."""
        if not claim.question:
            return False
        words = content_words(claim.text)
        if len(words) > cls._MOST_WORDS:
            return True
        return claim.in_its_language and not words <= content_words(claim.support)

    @staticmethod
    def features(claim: Claim) -> dict[str, float]:
        """What the probability is made from."""
        bearing = max(item.score for item in claim.cited)
        return {"nearness": claim.nearness, "relevance": bearing}

    def reason_against(self, claim: Claim) -> str | None:
        model = self._models.get(claim.language)
        if not model or not self.judges(claim):
            return None
        probability = model.probability(self.features(claim))
        if probability < model.threshold:
            return f"sentences with such grounds are right with a probability of {probability:.2f}"
        return None


class RelevanceCheck:
    """The sentence rests on what is said about the question, not on what stands beside it.

    Small generators like to retell the first thing that they read.

    Args:
        most: By how much less its support may bear on the question than the best sentence of
            the evidence, fitted for one embedder.
    """

    hint: ClassVar = "relevance"

    def __init__(self, most: float) -> None:
        self._most = most

    @classmethod
    def fitted(cls, embedder: str) -> Self:
        """The check as it was fitted for an embedder, see `load_fitted`."""
        return cls(load_fitted(__package__, "relevance", embedder)["threshold"])

    def reason_against(self, claim: Claim) -> str | None:
        if claim.lag > self._most:
            return f"what it rests on bears {claim.lag:.3f} less on the question than the best"
        return None


def default_checks(embedder: str, generator: str) -> tuple[Check, ...]:
    """All checks, the cheap ones first.

    Args:
        embedder: Name of the embedder in use.
        generator: Name of the generator in use.

    Raises:
        UnavailableError: A threshold was fitted for another embedder.
    """
    return (*ungrounded_checks(embedder), GroundingCheck.fitted(embedder, generator))


def ungrounded_checks(embedder: str) -> tuple[Check, ...]:
    """All but `GroundingCheck`, which is fitted on what they let pass. See `default_checks`."""
    return (
        SubstanceCheck(),
        SaysSomethingCheck(),
        AmountCheck(),
        PlainTextCheck(),
        ScriptCheck(),
        NumberCheck(),
        ConfidenceCheck(),
        BoundCheck(),
        ScaleCheck(),
        UnitCheck(),
        NameCheck(),
        WordCheck(),
        NearnessCheck.fitted(embedder),
        RelevanceCheck.fitted(embedder),
        PolarityCheck(),
    )


def completes_question(claim: Claim) -> bool:
    """Whether a sentence adds nothing to the question's own words but what its support states.

    Where the support is in another language only numbers can be compared; there hardly a word
    may stand beside them (a unit, "is").
    """
    if unsupported(claim.text, [claim.question, claim.support]):
        return False
    words, asked = content_words(claim.text), content_words(claim.question)
    stated = content_words(claim.support)
    beyond = len(words - asked - stated)
    if unsupported(claim.text, [claim.question]):
        return beyond <= _ADDED_WORDS
    return beyond == 0 and not words <= asked


def clauses_with(words: Set[str], text: str) -> str:
    """The clauses of a text that have these words, as few as have all that it has; the whole text
    where it has none of them."""
    clauses = [(clause, content_words(clause)) for clause in _BETWEEN_CLAUSES.split(text)]
    left, chosen = set(words), set()
    while True:
        best = max(range(len(clauses)), key=lambda i: len(clauses[i][1] & left))
        if not clauses[best][1] & left:
            break
        chosen.add(best)
        left -= clauses[best][1]
    return " ".join(clauses[i][0] for i in sorted(chosen)) or text


def _stated(
    read: Callable[[str], Mapping[Number, set[Word]]], claim: Claim
) -> dict[Number, set[Word]]:
    """What stands at each number in all the evidence that a sentence cites."""
    known: dict[Number, set[Word]] = {}
    for item in claim.cited:
        for number, words in read(item.quote).items():
            known.setdefault(number, set()).update(words)
    return known


def _place(item: Evidence) -> str:
    """What a reader is told of where a piece of evidence stands."""
    return f"{item.passage.heading_path}\n{item.passage.locator}"


def same_words(first: str, second: str) -> bool:
    """Whether two sentences are the same but for case, spaces, punctuation and list marks."""
    return _letters(first) == _letters(second)


def _letters(text: str) -> str:
    return "".join(regex.findall(r"[\p{L}\p{Nd}]", text)).casefold()


def stated_numbers(evidence: Evidence) -> set[str]:
    """The numbers that a piece of evidence states, in its quote or as its place."""
    return set(numbers_in(f"{evidence.quote}\n{evidence.passage.locator}"))


@dataclass(frozen=True)
class Rejection:
    """Which check a sentence failed, and why."""

    check: str
    hint: str
    reason: str


def first_rejection(claim: Claim, checks: Sequence[Check]) -> Rejection | None:
    """The first check that a sentence fails, or None when it passes every one."""
    for check in checks:
        if reason := check.reason_against(claim):
            return Rejection(type(check).__name__, check.hint, reason)
    return None
