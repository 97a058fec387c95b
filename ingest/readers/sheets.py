"""A sheet of a workbook: its texts by row and column, whatever is merged or hidden in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from assistant.codes import RemarkKind
from ingest.readers import markup
from ingest.readers.findings import Findings


class Area(NamedTuple):
    """A rectangle of cells that are one, from the first row and column to the last, from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """A sheet as it is stored.

    Attributes:
        name: Its name.
        cells: The text of each cell that has any, by row and column, from 0.
        merged: Cells that are one.
        hidden_rows: Rows that are not shown.
        hidden_columns: Columns that are not shown.
        texts: What is written in text boxes.
        left_out: Texts that are stored and not shown.
    """

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def tables(sheet: Sheet, findings: Findings) -> list[list[list[str]]]:
    """The rows that are shown, without empty rows and columns, table by table.

    What spans several rows or columns is repeated in each, but for a caption, which spans all
    columns; two rows of headers become one. Hidden rows and columns are left out and counted.
    """
    used = {column for cells in sheet.cells.values() for column in cells}
    _spread(sheet, used)
    columns = sorted(used - sheet.hidden_columns)
    out_rows = sheet.hidden_rows & sheet.cells.keys()
    if sheet.cells:
        findings.note(RemarkKind.HIDDEN, "hidden rows", len(out_rows))
        findings.note(RemarkKind.HIDDEN, "hidden columns", len(used & sheet.hidden_columns))
    places = sorted(sheet.cells.keys() - sheet.hidden_rows)
    found = [[sheet.cells[row].get(column, "") for column in columns] for row in places]
    visible = [row - sum(out < row for out in sheet.hidden_rows) for row in places]
    return [
        _with_one_header(found[start:end], places[start:end], columns, sheet)
        for start, end in pairwise(_starts(found, visible))
    ]


def parted(rows: Sequence[Sequence[str]]) -> list[list[Sequence[str]]]:
    """The tables in some rows, of which those between them are empty."""
    places = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    found = [rows[i] for i in places]
    return [list(found[start:end]) for start, end in pairwise(_starts(found, places))]


def _starts(found: Sequence[Sequence[str]], places: Sequence[int]) -> list[int]:
    """Where tables begin among some rows with their places, and where the last one ends.

    A table begins behind an empty row where a row of names stands above values; what goes on in
    the same way as above the empty row belongs to the same table.
    """
    gaps = [i for i in range(1, len(found)) if places[i] > places[i - 1] + 1]
    begun = [gap for gap, end in pairwise([*gaps, len(found)]) if _begins_table(found[gap:end])]
    return [0, *begun, len(found)] if found else [0]


def _begins_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether some rows have a head of their own: names, each above a column of values, below
    lines of one cell at most."""
    head = next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    below = rows[head + 1 :]
    if not below:
        return False
    valued = [
        column
        for column in range(len(rows[head]))
        if 2 * sum(_is_value(row, column) for row in below) > len(below)
    ]
    return bool(valued) and all(_is_name(rows[head][column]) for column in valued)


def _is_value(row: Sequence[str], column: int) -> bool:
    return column < len(row) and any(c.isdigit() for c in row[column])


def _is_name(cell: str) -> bool:
    return any(c.isalpha() for c in cell) and not any(c.isdigit() for c in cell)


def _spread(sheet: Sheet, used: set[int]) -> None:
    if not used:
        return
    first, last = min(used), max(used)
    for top, left, bottom, right in sheet.merged:
        text = sheet.cells.get(top, {}).get(left, "")
        if not text or (left <= first and right >= last and first < last):
            continue
        span = [column for column in range(left, min(right, last) + 1) if column in used]
        few = range(top, bottom + 1) if bottom - top < len(sheet.cells) else sheet.cells
        for row in few:
            if top <= row <= bottom and row in sheet.cells:
                sheet.cells[row].update(dict.fromkeys(span, text))


def _with_one_header(
    found: list[list[str]], places: Sequence[int], columns: Sequence[int], sheet: Sheet
) -> list[list[str]]:
    """The rows, those of the head as one where names in the first span columns, and all others
    reach down or are empty."""
    start = next((i for i, row in enumerate(found) if sum(map(bool, row)) > 1), None)
    if start is None or start + 2 >= len(found):
        return found
    top, below = places[start], places[start + 1]
    across = list(_columns(a for a in sheet.merged if a.top == top and a.right > a.left))
    down = set(_columns(a for a in sheet.merged if a.top == top and a.bottom >= below))
    others = [
        column not in down and bool(text)
        for column, text in zip(columns, found[start], strict=True)
        if column not in across
    ]
    if not across or not others or any(others):
        return found
    bottom = max((a.bottom for a in sheet.merged if a.top == top and a.right == a.left), default=0)
    end = max(2, sum(place <= bottom for place in places[start:])) + start
    if end >= len(found):
        return found
    return [*found[:start], markup.column_names(found[start:end]), *found[end:]]


def _columns(areas: Iterator[Area]) -> Iterator[int]:
    for area in areas:
        yield from range(area.left, area.right + 1)
