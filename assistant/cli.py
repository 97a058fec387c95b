"""The command line: ``trilogue …``.

Heavy libraries are imported by the commands that need them, so that ``--help`` is quick.
"""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from pydantic import BaseModel, SecretStr, ValidationError
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from assistant.errors import InvalidInputError, UnavailableError
from assistant.operator_commands import keys_app, privacy_app
from assistant.settings import Settings, get_settings
from assistant.terminal import Json, err, out
from assistant.terminal import explained as _explained
from assistant.terminal import print_json as _print_json
from evals.commands import app as eval_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(no_args_is_help=True, help="Fetch and list the open models.")
app.add_typer(models_app, name="models")
documents_app = typer.Typer(no_args_is_help=True, help="List, show and delete documents.")
app.add_typer(documents_app, name="documents")
app.add_typer(keys_app, name="keys")
app.add_typer(privacy_app, name="privacy")
app.add_typer(eval_app, name="eval")


@app.callback()
def main() -> None:
    """Answers about policy documents in Korean, Arabic and English, with evidence."""
    with _explained():
        get_settings()


@models_app.command("pull")
def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Default: those in use.")] = None,
) -> None:
    """Fetch model weights into the cache: resumable, and checked before use."""
    from assistant.models.catalogue import catalogue, find_model
    from assistant.models.weights import fetch, is_present

    with _explained():
        settings = get_settings()
        used = [name for name in (settings.embedder, settings.generator) if name in catalogue()]
        for entry in [find_model(name) for name in names or used]:
            if is_present(settings.models_dir, entry):
                out.print(f"{entry.title}: already here.")
                continue
            out.print(f"{entry.title}, licence: {entry.licence} <{entry.licence_url}>")
            with _bar(DownloadColumn(), TransferSpeedColumn()) as bar:
                task = bar.add_task(entry.name, total=entry.bytes)
                fetch(
                    entry,
                    settings.models_dir,
                    settings.model_source,
                    lambda done, bar=bar, task=task: bar.update(task, completed=done),  # type: ignore[misc]
                )


def _bar(*columns: Any) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn(), console=err
    )


@models_app.command("list")
def models_list(as_json: Json = False) -> None:
    """List the models that can be fetched, with their licences."""
    from assistant.models.catalogue import catalogue
    from assistant.models.weights import is_present

    models_dir = get_settings().models_dir
    rows: list[dict[str, Any]] = [
        {
            "name": entry.name,
            "kind": entry.kind,
            "title": entry.title,
            "licence": entry.licence,
            "licence_url": entry.licence_url,
            "bytes": entry.bytes,
            "present": is_present(models_dir, entry),
        }
        for entry in catalogue().values()
    ]
    if as_json:
        _print_json(rows)
        return
    table = Table("name", "kind", "size", "licence", "here")
    for row in rows:
        size = f"{row['bytes'] / 1e9:.1f} GB"
        table.add_row(
            row["name"], row["kind"], size, row["licence"], "yes" if row["present"] else "no"
        )
    out.print(table)


@app.command()
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
    as_json: Json = False,
) -> None:
    """Bring documents into the index; run again, it only takes what changed."""
    from assistant import ingest_commands
    from ingest.examine import JobOptions
    from ingest.metadata import parse_assignments

    with _explained():
        stated = parse_assignments(meta or ())
        options = JobOptions(collection, stated, prune=prune, dry_run=dry_run)
        report = ingest_commands.run_job(paths, options)
    if as_json:
        _print_json(report.to_json())
    else:
        ingest_commands.print_report(report)
    if report.failed:
        raise typer.Exit(ingest_commands.PARTIAL_FAILURE)


@documents_app.command("list")
def documents_list(
    collection: Annotated[str | None, typer.Option(help="Only this collection.")] = None,
    as_json: Json = False,
) -> None:
    """List the documents in the index."""
    from assistant import ingest_commands

    with _explained():
        rows = ingest_commands.list_documents(collection)
    if as_json:
        _print_json(rows)
    else:
        ingest_commands.print_documents(rows)


@documents_app.command("show")
def documents_show(document_id: str, as_json: Json = False) -> None:
    """Show a document: its metadata, and the quality of its text."""
    from assistant import ingest_commands

    with _explained():
        view = ingest_commands.show_document(document_id)
    if as_json:
        _print_json(view.model_dump(mode="json"))
    else:
        ingest_commands.print_document(view)


@documents_app.command("delete")
def documents_delete(document_ids: list[str]) -> None:
    """Delete documents: their passages, and their files if they were sent to the service."""
    from assistant import ingest_commands

    with _explained():
        ingest_commands.delete_documents(document_ids)
    out.print(f"Deleted {len(document_ids)}.")


@app.command()
def search(
    query: str,
    top_k: Annotated[int, typer.Option(min=1, max=100)] = 5,
    language: Annotated[str | None, typer.Option(help="ko, ar or en.")] = None,
    as_json: Json = False,
) -> None:
    """Find passages in any of the three languages."""
    from assistant.api.schemas import SearchRequest, SearchResponse

    body = {"query": query, "top_k": top_k, "language": language}
    with _explained():
        response = SearchResponse.model_validate(_call("/v1/search", SearchRequest, body))
    if as_json:
        _print_json(response.model_dump())
        return
    for number, result in enumerate(response.results, start=1):
        place = f"{result.title} · {result.locator}" + (
            f" · p. {result.page}" if result.page else ""
        )
        out.print(f"{number}. {place}  ({result.language}, {result.score:.4f})", markup=False)
        out.print(f"   {' '.join(result.text.split())[:300]}", markup=False)
    if not response.results:
        out.print("Nothing found. Are there documents? See 'trilogue ingest'.")


