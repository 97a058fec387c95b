"""The files of this folder: what decides on answers, fitted for an embedder and a generator."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field

from assistant.answering.verdict.model import Tree, VerdictModel
from assistant.retrieval.answerable import GateModel
from assistant.retrieval.cosines import Cosines

_log = logging.getLogger(__name__)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FittedTree(_Strict):
    """See `Tree`. Signals are named by their place in `FittedVerdict.signals`; -1 is a leaf."""

    signals: list[int]
    thresholds: list[float]
    left: list[int]
    right: list[int]
    values: list[float]


class FittedVerdict(_Strict):
    """See `VerdictModel`."""

    threshold: float = Field(ge=0, le=1)
    price: float = Field(description="So many right sentences a wrong one costs that is shown.")
    baseline: float
    signals: list[str]
    trees: list[FittedTree]

    def model(self) -> VerdictModel:
        """The model that it describes."""
        names = [*self.signals, ""]
        trees = tuple(
            Tree([names[i] for i in t.signals], t.thresholds, t.left, t.right, t.values)
            for t in self.trees
        )
        return VerdictModel(self.baseline, trees, self.threshold)


class FittedGate(_Strict):
    """See `GateModel`."""

    fitted_on: dict[str, int] = Field(description="Questions by their source.")
    weights: dict[str, float]
    intercept: float
    threshold: float = Field(ge=0, le=1)

    def model(self) -> GateModel:
        """The model that it describes."""
        return GateModel(self.weights, self.intercept, self.threshold)


class Calibration(_Strict):
    """What is fitted for a pair of models.

    Attributes:
        embedder, generator: The models; ``*`` stands for any.
        fitted_on: What the verdict was fitted on: the data, and how much of it.
        gate: What decides whether a question can be answered; None lets every question through.
        verdict: What decides on sentences.
        cosines: What the embedder's cosines mean.
    """

    embedder: str
    generator: str
    fitted_on: str
    gate: FittedGate | None = None
    verdict: FittedVerdict
    cosines: Cosines

    @property
    def is_default(self) -> bool:
        """Whether it was fitted for no model in particular."""
        return self.embedder == "*"


@lru_cache
def load_calibration(embedder: str, generator: str) -> Calibration:
    """The calibration for these models; else that for the embedder with any generator; else the
    default, which is careful: much of what is right is held back with it.

    Args:
        embedder, generator: Names of the models in use.
    """
    known = load_calibrations()
    for pair in ((embedder, generator), (embedder, "*")):
        if pair in known:
            return known[pair]
    _log.warning(
        "Nothing is fitted for the embedder %s: every question is taken for answerable, answers "
        "are judged carefully, and many right ones are only quoted; see CONTRIBUTING.md.",
        embedder,
    )  # fmt: skip
    return known["*", "*"]


@lru_cache
def load_calibrations() -> dict[tuple[str, str], Calibration]:
    """All calibrations, by the names of embedder and generator; ``*`` stands for any."""
    folder = files(__package__)
    found = [_read(item) for item in folder.iterdir() if item.name.endswith(".json")]
    return {(item.embedder, item.generator): item for item in found}


def _read(item: Traversable) -> Calibration:
    return Calibration.model_validate_json(item.read_text("utf-8"))
