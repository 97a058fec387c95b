"""``trilogue calibrate``: fit what decides on answers to the models and documents in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from assistant.commands.calibrating import (
    DEFAULT_SUITE,
    check_index_is_filled,
    check_index_is_free,
    opened_suites,
    tell_file,
    write_calibration,
)
from assistant.commands.terminal import Json, err, explained, out, print_json
from assistant.errors import InvalidInputError
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.calibration import Calibration
    from assistant.fitting.calibrate import Examples, OnStep, Options
    from assistant.fitting.figures import Figures


def calibrate(
    suites: Annotated[
        list[str] | None,
        typer.Argument(help="Suites about the documents of the index: names, or .jsonl files."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="Right and wrong answers to the suites' facts (JSON lines)."),
    ] = None,
    pools: Annotated[
        list[Path] | None,
        typer.Option(help="Further questions for the gate, each with passages (JSON lines)."),
    ] = None,
    hold_out: Annotated[
        bool, typer.Option("--hold-out", help="Fit on half of the facts, measure on the other.")
    ] = False,
    crossed: Annotated[
        Path | None,
        typer.Option(help="Scores of answers that the cross-encoder was trained on (JSON)."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="File to keep readings in: a second fit takes minutes.")
    ] = None,
    price: Annotated[
        float,
        typer.Option(min=0.1, help="So many right answers a wrong one costs that is shown."),
    ] = 3.0,
    false_refusals: Annotated[
        float,
        typer.Option(min=0.0, max=0.5, help="Share of answerable questions that may be refused."),
    ] = 0.05,
    output: Annotated[
        Path | None,
        typer.Option(help="File to write; default: calibration/EMBEDDER.json in the data folder."),
    ] = None,
    any_embedder: Annotated[
        bool,
        typer.Option("--any-embedder", help="Fit what holds for every embedder; needs --output."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what a fit is worth; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fit the answerability gate, the verdict and the cosines to your documents and embedder."""
    with explained():
        if any_embedder and output is None and not dry_run:
            raise InvalidInputError(
                "A fit for every embedder belongs to no data folder.", "Name a file with --output."
            )
        settings = get_settings()
        check_index_is_free(settings)
        try:
            from assistant.fitting.calibrate import Options

            examples = _examples(suites or [DEFAULT_SUITE], answers, pools or [], crossed)
            options = Options(price, false_refusals, hold_out, any_embedder)
            fitted, figures = _fit(settings, examples, options, cache)
        except ModuleNotFoundError as error:
            raise InvalidInputError(
                f"{error.name} is missing: pip install 'trilogue[evals]'"
            ) from error
        file = output or settings.calibration_dir / f"{fitted.embedder}.json"
        if not dry_run:
            write_calibration(fitted, file)
    if as_json:
        print_json(figures.to_json() | {"file": None if dry_run else str(file)})
        return
    from assistant.commands.figures_table import print_figures

    print_figures(figures)
    tell_file(None if dry_run else file)
    for own in sorted(settings.calibration_dir.glob(f"{fitted.embedder}.*.json")):
        out.print(
            f"{own} goes before it for its generator: weigh it anew with 'trilogue "
            "calibrate-generator', or take it away.",
            markup=False,
        )


def _examples(
    suites: list[str], answers: Path | None, pools: list[Path], crossed: Path | None
) -> Examples:
    from assistant.fitting.calibrate import Examples
    from assistant.fitting.pools import load_pools
    from assistant.fitting.written_answers import load_written

    return Examples(
        opened_suites(suites),
        load_written(answers) if answers else {},
        [pool for path in pools for pool in load_pools(path)],
        _crossed(crossed) if crossed else {},
    )


def _crossed(path: Path) -> dict[str, float]:
    try:
        return TypeAdapter(dict[str, float]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InvalidInputError(
            f"{path} cannot be read as scores by answer: {error}",
            "benchmarks/verdict_training.py writes such a file.",
        ) from error


def _fit(
    settings: Settings, examples: Examples, options: Options, cache: Path | None
) -> tuple[Calibration, Figures]:
    from assistant.fitting.cache import Cache
    from assistant.fitting.calibrate import Models
    from assistant.fitting.calibrate import calibrate as fit
    from assistant.index.open import open_store
    from assistant.language import warm_up
    from assistant.models.cross_encoder import load_cross_encoder
    from assistant.models.open import open_embedder
    from assistant.models.reranker import load_reranker

    kept = Cache(cache)
    embedder = open_embedder(settings)
    warm_up()
    store = open_store(settings, embedder)
    try:
        check_index_is_filled(store)
        models = Models(
            store,
            embedder,
            load_cross_encoder(embedder),
            _known(settings, embedder.model_name),
            load_reranker(settings),
        )
        with _bar() as watch:
            return fit(models, examples, options, kept, watch)
    finally:
        store.close()


def _known(settings: Settings, embedder: str) -> Calibration:
    """What holds so far; what ships, where the operator's own cannot be used any more."""
    from assistant.calibration import InvalidCalibrationError, load_calibration

    try:
        return load_calibration(embedder, "*", settings.calibration_dir)
    except InvalidCalibrationError as error:
        err.print(f"{error.message} It is passed over.", style="yellow", markup=False)
        return load_calibration(embedder, "*")


@contextmanager
def _bar() -> Iterator[OnStep]:
    """A progress bar for each step."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err) as bar:
        tasks = {}

        def watch(step: str, done: int, count: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step)
            bar.update(tasks[step], completed=done, total=count)

        yield watch
