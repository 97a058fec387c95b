"""Gates: which figures let a release through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.codes import Language
from evals.compare import Difference
from evals.errors import EvalError
from evals.evaluators import METRICS
from evals.scores import Scores, estimate


class Rule(BaseModel):
    """What one measure must be like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    suite: str
    language: Language | Literal["all"] = "all"
    min: float | None = Field(None, description="Least mean.")
    max: float | None = Field(None, description="Greatest mean.")
    max_worsening: float | None = Field(
        None,
        ge=0,
        description="Fails when the measure is worse than before by more than this and by more "
        "than noise: when the whole interval of the change lies beyond it.",
    )

    @model_validator(mode="after")
    def _means_something(self) -> Rule:
        if self.metric not in METRICS:
            raise ValueError(f"there is no metric {self.metric!r}")
        if self.min is None and self.max is None and self.max_worsening is None:
            raise ValueError("a rule needs min, max or max_worsening")
        if self.max_worsening is not None and METRICS[self.metric].better is None:
            raise ValueError(f"neither way is better for {self.metric}")
        return self


class ReleaseGate(BaseModel):
    """A file of rules."""

    model_config = ConfigDict(extra="forbid")

    rules: list[Rule] = Field(min_length=1)


@dataclass(frozen=True)
class GateFinding:
    """Whether a rule holds, and why."""

    rule: Rule
    passed: bool
    reason: str


def load_gate(path: Path) -> ReleaseGate:
    """Read a gate.

    Raises:
        EvalError: It is not there, or malformed; with file and field.
    """
    try:
        values: Any = yaml.safe_load(path.read_text("utf-8"))
        return ReleaseGate.model_validate(values)
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise EvalError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        lines = (f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise EvalError("\n".join(lines)) from error


def check(
    gate: ReleaseGate, scores: Scores, differences: Sequence[Difference] | None
) -> list[GateFinding]:
    """Whether each rule holds; one without figures fails.

    Args:
        gate: The rules.
        scores: Of the run that is gated.
        differences: Against the run before it; without it, rules on a worsening are not asked.
    """
    findings: list[GateFinding] = []
    for rule in gate.rules:
        if rule.min is not None or rule.max is not None:
            findings.append(_bounds(rule, scores))
        if rule.max_worsening is not None and differences is not None:
            findings.append(_worsening(rule, rule.max_worsening, differences))
    return findings


def _bounds(rule: Rule, scores: Scores) -> GateFinding:
    language = None if rule.language == "all" else rule.language
    found = estimate(rule.metric, scores.select(rule.metric, suite=rule.suite, language=language))
    if found is None:
        return GateFinding(rule, False, "there are no figures")
    if rule.min is not None and found.mean < rule.min:
        return GateFinding(rule, False, f"{found.mean:.3f} is less than {rule.min:g}")
    if rule.max is not None and found.mean > rule.max:
        return GateFinding(rule, False, f"{found.mean:.3f} is more than {rule.max:g}")
    return GateFinding(rule, True, f"{found.mean:.3f}")


def _worsening(rule: Rule, allowed: float, differences: Sequence[Difference]) -> GateFinding:
    wanted = (rule.suite, rule.metric, rule.language)
    found = next((d for d in differences if (d.suite, d.metric, d.language) == wanted), None)
    if found is None:
        return GateFinding(rule, False, "there are no figures in both runs")
    higher = METRICS[rule.metric].better == "higher"
    least = -found.high if higher else found.low  # the least that it got worse by
    reason = f"changed by {found.change:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    return GateFinding(rule, least <= allowed, reason)
