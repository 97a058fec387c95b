"""What every evaluator is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from evals.records import Asked


@dataclass(frozen=True)
class Metric:
    """One measure of a reply.

    Attributes:
        name: As in tables and gates.
        meaning: What the number is, in a few words.
        better: Which way is better; None where neither is.
        unit: ``share`` is a mean of values from 0 to 1; ``ms`` and ``/s`` have percentiles.
    """

    name: str
    meaning: str
    better: Literal["higher", "lower"] | None = "higher"
    unit: Literal["share", "ms", "/s"] = "share"


@dataclass(frozen=True)
class Context:
    """What evaluators need besides the case: the texts of the index by passage id, if known."""

    texts: Mapping[str, str] | None = None


class Evaluator(Protocol):
    """Scores one case."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The measures that `score` may give."""

    def score(self, asked: Asked, context: Context) -> dict[str, float]:
        """The measures that apply to this case."""


def has_answers(asked: Asked) -> bool:
    """Whether a chat request was made whose reply can be held against gold answers."""
    return "chat" in asked.records and bool(asked.case.answers)
