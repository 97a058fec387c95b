"""``trilogue ingest``: by the service that has the index open, or in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from assistant.api.announcement import RunningService, running_service
from assistant.commands.service_client import asking, request_of
from assistant.commands.terminal import Json, err, explained, out, print_json
from assistant.errors import InvalidInputError, UnavailableError
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.api.schemas.document_schemas import IngestionView
    from assistant.ingestion.options import JobOptions
    from assistant.ingestion.report import FileResult, Report
    from assistant.models.embedder import Embedder
    from ingest.executor import Executor
    from ingest.progress import Watch

#: Exit code of a job that went through although files failed, or that was cancelled.
PARTIAL_FAILURE = 4
#: Seconds. A service at work says something every few seconds, however long a document takes.
_SIGN_OF_LIFE = 60.0


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders and ZIP archives.")],
    collection: Annotated[str | None, typer.Option(help="Collection of the documents.")] = None,
    meta: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE: metadata of all the documents.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove documents whose files are gone.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing.")
    ] = False,
    accept_losses: Annotated[
        bool,
        typer.Option("--accept-losses", help="Take files of which much would be lost, too."),
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Read and embed on a Ray cluster: auto (that of this machine), local, HOST:PORT.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring documents into the index; run again, it only takes what changed."""
    from assistant.ingestion.options import JobOptions
    from ingest.metadata import parse_assignments

    with explained():
        stated = parse_assignments(meta or ())
        options = JobOptions(
            collection, stated, prune=prune, dry_run=dry_run, accept_losses=accept_losses
        )
        report, cancelled = _run_job(paths, options, ray)
    if as_json:
        print_json(report.to_json())
    else:
        _print_report(report)
    if cancelled:
        err.print("The ingestion was cancelled. Run it again, and it takes what is left.")
    if report.failed or cancelled:
        raise typer.Exit(PARTIAL_FAILURE)


def _run_job(paths: list[Path], options: JobOptions, ray: str | None) -> tuple[Report, bool]:
    """Ingest, in the running service, on a Ray cluster or in this process, and show how far it
    is; whether somebody has cancelled it, too."""
    from ingest.discovery import check_paths

    settings = get_settings()
    check_paths(paths)  # a wrong path is told at once, before the models are loaded
    service = running_service(settings)
    with _bar() as watch:
        if service and ray is None:
            return _run_remotely(service, paths, options, watch)
        if service and service.is_ours and settings.qdrant_url is None:
            raise UnavailableError(
                f"The service at {service.url} has the index open.",
                "Stop it while you ingest on Ray, or keep the index in a Qdrant server "
                "(TRILOGUE_QDRANT_URL).",
            )
        return _run_here(settings, paths, options, watch, ray), False


def _run_here(
    settings: Settings,
    paths: list[Path],
    options: JobOptions,
    watch: Watch,
    ray: str | None,
) -> Report:
    from assistant.index.open import open_store
    from assistant.models.open import open_embedder
    from assistant.storage.registry import DocumentRegistry
    from ingest.job import IngestionJob

    embedder = open_embedder(settings)
    store = open_store(settings, embedder)
    try:
        with (
            DocumentRegistry.opened(settings) as registry,
            executor_for(settings, embedder, ray) as executor,
        ):
            job = IngestionJob(settings, store, registry, embedder, executor=executor)
            return job.run(paths, options, watch)
    finally:
        store.close()


def executor_for(
    settings: Settings, embedder: Embedder, ray: str | None
) -> AbstractContextManager[Executor]:
    """Where a job reads and embeds: the Ray cluster at an address if one is named, else this
    process.

    Raises:
        InvalidInputError: Ray is not installed.
    """
    if ray is None:
        from ingest.executor import LocalExecutor

        return nullcontext(LocalExecutor(settings, embedder))
    try:
        from ingest.ray_executor import RayExecutor
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise InvalidInputError(
            "Ray is not installed.", "Install it: pip install 'trilogue[ray]'"
        ) from error

    return RayExecutor.at(ray, settings, embedder)


