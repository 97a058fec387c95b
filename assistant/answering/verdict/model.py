"""How probable it is that a sentence is right: one calibrated model over all signals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from assistant.answering.verdict.signals import Signals
from assistant.codes import LANGUAGES

#: Signals that speak most for and against, as they are shown to administrators.
_REASONS: Final = 3
#: What the trees hold of a sentence, among the readings that `GeneratorWeights` weighs.
TREES: Final = "trees"


def readings_of(signals: Signals, language: str, evidence_language: str) -> dict[str, float]:
    """What a model decides from, by name: the signals, and the pair of languages.

    Args:
        signals: What was read of a sentence.
        language: The sentence's.
        evidence_language: Of what it rests on.
    """
    values = signals.values()
    values["across"] = float(language != evidence_language)
    for code in LANGUAGES:
        values[f"in_{code}"] = float(language == code)
        values[f"from_{code}"] = float(evidence_language == code)
    return values


@dataclass(frozen=True)
class Tree:
    """A decision tree; node 0 is its root, and a node without children names no signal.

    Attributes:
        signals: What each node asks for; "" for a leaf.
        thresholds: Up to which value its left child comes next.
        left, right: Places of the children.
        values: What the node adds to the log-odds; of an inner one, on average.
    """

    signals: Sequence[str]
    thresholds: Sequence[float]
    left: Sequence[int]
    right: Sequence[int]
    values: Sequence[float]

    def add(self, readings: Mapping[str, float], parts: dict[str, float]) -> None:
        """Add to ``parts`` by how much each signal moves the value on the way from the root."""
        node = 0
        while signal := self.signals[node]:
            low = readings[signal] <= self.thresholds[node]
            child = self.left[node] if low else self.right[node]
            parts[signal] = parts.get(signal, 0.0) + self.values[child] - self.values[node]
            node = child


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
class GeneratorWeights:
    """What one generator's sentences have taught beyond the trees, which know no generator: how
    much their log-odds count for it, and how much its own certainty does. A logistic regression
    (stacked generalization, Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1).

    Attributes:
        intercept: Log-odds of an average sentence.
        weights: Of `TREES` and of readings (`readings_of`), by name.
        means: Of the same, over the sentences that it was fitted on.
        threshold: From which probability on a sentence is shown.
    """

    intercept: float
    weights: Mapping[str, float]
    means: Mapping[str, float]
    threshold: float

    def weigh(
        self, usual: float, parts: Mapping[str, float], readings: Mapping[str, float]
    ) -> tuple[float, dict[str, float]]:
        """What the trees add to the log-odds, weighed anew.

        Args:
            usual: The trees' log-odds of an average sentence.
            parts: What each signal adds to them.
            readings: Of the sentence.

        Returns:
            The same two, with the readings that have a weight of their own.
        """
        trees = self.weights[TREES]
        weighed = {name: trees * part for name, part in parts.items()}
        for name, weight in self.weights.items():
            if name != TREES:
                added = weight * (readings[name] - self.means[name])
                weighed[name] = weighed.get(name, 0.0) + added
        return self.intercept + trees * (usual - self.means[TREES]), weighed


@dataclass(frozen=True)
class VerdictModel:
    """The sum of many small trees (gradient boosting, Friedman 2001, doi:10.1214/aos/1013203451).
    What a signal adds is the sum of the steps that it decides (Saabas 2014, "Interpreting random
    forests").

    Attributes:
        baseline: Log-odds before any tree.
        trees: Its trees.
        threshold: From which probability on a sentence is shown.
        generator: Weighs the trees anew for the generator in use; None where nothing was fitted for
            it. A sentence that lacks a reading of it, since the generator does not tell how sure
            it is, is judged by the trees.
    """

    baseline: float
    trees: Sequence[Tree]
    threshold: float
    generator: GeneratorWeights | None = None

    def opinion(self, signals: Signals, language: str, evidence_language: str) -> Opinion:
        """The probability that a sentence is right, with the reasons; see `readings_of`."""
        # Thresholds were found among values of this precision.
        readings = {
            name: float(np.float32(value))
            for name, value in readings_of(signals, language, evidence_language).items()
        }
        parts: dict[str, float] = {}
        for tree in self.trees:
            tree.add(readings, parts)
        usual = self.baseline + sum(tree.values[0] for tree in self.trees)
        threshold, own = self.threshold, self.generator
        if own and not any(math.isnan(readings.get(name, 0.0)) for name in own.weights):
            usual, parts = own.weigh(usual, parts, readings)
            threshold = own.threshold
        odds = min(max(usual + sum(parts.values()), -50.0), 50.0)
        return Opinion(
            1 / (1 + math.exp(-odds)), threshold, _strongest(parts, 1), _strongest(parts, -1)
        )


def _strongest(added: Mapping[str, float], sign: Literal[1, -1]) -> list[tuple[str, float]]:
    ranked = sorted(added.items(), key=lambda item: -sign * item[1])
    return [(name, part) for name, part in ranked[:_REASONS] if sign * part > 0]
