"""Does what was found answer the question? A calibrated decision, fitted on data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from assistant.models.fitted import LogisticModel, load_fitted
from assistant.retrieval.hits import Hit


@dataclass(frozen=True)
class Features:
    """What the decision is made from.

    Attributes:
        best_sentence: Cosine of the sentence nearest to the question.
        best_passage: Cosine of the nearest passage.
        margin: By how much the nearest passage is nearer than the mean of the others.
        overlap: The largest share of the question's terms that one passage has.
        tokens: How near the question's tokens are, on average, to sentences of one passage.
        weakest: The lowest decile of those, in that passage: what it does not speak of.
        coverage: The lowest fifth, where each token may be near to any passage.
    """

    best_sentence: float
    best_passage: float
    margin: float
    overlap: float
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
        overlap=max(hit.overlap for hit in hits),
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


class AnswerableGate:
    """A logistic regression over `Features`, fitted for one embedder's vectors.

    Args:
        embedder: Name of the embedder in use.

    Raises:
        UnavailableError: The weights were fitted for another embedder.
    """

    def __init__(self, embedder: str) -> None:
        stored = load_fitted(__package__, "answerability", embedder)
        self._model = LogisticModel(stored["weights"], stored["intercept"], stored["threshold"])

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """How likely the hits answer the question that they were found for, from 0 to 1, with
        what that was made from and compared with."""
        threshold = self._model.threshold
        if not hits:
            return Decision(0.0, threshold, None)
        features = extract(hits)
        return Decision(self._model.probability(asdict(features)), threshold, features)
