"""What a fit is worth: rates by source and language, by form and by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from assistant.fitting.cosine_fit import FittedCosine
from assistant.fitting.gate_rows import GateRow
from assistant.fitting.verdict_rows import VerdictRow

#: All sources, all languages.
ALL = "all"


@dataclass(frozen=True)
class GateRates:
    """Of the questions of a source in a language, with `ALL` for all.

    Attributes:
        questions: How many.
        auc: Area under the ROC curve; None without questions of both kinds.
        false_refusals: Share of answerable questions that are refused; None without any.
        false_answers: Share of the others that are answered; None without any.
    """

    source: str
    language: str
    questions: int
    auc: float | None
    false_refusals: float | None
    false_answers: float | None


@dataclass(frozen=True)
class GateFigures:
    """The gate's threshold, and its rates, those of all questions first."""

    threshold: float
    rates: tuple[GateRates, ...]


@dataclass(frozen=True)
class Shown:
    """How many answers of a form, or with a fault, there are, and which share of them is shown."""

    right: bool
    kind: str
    answers: int
    share: float


@dataclass(frozen=True)
class VerdictFigures:
    """The verdict's threshold; what is shown, of all right and all wrong answers first.

    Attributes:
        auc: Area under the ROC curve; refused answers count as least likely to be right.
    """

    threshold: float
    auc: float
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Figures:
    """What a calibration is worth, and on what.

    Attributes:
        measured: How the rates of gate and verdict were measured.
        facts, answers: How many they were fitted on.
        gate: None where none was fitted.
        cosines: By the names of `Cosines`.
        remarks: What the reader should know besides.
    """

    measured: str
    facts: int
    answers: int
    gate: GateFigures | None
    verdict: VerdictFigures
    cosines: Mapping[str, FittedCosine]
    remarks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def gate_figures(
    rows: Sequence[GateRow], scores: NDArray[np.float64], threshold: float
) -> GateFigures:
    """The rates of questions with these probabilities."""
    parts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for part in ((ALL, ALL), (row.source, ALL), (row.source, row.language)):
            parts[part].append(place)
    rates = []
    for (source, language), places in sorted(parts.items(), key=_all_first):
        own = scores[places]
        answerable = np.array([rows[place].answerable for place in places])
        rates.append(
            GateRates(
                source, language, len(places), _auc(answerable, own),
                _share(own[answerable] < threshold), _share(own[~answerable] >= threshold),
            )
        )  # fmt: skip
    return GateFigures(threshold, tuple(rates))


def verdict_figures(
    rows: Sequence[VerdictRow], scores: NDArray[np.float64], threshold: float
) -> VerdictFigures:
    """The rates of answers with these probabilities, of both kinds."""
    parts: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for part in (ALL, row.answer.kind):
            parts[row.answer.right, part].append(place)
    shown = [
        Shown(right, kind, len(places), float((scores[places] >= threshold).mean()))
        for (right, kind), places in sorted(
            parts.items(), key=lambda item: (not item[0][0], item[0][1] != ALL, item[0][1])
        )
    ]
    right = np.array([row.answer.right for row in rows])
    return VerdictFigures(threshold, float(roc_auc_score(right, scores)), tuple(shown))


def _all_first(part: tuple[tuple[str, str], object]) -> tuple[bool, str, bool, str]:
    (source, language), _ = part
    return source != ALL, source, language != ALL, language


def _auc(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float | None:
    return float(roc_auc_score(truth, scores)) if len(set(truth.tolist())) == 2 else None


def _share(values: NDArray[np.bool_]) -> float | None:
    return float(values.mean()) if len(values) else None
