"""``trilogue models``: fetch and list the open models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import psutil
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
from assistant.settings import Settings, get_settings

if TYPE_CHECKING:
    from assistant.models.catalogue import ModelEntry

#: What is said of a model in the list.
_MARKS = {"in_use": "in use", "present": "here", "untried": "untried"}

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
        here = [None if settings.embedder_url else settings.embedder, settings.generator]
        used = [name for name in here if name in catalogue()]
        for entry in [find_model(name) for name in names or used]:
            if is_present(settings.models_dir, entry):
                out.print(f"{entry.title}: already here.")
                continue
            out.print(f"{entry.title}, licence: {entry.licence} <{entry.licence_url}>")
            if not any(entry.files.values()):
                out.print("No sha256 of it is published: what arrives cannot be checked.")
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
    """List the models that can be fetched: licence, size, memory, and what is here."""
    from assistant.models.catalogue import catalogue

    with explained():
        settings = get_settings()
        memory = psutil.virtual_memory().total
        rows = [_row(entry, settings, memory) for entry in catalogue().values()]
    if as_json:
        print_json(rows)
        return
    table = Table("model", "languages", box=None, pad_edge=False)
    for column in ("size", "memory"):
        table.add_column(column, justify="right")
    for column in ("fits", ""):
        table.add_column(column)
    for row in rows:
        kind = " (embedder)" if row["kind"] == "embedder" else ""
        table.add_row(
            f"{row['name']}{kind}\n  [dim]{row['licence']}[/]",
            " ".join(row["languages"]),
            f"{row['bytes'] / 1e9:.1f} GB",
            f"{row['memory_bytes'] / 2**30:.1f} GiB",
            "yes" if row["fits"] else "no",
            "\n".join(_MARKS[mark] for mark in _MARKS if row[mark]),
        )
    out.print(table)
    out.print(
        f"\nfits: whether this machine's {memory / 2**30:.1f} GiB hold the model and the service."
        "\nuntried: nobody has run it with Trilogue; how well it answers is not measured."
        "\nTRILOGUE_GENERATOR=NAME uses one, 'trilogue models pull NAME' fetches it."
    )


def _row(entry: ModelEntry, settings: Settings, memory: int) -> dict[str, Any]:
    from assistant.models.memory import SERVICE_BYTES, memory_needed
    from assistant.models.weights import is_present

    needed = memory_needed(entry, settings)
    service = SERVICE_BYTES if entry.kind == "generator" else 0
    embeds = entry.kind == "embedder"
    used = settings.embedder if embeds else settings.generator
    served = settings.embedder_url if embeds else settings.generator_url
    return {
        "name": entry.name,
        "kind": entry.kind,
        "title": entry.title,
        "languages": entry.languages,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "source": f"https://huggingface.co/{entry.hub.repository}",
        "bytes": entry.bytes,
        "memory_bytes": needed,
        "fits": needed + service <= memory,
        "present": is_present(settings.models_dir, entry),
        "in_use": entry.name == used and not served,
        "untried": entry.untried,
    }
