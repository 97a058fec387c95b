"""The vetoes that the calibrated verdict replaced, as the baseline of benchmarks/verdicts.py.

Sixteen checks, each of which may hold a sentence back; as they were in the service, without the two
that need the generator's own probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

import numpy as np
import regex

from assistant.answering.claim import same_words
from assistant.answering.verdict.readings import bearing_clauses, content_words
from assistant.answering.verdict.refusals import GeneratedText, markup
from assistant.language import (
    Language,
    analyze,
    asked_for,
    numbers_in,
    script_shares,
    unsupported_quantities,
)
from assistant.language.amounts import asks_for, denies_limit, states_amount
from assistant.language.measures import Measure, Value, by_value, measures_in
from assistant.language.polarity import denies, verdict, without_verdict
from assistant.models.embedder import Embedder, Vectors
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.relevance import lags

Number = TypeVar("Number")
Word = TypeVar("Word")

#: As they were fitted for EmbeddingGemma.
NEAREST = 0.587
MOST_GAP = 0.0157
GROUNDS_KO = (9.718583412238555, 11.460255809509015, -10.373706365700222, 5 / 6)
_ADDED_WORDS = 2


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
        relevance_gap: By how much less it bears on the question than the best sentence of all the
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
    relevance_gap: float = 0.0
    marks: Sequence[int] = ()
    confidence: float = 1.0

    @property
    def in_its_language(self) -> bool:
        """Whether the evidence is in the sentence's own language."""
        return all(item.passage.language == self.language for item in self.cited)


class Check(Protocol):
    """One condition that every shown sentence meets."""

    def reason_against(self, claim: Claim) -> str | None:
        """Why the sentence must not be shown, or None."""


class ScriptCheck:
    """The sentence is written in the script of the reader's language.

    Latin names are at home in Korean and Arabic sentences; other scripts are in none. A name that
    the evidence has does not count, however long the sentence beside it is.
    """

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

    In digits of any script or in words, in any calendar; see
    `assistant.language.unsupported_quantities`.
    """

    def reason_against(self, claim: Claim) -> str | None:
        sources = [text for item in claim.cited for text in (item.quote, _place(item))]
        unknown = [
            claim.text[q.span.start : q.span.end]
            for q in unsupported_quantities(claim.text, sources)
        ]
        return f"the cited evidence does not state {', '.join(unknown)}" if unknown else None


class SubstanceCheck:
    """The sentence says something: it is more than a mark, a heading, a question or an echo."""

    _MOST_MARKS: ClassVar = 6
    _MOST: ClassVar = 0.5
    _WORD: ClassVar = regex.compile(r"\p{L}{2,}")
    _ASKS: ClassVar = regex.compile(r"^هل\s|[?？؟]\W*$|(?:나요|까요|가요|니까|는가|은가)\W*$")

    def reason_against(self, claim: Claim) -> str | None:
        if len(self._WORD.findall(claim.text)) < 2 and not numbers_in(claim.text):
            return "it has fewer than two words and no number"
        if False:
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
        if unsupported_quantities(claim.text, [claim.question]):
            return False
        words, asked = content_words(without_verdict(claim.text)), content_words(claim.question)
        return words <= asked and len(words) > self._MOST * len(asked)


class SaysSomethingCheck:
    """The sentence answers, and does not speak of the sources instead."""

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


class BoundCheck:
    """ "At least", "at most", "more than" and "less than" stand where the evidence has them."""

    def reason_against(self, claim: Claim) -> str | None:
        known = _stated(lambda measure: measure.bound, claim)
        for value, bounds in by_value(claim.text, lambda measure: measure.bound).items():
            if value in known and (wrong := bounds - known[value] - {None}):
                return f"the evidence does not put {', '.join(filter(None, wrong))} on {value[1]}"
        return None


class ScaleCheck:
    """What the evidence has as the end of a scale only is not stated as the value: "3.0 out of
    4.3" does not support "4.3"."""

    def reason_against(self, claim: Claim) -> str | None:
        known = _stated(lambda measure: measure.ends_scale, claim)
        for value, ends in by_value(claim.text, lambda measure: measure.ends_scale).items():
            if False in ends and known.get(value) == {True}:
                return f"the evidence has {value[1]} as the end of a scale only"
        return None


