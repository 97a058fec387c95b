"""How probable it is that a sentence is right: one calibrated model over all signals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.answering.verdict.signals import Signals

#: Signals that speak most for and against, as they are shown to administrators.
_REASONS = 3


@dataclass(frozen=True)
class Term:
    """A part of the model: a weight for one signal, everywhere or in a part of its range.

    Attributes:
        signal: Name of the signal, see `Signals`.
        weight: What each unit of it adds to the log-odds.
        above: Only what lies above this value counts; None for all of it.
        across: True where it holds for evidence in another language than the sentence's, False
            for the same language, None for both.
        verdict: Likewise, for sentences that begin with yes or no, which are wrong in other ways.
    """

    signal: str
    weight: float
    above: float | None = None
    across: bool | None = None
    verdict: bool | None = None

    def value(self, signals: Mapping[str, float], across: bool) -> float:
        """What it is made from, before it is weighted."""
        if self.across not in (None, across):
            return 0.0
        if self.verdict not in (None, signals["says_verdict"] > 0):
            return 0.0
        read = signals[self.signal]
        return read if self.above is None else max(0.0, read - self.above)


@dataclass(frozen=True)
class Opinion:
    """What the model holds of a sentence.

    Attributes:
        probability: That it is right, from 0 to 1.
        threshold: From which probability on it is shown.
        for_it, against_it: The signals that count most on both sides, with what they add to or
            take from the log-odds of an average sentence.
    """

    probability: float
    threshold: float
    for_it: Sequence[tuple[str, float]] = ()
    against_it: Sequence[tuple[str, float]] = ()

    @property
    def passed(self) -> bool:
        """Whether the sentence may be shown."""
        return self.probability >= self.threshold


@dataclass(frozen=True)
class VerdictModel:
    """An additive logistic model: each signal adds to the log-odds, straight or bent.

    Attributes:
        terms: Its parts.
        intercepts: By the pair of languages, the sentence's and the evidence's (``ko→ar``);
            ``""`` for pairs that are not named.
        threshold: From which probability on a sentence is shown.
        usual: What each signal adds for an average sentence.
    """

    terms: Sequence[Term]
    intercepts: Mapping[str, float]
    threshold: float
    usual: Mapping[str, float] = field(default_factory=dict)

    def opinion(self, signals: Signals, language: str, evidence_language: str) -> Opinion:
        """The probability that a sentence is right, with the reasons.

        Args:
            signals: What was read of it.
            language: The sentence's.
            evidence_language: Of what it rests on.
        """
        values = signals.values()
        added: dict[str, float] = {}
        for term in self.terms:
            part = term.weight * term.value(values, language != evidence_language)
            added[term.signal] = added.get(term.signal, 0.0) + part
        pair = f"{language}→{evidence_language}"
        odds = self.intercepts.get(pair, self.intercepts[""]) + sum(added.values())
        beyond = {name: part - self.usual.get(name, 0.0) for name, part in added.items()}
        return Opinion(
            1 / (1 + math.exp(-min(max(odds, -50.0), 50.0))),
            self.threshold,
            _strongest(beyond, 1),
            _strongest(beyond, -1),
        )


def _strongest(beyond: Mapping[str, float], sign: Literal[1, -1]) -> list[tuple[str, float]]:
    ranked = sorted(beyond.items(), key=lambda item: -sign * item[1])
    return [(name, part) for name, part in ranked[:_REASONS] if sign * part > 0]