@app.command()
def ask(
    question: str,
    language: Annotated[str, typer.Option(help="Of the reply: auto, ko, ar or en.")] = "auto",
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every decision that led to the reply.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask the documents a question."""
    from assistant.api.schemas import ChatRequest, ChatResponse
    from assistant.explanation import print_trace

    body = {
        "messages": [{"role": "user", "content": question}],
        "language": language,
        "explain": explain,
    }
    with _explained():
        reply = ChatResponse.model_validate(_call("/v1/chat", ChatRequest, body))
    if as_json:
        _print_json(reply.model_dump())
        return
    if reply.notice:
        out.print(reply.notice, markup=False)
    out.print(reply.answer, markup=False)
    out.print(f"\n({reply.outcome}, {reply.timings_ms.total / 1000:.1f} s)", style="dim")
    for citation in reply.citations:
        page = f" · p. {citation.page}" if citation.page else ""
        place = f"[{citation.number}] {citation.title} · {citation.locator}{page}"
        out.print(f"{place} ({citation.source})", markup=False)
        out.print(f"    {' '.join(citation.quote.split())}", markup=False, style="dim")
        if citation.translation:
            out.print(f"    {citation.translation}", markup=False)
    if reply.trace:
        print_trace(reply.trace)


def _call(path: str, request_type: type[BaseModel], body: dict[str, Any]) -> Any:
    """Ask the running service where there is one, else run its route in this process."""
    from assistant.api.announcement import running_service

    settings = get_settings()
    try:
        request = request_type.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if url := running_service(settings):
        return _post(url + path, body, settings.api_key)

    from assistant.api import asking
    from assistant.api.access import LOCAL
    from assistant.api.schemas import ChatRequest, SearchRequest
    from assistant.api.search import find
    from assistant.api.service import Service

    service = Service.open(settings)
    try:
        if isinstance(request, SearchRequest):
            return asyncio.run(find(service, LOCAL, request))
        assert isinstance(request, ChatRequest)
        asked = asking.asked(service, LOCAL, request)
        return asyncio.run(asking.reply(service, asked))
    finally:
        service.close()


def _post(url: str, body: dict[str, Any], key: SecretStr | None) -> Any:
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        response = httpx.post(url, json=body, headers=headers, timeout=300)
    except httpx.HTTPError as error:
        raise UnavailableError(
            f"The service at {url} does not answer: {error}", "Is 'trilogue serve' running?"
        ) from error
    if response.is_success:
        return response.json()
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError):
        detail = f"{url} answered {response.status_code}."
    if response.status_code in (401, 403):
        raise InvalidInputError(detail, "Put a key that may do it into TRILOGUE_API_KEY.")
    raise (InvalidInputError if response.status_code < 500 else UnavailableError)(detail)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Run the chat API."""
    import uvicorn

    from assistant.api import logs, tracing
    from assistant.api.announcement import announce
    from assistant.api.app import create_app
    from assistant.api.service import Service

    with _explained():
        settings = get_settings()
        logs.configure(settings)
        _check_exposure(settings, host or settings.api_host)
        # The port is taken first: loading models for a service that cannot listen is a waste.
        chosen = settings.api_port if port is None else port
        listener = _listen(host or settings.api_host, chosen)
        err.print("Loading the models…")
        spans = tracing.configure(settings)
        service = Service.open(settings)
        address = listener.getsockname()
        url = f"http://{address[0]}:{address[1]}"
        announcement = announce(settings, url, service.ingestions.token)
        # uvicorn finishes its requests and then raises the signal again: this way the parts
        # below are closed too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            err.print(f"Trilogue's API listens on {url}")
            config = uvicorn.Config(
                create_app(service),
                # Replies on their way are finished; meanwhile no new connection is accepted.
                timeout_graceful_shutdown=settings.shutdown_seconds,
                log_config=None,
                access_log=False,
                server_header=False,
            )
            with suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            announcement.unlink(missing_ok=True)
            service.close()
            if spans:
                spans.shutdown()


def _check_exposure(settings: Settings, host: str) -> None:
    """Without keys, whoever reaches the service may read everything: it stays on this machine."""
    from assistant.storage.records import Records

    if _is_loopback(host):
        return
    records = Records.open(settings)
    try:
        if not records.keys.exist():
            raise InvalidInputError(
                f"There is no API key, so the service may not listen on {host}: whoever reaches "
                "it could read every document.",
                "Make a key with 'trilogue keys create NAME --scope chat --all-collections', or "
                "listen on 127.0.0.1.",
            )
    finally:
        records.close()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise UnavailableError(
            f"Port {port} of {host} cannot be used: {error.strerror or error}",
            "Stop what uses it, or choose another one with --port or TRILOGUE_API_PORT.",
        ) from error


@app.command()
def ui(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port.")] = None,
) -> None:
    """Run the chat UI, in front of a running API."""
    from ui.app import launch

    settings = get_settings()
    chosen = settings.ui_port if port is None else port
    with _explained():
        try:
            key = settings.api_key.get_secret_value() if settings.api_key else None
            launch(settings.api_base, host or settings.ui_host, chosen, key)
        except OSError as error:
            raise UnavailableError(
                f"Port {chosen} cannot be used: {error}",
                "Stop what uses it, or choose another one with --port or TRILOGUE_UI_PORT.",
            ) from error


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check this installation: machine, models, index, database, generator."""
    from assistant.doctor import examine

    findings = examine(get_settings())
    if as_json:
        _print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            mark = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "bad": "[red]bad [/]"}
            out.print(f"{mark[finding.state]} {finding.subject}: ", end="")
            out.print(finding.detail, markup=False)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)
