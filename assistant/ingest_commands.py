"""The commands ``trilogue ingest`` and ``trilogue documents``.

While a service has the index open, they ask it to do the work, and show the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from assistant.errors import InvalidInputError, UnavailableError
from assistant.settings import Settings, get_settings
from assistant.terminal import err, out

if TYPE_CHECKING:
    from assistant.api.document_schemas import DocumentView
    from assistant.storage.registry import DocumentRegistry
    from ingest.examine import JobOptions
    from ingest.progress import Watch
    from ingest.report import FileResult, Report

#: Exit code of a job that went through although files failed.
PARTIAL_FAILURE = 4


def run_job(paths: list[Path], options: JobOptions) -> Report:
    """Ingest, in the running service or in this process, and show how far it is."""
    from assistant.api.announcement import operator_token, running_service
    from ingest.discovery import check_paths

    settings = get_settings()
    check_paths(paths)  # a wrong path is told at once, before the models are loaded
    with _bar() as watch:
        if url := running_service(settings):
            return _run_remotely(url, operator_token(settings), paths, options, watch)
        return _run_here(settings, paths, options, watch)


def _run_here(settings: Settings, paths: list[Path], options: JobOptions, watch: Watch) -> Report:
    from assistant.index.open import open_store
    from assistant.models.embedder import load_embedder
    from ingest.job import IngestionJob

    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    try:
        with _registry(settings) as registry:
            return IngestionJob(settings, store, registry, embedder).run(paths, options, watch)
    finally:
        store.close()


@contextmanager
def _registry(settings: Settings) -> Iterator[DocumentRegistry]:
    from assistant.storage.database import Database
    from assistant.storage.registry import DocumentRegistry

    database = Database(settings.database)
    try:
        yield DocumentRegistry(database)
    finally:
        database.close()


def _run_remotely(
    url: str, token: str | None, paths: list[Path], options: JobOptions, watch: Watch
) -> Report:
    from ingest.progress import Progress as Step
    from ingest.report import Report

    if token is None:
        raise UnavailableError(
            f"The service at {url} has another data folder, so it cannot be given local paths.",
            "Send it files with POST /v1/documents, or unset TRILOGUE_API_URL.",
        )
    err.print(f"The service at {url} does the work.", style="dim")
    body = {
        "paths": [str(path.resolve()) for path in paths],
        "collection": options.collection,
        "metadata": dict(options.stated),
        "prune": options.prune,
        "dry_run": options.dry_run,
    }
    headers = {"X-Trilogue-Token": token}
    started = call("POST", f"{url}/v1/ingestions", json=body, headers=headers)
    events = f"{url}/v1/ingestions/{started['ingestion_id']}/events"
    for name, data in _events(events, headers):
        if name == "progress":
            watch(Step(**data))
        elif name == "report":
            if data["error"]:
                raise UnavailableError(data["error"])
            return Report.from_json(data["report"])
    raise UnavailableError(
        f"The service at {url} went away.", "It goes on when it is started again."
    )


def _events(url: str, headers: dict[str, str]) -> Iterator[tuple[str, Any]]:
    from httpx_sse import connect_sse

    try:
        # The service sends something at least every few seconds, however long a document takes.
        with (
            httpx.Client(timeout=60, headers=headers) as client,
            connect_sse(client, "GET", url) as source,
        ):
            for event in source.iter_sse():
                yield event.event, json.loads(event.data)
    except httpx.HTTPError as error:
        raise UnavailableError(
            f"The service went away: {error}", "The ingestion goes on when it is started again."
        ) from error


def call(method: str, url: str, **options: Any) -> Any:
    """A request to the running service; its JSON.

    Raises:
        InvalidInputError: The service refuses it.
        UnavailableError: The service does not answer, or fails.
    """
    try:
        response = httpx.request(method, url, timeout=60, **options)
    except httpx.HTTPError as error:
        raise UnavailableError(
            f"The service at {url} does not answer: {error}", "Is 'trilogue serve' running?"
        ) from error
    if response.is_success:
        return response.json() if response.content else None
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError):
        detail = f"{url} answered {response.status_code}."
    raise (InvalidInputError if response.status_code < 500 else UnavailableError)(detail)


@contextmanager
def _bar() -> Iterator[Watch]:
    """A progress bar over the bytes of the job, with files, passages a second and time left."""
    from ingest.progress import Progress as Step

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


def print_report(report: Report) -> None:
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


def list_documents(collection: str | None) -> list[dict[str, Any]]:
    """All documents as JSON values; the registry is asked, with or without a service."""
    from assistant.api.documents import summary

    with _registry(get_settings()) as registry:
        return [summary(one).model_dump(mode="json") for one in registry.documents(collection)]


def print_documents(rows: list[dict[str, Any]]) -> None:
    """A table of documents."""
    table = Table("id", "collection", "file", "title", "language", "passages")
    for row in rows:
        table.add_row(
            *(row[name] for name in ("document_id", "collection", "source", "title", "language")),
            str(row["passages"]),
        )
    out.print(table)


def show_document(document_id: str) -> DocumentView:
    """A document with its metadata and its quality report.

    Raises:
        NotFoundError: There is none of this id.
    """
    from assistant.api.documents import document_view, known
    from assistant.storage.documents import DocumentLedger

    with _registry(get_settings()) as registry:
        return document_view(known(document_id, registry), DocumentLedger(registry))


def print_document(view: DocumentView) -> None:
    """A document, one line a field; the quality report below it."""
    values = view.model_dump(mode="json")
    quality = values.pop("quality") or {}
    for name, value in values.items():
        out.print(f"{name:<18} {_field(value)}", markup=False)
    if quality:
        out.print("quality", style="bold")
    for name, value in quality.items():
        if name == "remarks":
            for remark in value:
                out.print(f"  - {remark}", markup=False)
        else:
            out.print(f"  {name:<16} {_field(value)}", markup=False)


def _field(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:.1%}" for name, share in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


def delete_documents(document_ids: list[str]) -> None:
    """Delete documents, through the running service where there is one.

    Raises:
        NotFoundError: There is no document of one of the ids; then none is deleted.
    """
    from assistant.api.announcement import operator_token, running_service
    from assistant.api.documents import known

    settings = get_settings()
    with _registry(settings) as registry:
        records = [known(document_id, registry) for document_id in document_ids]
    if url := running_service(settings):
        headers = {"X-Trilogue-Token": operator_token(settings) or ""}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key.get_secret_value()}"
        for document_id in document_ids:
            call("DELETE", f"{url}/v1/documents/{document_id}", headers=headers)
        return
    from assistant.api.ingest_queue import Ingestions
    from assistant.index.open import open_store
    from assistant.models.answer_cache import AnswerCache
    from assistant.models.embedder import load_embedder
    from assistant.storage.records import Records

    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    stored = Records.open(settings)
    try:
        ingestions = Ingestions(settings, store, embedder, stored, AnswerCache(0, 1))
        for record in records:
            ingestions.delete(record)
    finally:
        stored.close()
        store.close()
