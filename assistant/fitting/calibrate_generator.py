"""From what a generator said to a calibration for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.calibration import Calibration
from assistant.errors import InvalidInputError
from assistant.fitting.figures import VerdictFigures, verdict_figures
from assistant.fitting.generator_fit import fit_generator
from assistant.fitting.labelled_answer import FOLDS
from assistant.fitting.said_answers import SaidAnswer
from assistant.fitting.verdict_fit import scores_of
from assistant.fitting.verdict_rows import VerdictRow


@dataclass(frozen=True)
class GeneratorFigures:
    """What a calibration for a generator is worth.

    Attributes:
        measured: How the rates were measured.
        sentences, facts: How many it was fitted on.
        before: What the verdict for any generator makes of the same sentences.
        now: What the one for this generator does.
    """

    measured: str
    sentences: int
    facts: int
    before: VerdictFigures
    now: VerdictFigures

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def calibrate_generator(
    said: Sequence[SaidAnswer],
    generator: str,
    known: Calibration,
    price: float,
    hold_out: bool = False,
) -> tuple[Calibration, GeneratorFigures]:
    """Weigh the verdict anew for a generator.

    Args:
        said: What it said.
        generator: The generator.
        known: What holds for the embedder with any generator.
        price: See `fit_generator`.
        hold_out: Fit on one half of the facts, and measure on the other.

    Returns:
        The calibration for the pair, and what it is worth.

    Raises:
        InvalidInputError: There is too little to fit on.
    """
    rows = [row for answer in said if (row := answer.row)]
    # Where it tells how sure it is, what it did not tell of is of no use.
    rows = [row for row in rows if _tells(row)] or rows
    fitted_on = [row for row in rows if not hold_out or row.answer.half == 0]
    for label, what in ((True, "right"), (False, "wrong")):
        facts = {row.answer.fact for row in fitted_on if row.answer.right == label}
        if len(facts) < FOLDS:
            raise InvalidInputError(
                f"{generator} said something {what} about {len(facts)} facts; {FOLDS} are needed "
                "at least, and a few hundred sentences in all are good.",
                "Name more suites, or ones with harder questions and some that nothing answers.",
            )
    facts = {row.answer.fact for row in fitted_on}
    told = f"{len(fitted_on)} sentences on {len(facts)} facts"
    fit = fit_generator(fitted_on, known.verdict, price, told)
    verdict = known.verdict.model_copy(update={"generator": fit.generator})
    measured_on: list[VerdictRow] = fitted_on
    before, scores = fit.before, fit.scores
    if hold_out:
        measured_on = [row for row in rows if row.answer.half == 1]
        plain = known.verdict.model_copy(update={"generator": None})
        before, scores = scores_of(measured_on, plain), scores_of(measured_on, verdict)
    right = np.array([row.answer.right for row in measured_on])
    if len(set(right.tolist())) < 2:
        raise InvalidInputError("The half that is held out has only right or only wrong sentences.")
    figures = GeneratorFigures(
        "on the other half of the facts" if hold_out else "cross-validated by fact",
        len(fitted_on),
        len(facts),
        verdict_figures(measured_on, before, known.verdict.threshold),
        verdict_figures(measured_on, scores, fit.generator.threshold),
    )
    return known.model_copy(update={"generator": generator, "verdict": verdict}), figures


def _tells(row: VerdictRow) -> bool:
    return row.signals is not None and not math.isnan(row.signals.certainty)
