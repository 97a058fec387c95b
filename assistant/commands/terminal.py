"""What all commands print with."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

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

from assistant.errors import TrilogueError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@contextmanager
def explained() -> Iterator[None]:
    """Print an error with its remedy and exit with its code, instead of a traceback."""
    try:
        yield
    except TrilogueError as error:
        err.print("[bold red]Error:[/] ", end="")
        err.print(error.message, markup=False)
        if error.hint:
            err.print(error.hint, markup=False)
        raise typer.Exit(error.exit_code) from error


@contextmanager
def counting(things: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; what it gives is told how many things are done, and of how many."""
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(things),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
