"""Thresholds and weights that the tools fitted for a model, stored as data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from assistant.errors import UnavailableError


def read_fitted(package: str | None, name: str) -> dict[str, Any]:
    """What ``tools/fit_{name}.py`` wrote: ``{name}.json`` in a package."""
    assert package
    stored: dict[str, Any] = json.loads((files(package) / f"{name}.json").read_text("utf-8"))
    return stored


def load_fitted(package: str | None, name: str, embedder: str) -> dict[str, Any]:
    """The same, where it must be for the embedder in use.

    Raises:
        UnavailableError: It was fitted for another embedder.
    """
    stored = read_fitted(package, name)
    if stored["embedder"] != embedder:
        raise UnavailableError(
            f"What decides on {name} was fitted for {stored['embedder']}, not for {embedder}.",
            f"Fit it with 'python tools/fit_{name}.py'.",
        )
    return stored


@dataclass(frozen=True)
class LogisticModel:
    """A logistic regression.

    Attributes:
        weights: By the name of the feature.
        intercept: What is added to the weighted features.
        threshold: From which probability on it says yes.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """How probable a yes is, from 0 to 1. All features that it has weights for are needed."""
        weighted = sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-self.intercept - weighted))
