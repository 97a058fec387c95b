"""Runs against a service that knows the right answers, for the tests of the evals."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from known_service import KnownService
from live import listening

from evals.client import ServiceClient
from evals.dataset import Suite
from evals.records import STEPS, Asked, Plan, RunFolder, Step, join
from evals.runner import digests, run
from evals.scores import Scores


@contextmanager
def serving(service: KnownService) -> Iterator[str]:
    """The service on a port; its URL."""
    with listening(service.app()) as (url, _):
        yield url


def plan_of(suite: Suite, steps: Sequence[Step] = STEPS, timeout: float = 10.0) -> Plan:
    return Plan(
        suites=digests([suite]), steps=list(steps), sample=None, seed=0, concurrency=8,
        timeout=timeout,
    )  # fmt: skip


def ask(url: str, suite: Suite, folder: RunFolder, plan: Plan) -> list[Asked]:
    """Run a whole suite against a URL."""

    async def asking() -> None:
        async with ServiceClient(url, None, plan.timeout) as client:
            await run(client, folder, plan, [suite])

    asyncio.run(asking())
    return join(suite.cases, folder.records())


@dataclass(frozen=True)
class Ran:
    """A run that is done, with its scores."""

    folder: RunFolder
    asked: list[Asked]
    scores: Scores
