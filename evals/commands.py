"""``trilogue eval …``. Heavy libraries are imported by the commands that need them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from evals.errors import EvalError

if TYPE_CHECKING:
    from evals.dataset import Suite
    from evals.judge import ModelJudge
    from evals.records import Plan, Record, RunFolder
    from evals.scores import Scores

app = typer.Typer(no_args_is_help=True, help="Measure the quality of a running service's answers.")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

#: Exit codes: what was measured does not pass; what was given cannot be used.
NOT_PASSED, UNUSABLE = 1, 2
Suites = Annotated[
    list[str],
    typer.Argument(help="Names (samples-core, statutes, follow-ups, attacks, xquad, …) or files."),
]
Url = Annotated[str, typer.Option(envvar="TRILOGUE_API_URL", help="The service.")]
Key = Annotated[str | None, typer.Option(envvar="TRILOGUE_API_KEY", help="Its API key.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the public sets.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
JudgeUrl = Annotated[str | None, typer.Option(help="OpenAI-compatible server of a judge.")]
JudgeModel = Annotated[str | None, typer.Option(help="Judge; without it there is none.")]
JudgeKey = Annotated[str, typer.Option(envvar="TRILOGUE_JUDGE_KEY", help="Key for the judge.")]
LOCAL = "http://127.0.0.1:8000"


#: Round a whole command: what it imports may be missing, too.
@contextmanager
def _explained() -> Iterator[None]:
    """Print what the evaluator must put right, instead of a traceback."""
    try:
        yield
    except EvalError as error:
        err.print(str(error), markup=False)
        raise typer.Exit(UNUSABLE) from error
    except ModuleNotFoundError as error:
        err.print(f"{error.name} is missing: pip install 'trilogue[evals]'", markup=False)
        raise typer.Exit(UNUSABLE) from error


@app.command()
@_explained()
def run(
    suites: Suites,
    url: Url = LOCAL,
    key: Key = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many questions a suite.")] = None,
    chats: Annotated[
        int | None, typer.Option(min=0, help="Of these, so many chats; searches are cheap.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 0,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Requests at a time.")] = 2,
    only: Annotated[Literal["search", "chat"] | None, typer.Option(help="Only this part.")] = None,
    collections: Annotated[
        str | None,
        typer.Option(help="Collection of a language's documents, such as samples-{language}."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one question.")] = 300.0,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder of the run; one that is there goes on.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Ask a service the questions of suites, and score its replies."""
    from evals.adapters import SHARED_DATA, open_suite
    from evals.records import STEPS, Plan, RunFolder, Step
    from evals.runner import digests
    from evals.tables import print_scores

    steps: dict[str | None, list[Step]] = {
        None: list(STEPS), "search": ["search", "pool"], "chat": ["chat"],
    }  # fmt: skip
    opened = [open_suite(name, data or SHARED_DATA) for name in dict.fromkeys(suites)]
    plan = Plan(
        suites=digests(opened), steps=steps[only], sample=sample, chats=chats, seed=seed,
        collections=collections, concurrency=concurrency, timeout=timeout,
    )  # fmt: skip
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = RunFolder(out_dir or Path("eval-runs") / f"{'+'.join(plan.suites)}-{stamp}")
    err.print(f"Replies go to {folder.path}; --out {folder.path} continues a run.")
    try:
        asyncio.run(_ask(url, key, folder, plan, opened))
    except KeyboardInterrupt:
        err.print("Stopped; the same command with --out goes on.")
        raise typer.Exit(130) from None
    scores = _scored(folder)
    if as_json:
        _print_json(_summary(scores))
    else:
        print_scores(scores, out)
        out.print(
            f"\nScores: {folder.path}. Report: trilogue eval report {folder.path}", markup=False
        )


async def _ask(
    url: str, key: str | None, folder: RunFolder, plan: Plan, suites: Sequence[Suite]
) -> None:
    from evals import runner
    from evals.client import ServiceClient

    failed = 0
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns, console=err) as bar:
        task = bar.add_task("asking")

        def progress(done: int, total: int, record: Record | None) -> None:
            nonlocal failed
            if record is not None and record.error is not None:
                failed += 1
                bar.console.print(f"{record.case} {record.step}: {record.error}", markup=False)
            name = f"asking ({failed} failed)" if failed else "asking"
            bar.update(task, completed=done, total=total, description=name)

        async with ServiceClient(url, key, plan.timeout, plan.collections) as client:
            await runner.run(client, folder, plan, suites, progress)


