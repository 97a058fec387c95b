"""``trilogue calibrate-generator``: weigh the verdict anew for the generator in use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.calibrating import (
    DEFAULT_SUITE,
    check_index_is_filled,
    check_index_is_free,
    opened_suites,
    tell_file,
    write_calibration,
)
from assistant.commands.terminal import Json, counting, err, explained, print_json
from assistant.errors import InvalidInputError
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.calibration import Calibration
    from assistant.fitting.said_answers import SaidFile
    from evals.dataset import Suite


def calibrate_generator(
    said: Annotated[
        Path,
        typer.Option(
            help="File of what the generator says (JSON lines). Questions that are not in it yet "
            "are asked; its labels may be corrected."
        ),
    ],
    suites: Annotated[
        list[str] | None,
        typer.Argument(help="Suites about the documents of the index: names, or .jsonl files."),
    ] = None,
    hold_out: Annotated[
        bool, typer.Option("--hold-out", help="Fit on half of the facts, measure on the other.")
    ] = False,
    price: Annotated[
        float,
        typer.Option(min=0.1, help="So many right answers a wrong one costs that is shown."),
    ] = 3.0,
    ask: Annotated[
        bool, typer.Option(help="Ask what is missing, or fit on what the file has.")
    ] = True,
    output: Annotated[
        Path | None,
        typer.Option(
            help="File to write; default: calibration/EMBEDDER.GENERATOR.json in the data folder."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what a fit is worth; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fit the verdict to what your generator says, and to how sure it is of it."""
    with explained():
        settings = get_settings()
        try:
            from assistant.calibration import load_calibration
            from assistant.fitting.calibrate_generator import calibrate_generator as fit
            from assistant.fitting.said_answers import SaidFile, made_with
            from assistant.models.generator import generator_name
            from assistant.models.open import embedder_name
        except ModuleNotFoundError as error:
            raise InvalidInputError(
                f"{error.name} is missing: pip install 'trilogue[evals]'"
            ) from error
        embedder, name = embedder_name(settings), generator_name(settings)
        known = load_calibration(embedder, "*", settings.calibration_dir)
        if known.is_default:
            raise InvalidInputError(
                f"Nothing is fitted for the embedder {embedder}: there is nothing to weigh anew.",
                "Fit it first: trilogue calibrate",
            )
        file, read_with = SaidFile(said), made_with(known)
        if ask:
            opened = opened_suites(suites or [DEFAULT_SUITE])
            cases = [case for suite in opened for case in suite.cases]
            if file.missing(cases, name, read_with):
                check_index_is_free(settings)
                _ask(settings, opened, file, known)
        fitted, figures = fit(file.of(name, read_with), name, known, price, hold_out)
        path = output or settings.calibration_dir / f"{fitted.embedder}.{Path(name).name}.json"
        if not dry_run:
            write_calibration(fitted, path)
    if as_json:
        print_json(figures.to_json() | {"file": None if dry_run else str(path)})
        return
    from assistant.commands.figures_table import print_generator_figures

    print_generator_figures(figures)
    tell_file(None if dry_run else path)


def _ask(settings: Settings, suites: Sequence[Suite], file: SaidFile, known: Calibration) -> None:
    """Ask the generator in use what is missing and the documents of the index can tell."""
    from assistant.api.service import make_assistant
    from assistant.fitting.calibrate import on_documents
    from assistant.fitting.said_answers import SaidAnswer, ask, made_with
    from assistant.index.open import open_store
    from assistant.language import warm_up
    from assistant.models.generator import Generator
    from assistant.models.open import open_embedder
    from assistant.models.reranker import load_reranker
    from assistant.retrieval.search import Searcher

    embedder = open_embedder(settings)
    warm_up()
    store = open_store(settings, embedder)
    generator = Generator(settings)
    try:
        check_index_is_filled(store)
        passages = [node.to_passage() for node in store.select({})]
        kept, remarks = on_documents(suites, passages)
        for remark in remarks:
            err.print(remark, style="yellow", markup=False)
        asked = [case for suite in kept for case in suite.cases]
        cases = file.missing(asked, generator.model, made_with(known))
        if not cases:
            return
        generator.start()
        searcher = Searcher(store, embedder, load_reranker(settings), known.cosines)
        assistant = make_assistant(settings, searcher, generator)
        before = len(file.answers)
        with counting("questions") as watch:

            def keep(answer: SaidAnswer) -> None:
                file.add(answer)
                watch(len(file.answers) - before, len(cases))

            asyncio.run(ask(assistant, cases, settings.generator_slots, made_with(known), keep))
    finally:
        generator.stop()
        store.close()
