"""Does what was found answer the question? A calibrated decision, fitted on data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from assistant.retrieval.hits import Hit


@dataclass(frozen=True)
class Features:
    """What the decision is made from.

    Attributes:
        best_sentence: Cosine of the sentence nearest to the question.
        best_passage: Cosine of the nearest passage.
        margin: By how much the nearest passage is nearer than the mean of the others.
        tokens: How near the question's tokens are, on average, to sentences of one passage.
        weakest: The lowest decile of those, in that passage: what it does not speak of.
        coverage: The lowest fifth, where each token may be near to any passage.
    """

    best_sentence: float
    best_passage: float
    margin: float
    tokens: float
    weakest: float
    coverage: float


def extract(hits: Sequence[Hit]) -> Features:
    """The features of what was found for a question; ``hits`` must not be empty."""
    cosines = sorted((hit.cosine for hit in hits), reverse=True)
    others = cosines[1:] or cosines
    closest = max((hit.token_cosines for hit in hits), key=np.mean)
    anywhere = np.max([hit.token_cosines for hit in hits], axis=0)
    return Features(
        best_sentence=max(float(hit.sentence_cosines.max(initial=-1.0)) for hit in hits),
        best_passage=cosines[0],
        margin=cosines[0] - sum(others) / len(others),
        tokens=float(closest.mean()),
        weakest=float(np.quantile(closest, 0.1)),
        coverage=float(np.quantile(anywhere, 0.2)),
    )


@dataclass(frozen=True)
class Decision:
    """Whether to answer from some hits, and why.

    Attributes:
        probability: How likely they answer the question, from 0 to 1.
        threshold: From which probability on they are answered from.
        features: What the probability was made from; None without hits.
    """

    probability: float
    threshold: float
    features: Features | None

    @property
    def passed(self) -> bool:
        """Whether to answer from the hits."""
        return self.probability >= self.threshold

    @property
    def doubtful(self) -> bool:
        """Whether the probability is nearer to the threshold than to certainty: there a
        generator that finds no answer in the evidence is believed."""
        return self.probability < (self.threshold + 1.0) / 2


class Gate(Protocol):
    """What says whether to answer: `AnswerableGate`, or somebody else's."""

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """Whether to answer from the hits of a question, the best first."""


@dataclass(frozen=True)
class GateModel:
    """A logistic regression over `Features`, fitted for one embedder's vectors.

    Attributes:
        weights: By the name of the feature.
        intercept: What is added to the weighted features.
        threshold: From which probability on hits are answered from.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Features) -> float:
        """How probable it is that they answer the question, from 0 to 1."""
        read = asdict(features)
        weighted = sum(weight * read[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-self.intercept - weighted))


#: Where nothing was fitted, whatever was found is answered from, and doubted.
_UNKNOWN = Decision(probability=0.5, threshold=0.5, features=None)


class AnswerableGate:
    """Decides by a fitted model.

    Args:
        model: The model; None where none was fitted for the embedder in use.
    """

    def __init__(self, model: GateModel | None) -> None:
        self._model = model

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """How likely the hits answer the question that they were found for, from 0 to 1, with
        what that was made from and compared with."""
        threshold = self._model.threshold if self._model else _UNKNOWN.threshold
        if not hits:
            return Decision(0.0, threshold, None)
        if self._model is None:
            return _UNKNOWN
        features = extract(hits)
        return Decision(self._model.probability(features), threshold, features)
