"""What speaks for and against a generated sentence: each reading becomes a number.

None of them decides by itself; see `assistant.answering.verdict.model`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from assistant.answering.claim import Claim
from assistant.answering.verdict.found import Found, Support
from assistant.answering.verdict.readings import (
    added_bounds,
    bearing_clauses,
    content_words,
    other_bounds,
    other_scales,
    other_units,
    share,
    unknown_names,
)
from assistant.language import asked_for, unsupported_quantities
from assistant.language.amounts import asks_for, denies_limit, states_amount
from assistant.language.measures import measures_in
from assistant.language.polarity import (
    contradicts_verdict,
    denies,
    verdict,
    without_verdict,
)
from assistant.models.embedder import Vectors

#: Of the sentences that bear most on the question, those in which its answer is looked for.
_BEST = 3


@dataclass(frozen=True)
class Signals:
    """Readings of a claim against all that was found for its question.

    Attributes:
        nearness: Cosine of the sentence and what it rests on.
        answer_nearness: The same of the sentence read as the answer to its question.
        passage_nearness: The same with the passage of what it rests on.
        behind_nearest: By how much another sentence is nearer to it than what it rests on.
        relevance: How much what it rests on bears on the question.
        relevance_gap: By how much less than the best sentence found.
        rank: Logarithm of the place of that passage among those found, from 0.
        question_nearness: Cosine of the sentence and the question.
        new_quantities: How many quantities it states that the question does not.
        missing_in_sentence, missing_in_window, missing_in_passage, missing_in_found: How many of
            them are not stated by the sentence that it rests on, with its neighbours, by its
            passage, by anything found.
        missing_in_best: How many are not stated by the sentences that bear most on the question.
        other_units, other_bounds, other_scales: How many numbers stand with another unit
            ("months" for "days"), bound ("at most" for "at least"), or as a value where the
            passage has the end of a scale.
        added_bounds: How many stand with a bound where the passage puts none on them.
        no_amount: 1 where the question asks for an amount and the sentence gives none.
        other_amount: 1 where it gives an amount of another kind than is asked for.
        unknown_names: How many names in Latin letters stand neither in the passage nor in the
            question.
        shared_words: Share of its content words that the passage or the question has, where the
            passage is in its language; else 0.
        sentence_words: The same for the sentence that it rests on alone.
        own_words: Share of its content words that the question does not have.
        verdict_conflict: 1 where it says yes and its main clause denies it, or says no and has
            nothing that denies or restricts.
        denial_conflict: 1 where it denies and what it rests on does not, or the reverse; in one
            language, only the clauses count that it has its words from.
        altered_copy: How far beyond half of its content words it has from what it rests on, from
            0 to 1, where it denies otherwise, or its numbers, units or bounds are others.
        says_verdict: 1 where it begins with yes or no.
        length: Logarithm of its number of words.
        gate: Log-odds of the gate that the question can be answered.
        certainty: How sure the generator was of it (`Claim.certainty`); NaN where it does not tell.
        joint: How far the cross-encoder finds it supported; 0 without one.
    """

    nearness: float
    answer_nearness: float
    passage_nearness: float
    behind_nearest: float
    relevance: float
    relevance_gap: float
    rank: float
    question_nearness: float
    new_quantities: float
    missing_in_sentence: float
    missing_in_window: float
    missing_in_passage: float
    missing_in_found: float
    missing_in_best: float
    other_units: float
    other_bounds: float
    added_bounds: float
    other_scales: float
    no_amount: float
    other_amount: float
    unknown_names: float
    shared_words: float
    sentence_words: float
    own_words: float
    verdict_conflict: float
    denial_conflict: float
    altered_copy: float
    says_verdict: float
    length: float
    gate: float
    certainty: float
    joint: float

    def values(self) -> dict[str, float]:
        """All of them by name."""
        return {name: getattr(self, name) for name in SIGNALS}


#: Their names.
SIGNALS: Final = tuple(field.name for field in fields(Signals))


@dataclass(frozen=True)
class Readings:
    """What is read once for each question: the vectors of the question and the gate.

    Attributes:
        question: The question's vector.
        gate: Probability that what was found answers the question.
        asks: What says which kind of answer is asked for; empty where the whole question does.
    """

    question: Vectors
    gate: float
    asks: str = ""


def read_signals(
    claim: Claim,
    support: Support,
    found: Found,
    readings: Readings,
    alone: Vectors,
    as_answer: Vectors,
    joint: float = 0.0,
) -> Signals:
    """The signals of a claim.

    Args:
        claim: The sentence.
        support: What it rests on.
        found: All that was found.
        readings: Of its question.
        alone: The sentence's vector.
        as_answer: Its vector when it is read as the answer to its question.
        joint: What the cross-encoder says.
    """
    sentence = support.sentence
    passage, question, text = sentence.passage, claim.question, claim.text
    asks = readings.asks or question
    place = f"{passage.heading_path}\n{passage.locator}"
    window = passage.text[sentence.window().start : sentence.window().end]
    best = [found.texts[i] for i in found.best[:_BEST]]
    own_language = passage.language == claim.language

    def missing(*sources: str) -> float:
        return float(len(unsupported_quantities(text, [question, *sources])))

    words, asked = content_words(text), content_words(question)
    known = content_words(f"{place}\n{passage.text}") if own_language else set()
    said = verdict(text)
    denied = denies(without_verdict(text))
    bearing = bearing_clauses(sentence.text, words) if own_language else sentence.text
    conflict = denied != denies(bearing)
    units = other_units(text, window)
    bounds, added = other_bounds(text, window), added_bounds(text, window)
    lacking = missing(sentence.text)
    copied = share(words, content_words(sentence.text)) if own_language else 0.0
    altered = conflict or units or bounds or added or lacking
    return Signals(
        nearness=support.nearness,
        answer_nearness=support.answer_nearness,
        passage_nearness=float(sentence.hit.vector @ as_answer),
        behind_nearest=support.nearest - support.nearness,
        relevance=sentence.relevance,
        relevance_gap=float(found.relevances.max()) - sentence.relevance,
        rank=math.log1p(sentence.rank),
        question_nearness=float(readings.question @ alone),
        new_quantities=missing(),
        missing_in_sentence=lacking,
        missing_in_window=missing(window, place),
        missing_in_passage=missing(passage.text, place),
        missing_in_found=missing(*(hit.passage.text for hit in found.hits)),
        missing_in_best=missing(*best),
        other_units=float(units),
        other_bounds=float(bounds),
        added_bounds=float(added),
        other_scales=float(other_scales(text, window)),
        no_amount=float(
            "amount" in asks_for(asks)
            and not states_amount(text, question)
            and not denies_limit(text)
        ),
        other_amount=float(_other_amount(text, asks)),
        unknown_names=float(
            len(unknown_names(claim.language, text, f"{question}\n{place}\n{passage.text}"))
        ),
        shared_words=share(words, known | asked) if own_language else 0.0,
        sentence_words=share(words, content_words(sentence.text) | asked) if own_language else 0.0,
        own_words=share(words, words - asked),
        verdict_conflict=float(contradicts_verdict(text)),
        denial_conflict=float(conflict),
        altered_copy=max(0.0, 2 * copied - 1) if altered and len(words) > 1 else 0.0,
        says_verdict=float(said is not None),
        length=math.log1p(len(text.split())),
        gate=log_odds(readings.gate),
        certainty=math.nan if claim.certainty is None else claim.certainty,
        joint=joint,
    )


def log_odds(probability: float) -> float:
    """The logarithm of the odds of a probability, which is kept a little off 0 and 1."""
    kept = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept))


def _other_amount(text: str, question: str) -> bool:
    units = asked_for(question)
    given = {measure.unit for measure in measures_in(text) if measure.unit}
    return bool("amount" in asks_for(question) and units and given and not given & units)