def _run_remotely(
    service: RunningService, paths: list[Path], options: JobOptions, watch: Watch
) -> tuple[Report, bool]:
    from assistant.api.schemas.document_schemas import IngestionRequest
    from assistant.client import endpoints
    from assistant.ingestion.report import Report

    if not service.is_ours:
        raise UnavailableError(
            f"The service at {service.url} has another data folder, so it cannot be given local "
            "paths.",
            "Send it files with POST /v1/documents, or unset TRILOGUE_API_URL.",
        )
    err.print(f"The service at {service.url} does the work.", style="dim")
    request = request_of(
        IngestionRequest,
        paths=[str(path.resolve()) for path in paths],
        collection=options.collection,
        metadata=dict(options.stated),
        prune=options.prune,
        dry_run=options.dry_run,
        accept_losses=options.accept_losses,
    )
    with asking(service) as client:
        started = client.send(endpoints.ingest(request))
    done = _followed(service, started.ingestion_id, watch)
    if done.error or not done.report:
        raise UnavailableError(done.error or f"The service at {service.url} made no report.")
    return Report.from_json(done.report.model_dump(mode="json")), done.state == "cancelled"


def _followed(service: RunningService, ingestion_id: str, watch: Watch) -> IngestionView:
    """An ingestion when it is over; ``watch`` is told how far it is."""
    from assistant.api.schemas.document_schemas import IngestionProgress, IngestionView
    from assistant.client import BrokenOffError, UnreachableError, endpoints
    from assistant.ingestion.progress import Progress as Step

    with asking(service, _SIGN_OF_LIFE) as client:
        try:
            for event in client.stream(endpoints.ingestion_events(ingestion_id)):
                if isinstance(event, IngestionProgress):
                    watch(Step(**event.model_dump()))
                elif isinstance(event, IngestionView):
                    return event
        except KeyboardInterrupt:
            err.print(
                f"The service goes on with it. To end it: trilogue ingestions cancel {ingestion_id}"
            )
            raise
        except (UnreachableError, BrokenOffError) as error:
            raise UnavailableError(
                f"The service at {service.url} went away: {error}",
                "The ingestion goes on when it is started again.",
            ) from error
    raise AssertionError("the stream ends with an IngestionView")


@contextmanager
def _bar() -> Iterator[Watch]:
    """A progress bar over the bytes of the job, with files, passages a second and time left."""
    from assistant.ingestion.progress import Progress as Step

    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[files]} files"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[file]}"),
    )
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("", total=None, files="0", rate="", file="")

        def watch(step: Step) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{step.passages / elapsed:.1f} passages/s" if elapsed and step.passages else ""
            bar.update(
                task,
                completed=step.bytes,
                total=step.bytes_total or 1,
                files=f"{step.files}/{step.files_total}",
                rate=rate,
                file=step.name,
            )

        yield watch


def _print_report(report: Report) -> None:
    """One line a file, what a dry run would change, and the sum."""
    for result in report.files:
        detail = result.reason or f"{result.passages} passages, {result.language}"
        out.print(f"{result.outcome:<10} {_shown(result)}: {detail}", markup=False)
        for remark in result.remarks:
            out.print(f"{'':<10}   {remark}", markup=False, style="dim")
        for change in result.changes:
            out.print(f"{'':<10}   @ {change.locator}", markup=False)
            for sign, text, style in (("-", change.old, "red"), ("+", change.new, "green")):
                if text is not None:
                    line = " ".join(text.split())
                    out.print(f"{'':<10}   {sign} {line}", markup=False, style=style)
    if not report.files:
        out.print("No documents found.")
        return
    counts = ", ".join(f"{n} {outcome}" for outcome, n in report.counts.items())
    done = "would be written; nothing was changed" if report.dry_run else "written"
    out.print(f"{counts}; {report.passages} passages {done} in {report.seconds:.1f} s.")


def _shown(result: FileResult) -> str:
    """A file's name, below its archive if it is in one."""
    archive, inside, member = result.path.partition("!/")
    return f"{Path(archive).name}{inside}{member}"
