"""Does what was found answer the question? A calibrated decision, fitted on data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np

from assistant.errors import UnavailableError
from assistant.retrieval.hits import Hit

#: The features, in the order of the fitted weights.
FEATURES: Final = (
    "best_sentence",
    "best_passage",
    "margin",
    "overlap",
    "tokens",
    "weakest",
    "coverage",
)
_FILE = "answerability.json"


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

    def vector(self) -> list[float]:
        """The values in the order of `FEATURES`."""
        return [getattr(self, name) for name in FEATURES]


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


class AnswerableGate:
    """A logistic regression over `Features`, fitted for one embedder's vectors.

    Args:
        embedder: Name of the embedder in use.

    Raises:
        UnavailableError: The weights were fitted for another embedder.
    """

    def __init__(self, embedder: str) -> None:
        stored = json.loads((files(__package__) / _FILE).read_text("utf-8"))
        if stored["embedder"] != embedder:
            raise UnavailableError(
                f"The answerability weights are for {stored['embedder']}, not for {embedder}.",
                "Fit them with 'python tools/fit_answerability.py'.",
            )
        self._weights: list[float] = [stored["weights"][name] for name in FEATURES]
        self._intercept: float = stored["intercept"]
        self.threshold: float = stored["threshold"]

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """How likely the hits answer the question that they were found for, from 0 to 1, with
        what that was made from and compared with."""
        if not hits:
            return Decision(0.0, self.threshold, None)
        features = extract(hits)
        terms = zip(self._weights, features.vector(), strict=True)
        logit = self._intercept + sum(weight * value for weight, value in terms)
        return Decision(1 / (1 + math.exp(-logit)), self.threshold, features)