class UnitCheck:
    """Units of time, and "times", stand at the numbers where the evidence has them.

    "Four times a year" does not follow from "every four months". A number that the evidence
    states without such a unit may stand for anything.
    """

    def reason_against(self, claim: Claim) -> str | None:
        known = _stated(lambda measure: measure.unit, claim)
        for value, units in by_value(claim.text, lambda measure: measure.unit).items():
            stated = known.get(value, {None})
            if None not in stated and (wrong := units - stated - {None}):
                return f"the evidence does not state {value[1]} {', '.join(filter(None, wrong))}"
        return None


class PolarityCheck:
    """The sentence does not deny what the evidence affirms, nor the reverse.

    Where both are in one language only the clauses count that the sentence has its words from.
    """

    def reason_against(self, claim: Claim) -> str | None:
        shared = claim.support
        if claim.in_its_language:
            shared = bearing_clauses(claim.support, content_words(claim.text))
        denied = denies(shared)
        if denies(without_verdict(claim.text)) != denied:
            return "the evidence denies it" if denied else "it denies what the evidence says"
        if verdict(claim.text) == "yes" and denied:
            return "it says yes and the evidence says no"
        return None


class NameCheck:
    """Names in Latin letters come from the evidence, its title or the question; in Korean and
    Arabic, all words in Latin letters."""

    _NAME: ClassVar = regex.compile(r"\p{Lu}[\p{Latin}\d&.-]*\p{Latin}")
    _WORD: ClassVar = regex.compile(r"\p{Latin}[\p{Latin}\d&.-]*\p{Latin}")

    def reason_against(self, claim: Claim) -> str | None:
        known = claim.question.casefold()
        for item in claim.cited:
            known += f"\n{item.quote}\n{_place(item)}".casefold()
        names = self._named(claim)
        unknown = [name for name in names if name.casefold() not in known]
        return f"the evidence does not name {', '.join(unknown)}" if unknown else None

    def _named(self, claim: Claim) -> list[str]:
        if claim.language != "en":
            return list(self._WORD.findall(claim.text))
        names = list(self._NAME.findall(claim.text))
        # An English sentence begins with a capital.
        return names[1:] if names and claim.text.startswith(names[0]) else names


class WordCheck:
    """Where the evidence is in the sentence's language, its words come from there."""

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


class AmountCheck:
    """A question for an amount is answered with one."""

    def reason_against(self, claim: Claim) -> str | None:
        if "amount" not in asks_for(claim.question) or denies_limit(claim.text):
            return None
        if not states_amount(claim.text, claim.question):
            return "it does not give the amount that is asked for"
        units = asked_for(claim.question)
        given = {measure.unit for measure in measures_in(claim.text) if measure.unit}
        return "it gives what is not asked for" if units and given and not given & units else None


class PlainTextCheck:
    """No markup, no invisible characters, no foreign address."""

    def reason_against(self, claim: Claim) -> str | None:
        return markup(
            GeneratedText(claim.text, claim.language, [item.quote for item in claim.cited])
        )


class NearnessCheck:
    """The sentence means about what the sentence that it rests on means."""

    def reason_against(self, claim: Claim) -> str | None:
        if claim.nearness < NEAREST and not completes_question(claim):
            return f"its nearness to the evidence is only {claim.nearness:.2f}"
        return None


class RelevanceCheck:
    """The sentence rests on what is said about the question."""

    def reason_against(self, claim: Claim) -> str | None:
        return "it is beside the point" if claim.relevance_gap > MOST_GAP else None


