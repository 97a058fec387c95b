"""Writing Markdown from what other formats hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

import regex


def escaped(text: str) -> str:
    """Text in which Markdown sees no signs of its own."""
    signs = regex.sub(r"([\\`*_\[\]<>&|#~]|^[=+-])", r"\\\1", text, flags=regex.M)
    # A number that begins a line would begin a list, and might be counted anew.
    return str(regex.sub(r"^(\d+)([.)])", r"\1\\\2", signs, flags=regex.M))


def heading(text: str, level: int) -> str:
    """A heading; ``level`` counts from 1 and is cut to Markdown's six."""
    return f"{'#' * max(1, min(6, level))} {escaped(' '.join(text.split()))}"


def column_names(head: Sequence[Sequence[str]]) -> list[str]:
    """The names of a table's columns: those of all rows of its head, from the top, each once."""
    columns = zip_longest(*head, fillvalue="")
    return [" ".join(dict.fromkeys(filter(None, names))) for names in columns]


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table whose first row is its header; cells on one line each."""
    cells = [[escaped(" ".join(cell.split())) for cell in row] for row in rows]
    if not cells:
        return ""
    width = max(len(row) for row in cells)
    lines = [" | ".join(row + [""] * (width - len(row))) for row in cells]
    return "\n".join(
        [f"| {lines[0]} |", "|---" * width + "|", *(f"| {line} |" for line in lines[1:])]
    )
