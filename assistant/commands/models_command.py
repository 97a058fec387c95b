"""``trilogue models``: fetch and list the open models."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from assistant.commands.terminal import Json, err, explained, out, print_json
from assistant.settings import get_settings

models_app = typer.Typer(no_args_is_help=True, help="Fetch and list the open models.")


@models_app.command("pull")
def models_pull(
    names: Annotated[list[str] | None, typer.Argument(help="Default: those in use.")] = None,
) -> None:
    """Fetch model weights into the cache: resumable, and checked before use."""
    from assistant.models.catalogue import catalogue, find_model
    from assistant.models.weights import fetch, is_present

    with explained():
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
        print_json(rows)
        return
    table = Table("name", "kind", "size", "licence", "here")
    for row in rows:
        size = f"{row['bytes'] / 1e9:.1f} GB"
        table.add_row(
            row["name"], row["kind"], size, row["licence"], "yes" if row["present"] else "no"
        )
    out.print(table)