class GroundingCheck:
    """A Korean sentence has grounds enough to be right."""

    def reason_against(self, claim: Claim) -> str | None:
        if claim.language != "ko" or not self._judges(claim):
            return None
        near, bears, intercept, threshold = GROUNDS_KO
        odds = near * claim.nearness + bears * max(i.score for i in claim.cited) + intercept
        return "its grounds are weak" if 1 / (1 + np.exp(-odds)) < threshold else None

    @staticmethod
    def _judges(claim: Claim) -> bool:
        words = content_words(claim.text)
        if len(words) > _ADDED_WORDS:
            return True
        return claim.in_its_language and not words <= content_words(claim.support)


def completes_question(claim: Claim) -> bool:
    """Whether a sentence adds nothing to the question's own words but what its support states.

    Where the support is in another language only numbers can be compared; there hardly a word
    may stand beside them (a unit, "is").
    """
    if unsupported_quantities(claim.text, [claim.question, claim.support]):
        return False
    words, asked = content_words(claim.text), content_words(claim.question)
    stated = content_words(claim.support)
    beyond = len(words - asked - stated)
    if unsupported_quantities(claim.text, [claim.question]):
        return beyond <= _ADDED_WORDS
    return beyond == 0 and not words <= asked


def _stated(part: Callable[[Measure], Word], claim: Claim) -> dict[Value, set[Word]]:
    """What is said of each quantity in all the evidence that a sentence cites."""
    known: dict[Value, set[Word]] = {}
    for item in claim.cited:
        for value, words in by_value(item.quote, part).items():
            known.setdefault(value, set()).update(words)
    return known


def _place(item: Evidence) -> str:
    """What a reader is told of where a piece of evidence stands."""
    return f"{item.passage.heading_path}\n{item.passage.locator}"


def stated_numbers(evidence: Evidence) -> set[str]:
    """The numbers that a piece of evidence states, in its quote or as its place."""
    return set(numbers_in(f"{evidence.quote}\n{evidence.passage.locator}"))


VETOES: tuple[Check, ...] = (
    SubstanceCheck(), SaysSomethingCheck(), AmountCheck(), PlainTextCheck(), ScriptCheck(),
    NumberCheck(), BoundCheck(), ScaleCheck(), UnitCheck(), NameCheck(), WordCheck(),
    NearnessCheck(), RelevanceCheck(), PolarityCheck(), GroundingCheck(),
)  # fmt: skip


class Vetoes:
    """Judges the answers to one question by all vetoes.

    Args:
        embedder: The embedder.
        evidence: What is quoted for the question; at least one piece.
        question: The question.
        tokens: Vectors of its tokens.
    """

    def __init__(
        self,
        embedder: Embedder,
        evidence: Sequence[Evidence],
        question: str,
        tokens: Vectors,
    ) -> None:
        self._question = question
        self._sentences = [(item, text) for item in evidence for text in item.sentences]
        self._vectors = embedder.embed_sentences([text for _, text in self._sentences])
        cosines = np.array([item.passage_cosine for item, _ in self._sentences])
        self._lags = lags(self._vectors, tokens, cosines)

    def shown(self, text: str, language: Language, vector: Vectors) -> bool:
        """Whether no check objects to an answer with this vector."""
        cosines = self._vectors @ vector
        best: dict[int, tuple[int, float, int]] = {}
        for i, (item, sentence) in enumerate(self._sentences):
            known = (len(unsupported_quantities(text, [sentence])), -float(cosines[i]), i)
            best[item.number] = min(best.get(item.number, known), known)
        numbers = set(numbers_in(text))

        def fit(entry: tuple[int, float, int]) -> tuple[int, float]:
            item = self._sentences[entry[2]][0]
            return len(numbers & stated_numbers(item)), -entry[1]

        _, negative, i = max(best.values(), key=fit)
        item, sentence = self._sentences[i]
        claim = Claim(
            text, language, self._question, [item], sentence, -negative, float(self._lags[i])
        )
        return not any(check.reason_against(claim) for check in VETOES)
