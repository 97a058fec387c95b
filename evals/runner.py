"""Asks a service the questions of suites, and writes every reply down.

A run that was killed goes on where it stopped: what is in its folder is not asked again, except
what failed.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from evals.client import ServiceClient
from evals.dataset import Case, Suite
from evals.errors import EvalError
from evals.records import Manifest, Plan, Record, RunFolder, ServiceVersion

#: Told how many requests are done of how many, and of a new record.
OnRecord = Callable[[int, int, Record | None], None]


def digests(suites: Sequence[Suite]) -> dict[str, str]:
    """The names of suites with the sha256 of their questions, as a plan has them.

    Raises:
        EvalError: Two of them have the same name.
    """
    names = [suite.name for suite in suites]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise EvalError(f"Two suites are called {', '.join(twice)}.")
    return {s.name: hashlib.sha256(repr(s.facts).encode()).hexdigest() for s in suites}


async def run(
    client: ServiceClient,
    folder: RunFolder,
    plan: Plan,
    suites: Sequence[Suite],
    progress: OnRecord = lambda done, total, record: None,
) -> Manifest:
    """Ask all that is not yet in the folder.

    Raises:
        EvalError: The folder holds a run of another plan, or of another service.
    """
    manifest = await _open(client, folder, plan, suites)
    cases = folder.cases()
    if folder.passages is None:
        # Without the texts there is no baseline and no check of quotes; all else can be scored.
        with suppress(EvalError):
            folder.save_passages(await client.passages())
    done = {key for key, record in folder.records().items() if record.error is None}
    chats = folder.chat_cases()
    todo = [
        (case, step)
        for step in plan.steps
        for case in cases
        if ((case.suite, case.id) in chats if step == "chat" else _is_searched(case))
        and (case.suite, case.id, step) not in done
    ]
    total = len(done) + len(todo)
    progress(len(done), total, None)
    began = time.monotonic() - manifest.seconds
    queue = iter(todo)
    finished = len(done)

    async def work() -> None:
        nonlocal finished
        for case, step in queue:
            record = await client.ask(case, step)
            folder.append(record)
            manifest.seconds = time.monotonic() - began
            folder.save(manifest)
            finished += 1
            progress(finished, total, record)

    async with asyncio.TaskGroup() as group:
        for _ in range(plan.concurrency):
            group.create_task(work())
    return manifest


async def _open(
    client: ServiceClient, folder: RunFolder, plan: Plan, suites: Sequence[Suite]
) -> Manifest:
    if folder.exists:
        manifest = folder.manifest
        if manifest.plan.model_dump(exclude={"concurrency", "timeout"}) != plan.model_dump(
            exclude={"concurrency", "timeout"}
        ):
            raise EvalError(
                f"{folder.path} holds a run of other suites or options. Give the same ones to "
                "continue it, or another --out."
            )
        folder.mend()
        manifest.service = _same(manifest.service, await client.describe())
        return manifest
    folder.save_suites(suites)
    manifest = Manifest(
        plan=plan,
        service=await client.describe(),
        commit=_commit(),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder.save(manifest)
    return manifest


def _same(before: ServiceVersion, now: ServiceVersion) -> ServiceVersion:
    """The service that goes on answering, which must be the one that began."""
    if before.version is None:
        return now
    if now.version is not None and (before.version, before.models) != (now.version, now.models):
        raise EvalError(
            f"The run was begun with version {before.version} and models {before.models}; "
            f"{now.url} has version {now.version} and models {now.models}. Begin another run."
        )
    return before


def _is_searched(case: Case) -> bool:
    """Searches are scored against gold, with the question alone; a follow-up needs its history."""
    return bool(case.gold) and not case.history and case.expect is None


def _commit() -> str | None:
    if (git := shutil.which("git")) is None:
        return None
    try:
        found = subprocess.run(
            [git, "rev-parse", "HEAD"],
            cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
