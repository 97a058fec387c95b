"""What decides on answers, fitted for an embedder and a generator: the files of this folder, and
those that `trilogue calibrate` has written into the data folder."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.answering.verdict.model import TREES, GeneratorWeights, Tree, VerdictModel
from assistant.answering.verdict.signals import SIGNALS
from assistant.codes import LANGUAGES
from assistant.errors import UnavailableError, first_problem
from assistant.retrieval.answerable import Features, GateModel
from assistant.retrieval.cosines import Cosines

_log = logging.getLogger(__name__)

#: What a verdict can be made of, see `readings_of`; and a gate.
_READINGS = {
    *SIGNALS,
    "across",
    *(f"{side}_{code}" for side in ("in", "from") for code in LANGUAGES),
}
_FEATURES = {field.name for field in fields(Features)}


class InvalidCalibrationError(UnavailableError):
    """A file of the data folder that should say what is fitted cannot be used."""

    title = "Invalid calibration"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FittedTree(_Strict):
    """See `Tree`. Signals are named by their place in `FittedVerdict.signals`; -1 is a leaf."""

    signals: list[int]
    thresholds: list[float]
    left: list[int]
    right: list[int]
    values: list[float]

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        sizes = {len(values) for _, values in self}
        if len(sizes) != 1 or not self.signals:
            raise ValueError("its lists are not of the same length, or empty")
        for node, (signal, *children) in enumerate(
            zip(self.signals, self.left, self.right, strict=True)
        ):
            if signal != -1 and not all(node < child < len(self.signals) for child in children):
                raise ValueError(f"the children of node {node} do not stand behind it")
        return self


class FittedGenerator(_Strict):
    """See `GeneratorWeights`."""

    fitted_on: str
    price: float = Field(description="So many right sentences a wrong one costs that is shown.")
    intercept: float
    weights: dict[str, float]
    means: dict[str, float]
    threshold: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _is_of_known_readings(self) -> Self:
        _check_names("signals", self.weights, _READINGS | {TREES})
        if TREES not in self.weights or set(self.weights) != set(self.means):
            raise ValueError(f"'{TREES}' has no weight, or weights and means are not of the same")
        return self

    def model(self) -> GeneratorWeights:
        """The weights that it describes."""
        return GeneratorWeights(self.intercept, self.weights, self.means, self.threshold)


class FittedVerdict(_Strict):
    """See `VerdictModel`."""

    threshold: float = Field(ge=0, le=1)
    price: float = Field(description="So many right sentences a wrong one costs that is shown.")
    baseline: float
    signals: list[str]
    trees: list[FittedTree]
    generator: FittedGenerator | None = None

    @model_validator(mode="after")
    def _is_of_known_signals(self) -> Self:
        asked = {place for tree in self.trees for place in tree.signals if place != -1}
        if not asked <= set(range(len(self.signals))):
            raise ValueError("a tree asks for a signal that is not among the signals")
        _check_names("signals", (self.signals[place] for place in asked), _READINGS)
        return self

    def model(self) -> VerdictModel:
        """The model that it describes."""
        names = [*self.signals, ""]
        trees = tuple(
            Tree([names[i] for i in t.signals], t.thresholds, t.left, t.right, t.values)
            for t in self.trees
        )
        own = self.generator.model() if self.generator else None
        return VerdictModel(self.baseline, trees, self.threshold, own)


class FittedGate(_Strict):
    """See `GateModel`."""

    fitted_on: dict[str, int] = Field(description="Questions by their source.")
    weights: dict[str, float]
    intercept: float
    threshold: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _is_of_known_features(self) -> Self:
        _check_names("features", self.weights, _FEATURES)
        return self

    def model(self) -> GateModel:
        """The model that it describes."""
        return GateModel(self.weights, self.intercept, self.threshold)


def _check_names(what: str, names: Iterable[str], known: set[str]) -> None:
    if unknown := sorted(set(names) - known):
        raise ValueError(f"this version has no {what} {', '.join(unknown)}")


class Calibration(_Strict):
    """What is fitted for a pair of models.

    Attributes:
        embedder, generator: The models; ``*`` stands for any.
        fitted_on: What the verdict was fitted on: the data, and how much of it.
        gate: What decides whether a question can be answered; None lets every question through.
        verdict: What decides on sentences.
        cosines: What the embedder's cosines mean.
        file: Where it was read from: a path in the data folder, or the name of a file that ships.
    """

    embedder: str
    generator: str
    fitted_on: str
    gate: FittedGate | None = None
    verdict: FittedVerdict
    cosines: Cosines
    file: str = Field("", exclude=True)

    @property
    def is_default(self) -> bool:
        """Whether it was fitted for no model in particular."""
        return self.embedder == "*"


#: Calibrations by the names of embedder and generator.
_Known = dict[tuple[str, str], Calibration]


@lru_cache
def load_calibration(embedder: str, generator: str, own: Path | None = None) -> Calibration:
    """The calibration for these models; else that for the embedder with any generator; else the
    default, which is careful: much of what is right is held back with it.

    Args:
        embedder, generator: Names of the models in use.
        own: Folder whose files go before those that ship (`Settings.calibration_dir`).

    Raises:
        InvalidCalibrationError: A file of that folder cannot be used.
    """
    fitted_here = _own(own) if own else {}
    for known in (fitted_here, _shipped()):
        for pair in ((embedder, generator), (embedder, "*")):
            if pair in known:
                return known[pair]
    _log.warning(
        "Nothing is fitted for the embedder %s: every question is taken for answerable, answers "
        "are judged carefully, and many right ones are only quoted; fit it with "
        "'trilogue calibrate'.",
        embedder,
    )  # fmt: skip
    return (_shipped() | fitted_here)["*", "*"]


@lru_cache
def _shipped() -> _Known:
    found = (_read(f, f.name) for f in files(__package__).iterdir() if f.name.endswith(".json"))
    return {(item.embedder, item.generator): item for item in found}


def _own(folder: Path) -> _Known:
    """The operator's own."""
    known: _Known = {}
    for path in sorted(folder.glob("*.json")):
        try:
            item = _read(path, str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise _invalid(path, str(error)) from error
        except ValidationError as error:
            raise _invalid(path, first_problem(error)) from error
        if other := known.get((item.embedder, item.generator)):
            raise _invalid(path, f"it is for the same models as {other.file}")
        known[item.embedder, item.generator] = item
    return known


def _invalid(path: Path, why: str) -> InvalidCalibrationError:
    return InvalidCalibrationError(
        f"{path} cannot be used: {why}.",
        "Fit anew with 'trilogue calibrate' or, where it is for a generator, with 'trilogue "
        "calibrate-generator', or take the file away to use what ships.",
    )


def _read(item: Path | Traversable, name: str) -> Calibration:
    read = Calibration.model_validate_json(item.read_text("utf-8"))
    return read.model_copy(update={"file": name})
