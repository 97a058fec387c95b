"""When the steps of a question ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.spans import span


@dataclass(frozen=True)
class StepTimings:
    """Milliseconds since the question arrived; ``first_token`` is None without generation."""

    retrieval: float
    evidence: float
    first_token: float | None
    total: float


@dataclass
class Clock:
    """Milliseconds from the question's arrival to the end of each step, in the order of the
    steps."""

    began: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, step: str) -> None:
        """The step has ended now; of several marks of one step the first counts."""
        self.marks.setdefault(step, (time.perf_counter() - self.began) * 1000)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is done within it is the step: a span is around it, and its end is marked."""
        with span(name):
            yield
        self.mark(name)

    def timings(self) -> StepTimings:
        """The timings of the reply, which is complete now."""
        self.mark("total")
        return StepTimings(
            retrieval=self.marks["retrieval"],
            evidence=self.marks["evidence"],
            first_token=self.marks.get("first_token"),
            total=self.marks["total"],
        )