def _scored(folder: RunFolder) -> Scores:
    from evals.records import join
    from evals.scores import score

    scores = score(folder.manifest, join(folder.cases(), folder.records()), folder.passages)
    scores.save(folder.path / "scores.json")
    return scores


@app.command()
@_explained()
def report(
    run_dir: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    to: Annotated[Path | None, typer.Option("--to", help="Folder; default: the run's.")] = None,
    name: Annotated[str, typer.Option(help="Of the files.")] = "report",
    judge_url: JudgeUrl = None,
    judge_model: JudgeModel = None,
    judge_key: JudgeKey = "none",
) -> None:
    """Score a run again, and write its report: HTML, Markdown and JSON."""
    from evals.records import RunFolder, join
    from evals.report import write_report

    folder = RunFolder(run_dir)
    scores = _scored(folder)
    asked = join(folder.cases(), folder.records())
    agreement = []
    if judge_model:
        from evals import judge as judging

        marks = asyncio.run(_judge(judge_url, judge_model, judge_key).marks(asked))
        agreement = judging.agreement(scores, marks)
    for path in write_report(scores, asked, agreement, to or run_dir, name):
        out.print(str(path), markup=False)


def _judge(url: str | None, model: str, key: str) -> ModelJudge:
    from openai import AsyncOpenAI

    from evals.judge import ModelJudge

    return ModelJudge(AsyncOpenAI(base_url=url, api_key=key), model)


@app.command()
@_explained()
def compare(
    before: Annotated[Path, typer.Argument(help="Run (folder, or scores.json) to compare with.")],
    after: Annotated[Path, typer.Argument(help="Run that may be better or worse.")],
    gate: Annotated[Path | None, typer.Option(help="Rules; exits 1 where one fails.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what made no difference.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two runs: paired differences with bootstrap intervals, and a gate."""
    from evals import gate as gates
    from evals.compare import compare as differences_of
    from evals.scores import load_scores
    from evals.tables import print_differences, print_findings

    rules = gates.load_gate(gate) if gate else None
    scores = load_scores(after)
    differences = differences_of(load_scores(before), scores)
    findings = gates.check(rules, scores, differences) if rules else []
    if as_json:
        told = [
            {"rule": f.rule.model_dump(), "passed": f.passed, "reason": f.reason} for f in findings
        ]
        _print_json({"differences": [d.to_json() for d in differences], "gate": told})
    else:
        shown = [d for d in differences if everything or d.verdict != "no difference"]
        print_differences(shown, out)
        print_findings(findings, out)
    if any(not finding.passed for finding in findings):
        raise typer.Exit(NOT_PASSED)


@app.command()
@_explained()
def check(
    suites: Suites,
    url: Annotated[
        str | None, typer.Option(envvar="TRILOGUE_API_URL", help="Also look for gold there.")
    ] = None,
    key: Key = None,
    data: Data = None,
) -> None:
    """Check suites, and with --url whether the service's index has what they ask for."""
    from evals.adapters import SHARED_DATA, open_suite
    from evals.check import check_index, check_suite

    problems: list[str] = []
    passages = asyncio.run(_passages(url, key)) if url else None
    for name in dict.fromkeys(suites):
        try:
            suite = open_suite(name, data or SHARED_DATA)
        except EvalError as error:
            problems.append(str(error))
            continue
        found = check_suite(suite) + (check_index(suite, passages) if passages else [])
        out.print(f"{name}: {len(suite.facts)} facts, {len(suite.cases)} questions")
        problems += found
    if passages == []:
        problems.append(f"The index of {url} is empty.")
    for problem in problems:
        err.print(problem, markup=False)
    if problems:
        raise typer.Exit(NOT_PASSED)


async def _passages(url: str, key: str | None) -> list[Any]:
    from evals.client import ServiceClient

    async with ServiceClient(url, key) as client:
        return await client.passages()


@app.command(name="export")
@_explained()
def export_texts(
    name: Annotated[str, typer.Argument(help="A public set: xquad, belebele, nomiracl, arcd.")],
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    data: Data = None,
) -> None:
    """Write the documents of a public set, to be ingested by the service under test."""
    from evals.adapters import SHARED_DATA, export

    count = export(name, folder, data or SHARED_DATA)
    out.print(f"{count} documents in {folder}", markup=False)


def _summary(scores: Scores) -> dict[str, Any]:
    from evals.report import summarize

    return summarize(scores)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
