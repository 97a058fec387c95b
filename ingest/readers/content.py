"""What documents of word processors are made of, and how it is written as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from ingest.readers import markup

_SENTENCE_END = regex.compile(r"[.!?؟。]['\"”’)\]]*\s*$")
#: A heading that is longer, or as long as the second and a sentence, is text in the style of one.
_LONGEST_HEADING = 200
_LONGEST_SENTENCE = 60
#: No table has more columns; a span that says so is wrong.
_MOST_COLUMNS = 500


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: Its words, with the number that the program shows before it.
        level: Of a heading, from 1; 0 for any other paragraph.
        bullet: Whether it is an item of a list without numbers.
    """

    text: str
    level: int = 0
    bullet: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        content: What is in it; None for a cell that continues the one above.
        rows: How many rows it spans, where the format says so in the first of them.
        columns: How many columns it spans.
    """

    content: Sequence[Content] | None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        rows: Its rows, each with the cells that begin in it, from the first column to the last.
        headers: How many rows are marked as its header.
    """

    rows: Sequence[Sequence[Cell]]
    headers: int = 0


Content = Paragraph | Table


def markdown(content: Iterable[Content]) -> str:
    """Markdown of some paragraphs and tables."""
    return "\n\n".join(_blocks(content))


def _blocks(content: Iterable[Content]) -> Iterator[str]:
    for part in content:
        if isinstance(part, Table):
            if boxed := _in_a_box(part):
                yield from _blocks(boxed)
            elif rows := grid(part):
                yield markup.table(rows)
        elif text := part.text.strip():
            if part.level and is_heading(text):
                yield markup.heading(text, part.level)
            else:
                yield f"- {markup.escaped(text)}" if part.bullet else markup.escaped(text)


def _in_a_box(table: Table) -> Sequence[Content]:
    """The content of a table of one cell, which is a frame around it."""
    if len(table.rows) == len(table.rows[0] if table.rows else ()) == 1:
        return table.rows[0][0].content or ()
    return ()


def is_heading(text: str) -> bool:
    """Whether what is in the style of a heading can be one: it is not empty, and no long sentence,
    which would be no text then."""
    sentence = _SENTENCE_END.search(text)
    return 0 < len(text) <= (_LONGEST_SENTENCE if sentence else _LONGEST_HEADING)


def in_one_line(content: Iterable[Content]) -> str:
    """Some content as the text of a cell or a note; the rows of a table as a list."""
    parts = []
    for part in content:
        if isinstance(part, Table):
            rows = (list(filter(None, row)) for row in grid(part))
            parts.append("; ".join(_listed(row) for row in rows if row))
        else:
            parts.append(" ".join(part.text.split()))
    return " ".join(filter(None, parts))


def _listed(row: Sequence[str]) -> str:
    first, *others = row
    return f"{first}: {', '.join(others)}" if others else first


def grid(table: Table) -> list[list[str]]:
    """The texts of a table's cells, by row and column.

    A cell that spans several rows or columns is repeated in each of them, so that every row says
    what it belongs to; only one that spans the whole width, a caption, stands once. Two rows of
    headers become one.
    """
    width = min(
        _MOST_COLUMNS, max((sum(cell.columns for cell in row) for row in table.rows), default=0)
    )
    rows: list[list[str]] = []
    spans: dict[int, tuple[int, str]] = {}  # column: (rows that are left, text)
    for cells in table.rows:
        rows.append(_row(cells, width, rows[-1] if rows else [], spans))
    return _with_one_header(rows, _header_rows(table, width))


def _row(
    cells: Sequence[Cell], width: int, above: Sequence[str], spans: dict[int, tuple[int, str]]
) -> list[str]:
    row: list[str] = []

    def take_what_hangs_down() -> None:
        while len(row) < width and (hanging := spans.pop(len(row), None)):
            left, text = hanging
            if left > 1:
                spans[len(row)] = (left - 1, text)
            row.append(text)

    for cell in cells:
        take_what_hangs_down()
        column = len(row)
        columns = max(1, min(cell.columns, width - column))
        if cell.content is None:
            row += list(above[column : column + columns]) or [""]
            continue
        text = in_one_line(cell.content)
        once = columns == width > 1
        row += [text] + ["" if once else text] * (columns - 1)
        if cell.rows > 1:
            spans.update({column + i: (cell.rows - 1, text) for i in range(columns) if not once})
    take_what_hangs_down()
    return row + [""] * (width - len(row))


def _header_rows(table: Table, width: int) -> int:
    """How many rows the header has: as marked, else two where names in the first span columns
    and all the others reach down beside them, or are empty."""
    if table.headers > 1:
        return table.headers
    first = table.rows[0] if table.rows else ()
    spanning = [cell for cell in first if 1 < cell.columns < width]
    others = [cell for cell in first if cell.columns == 1]
    if not spanning or len(table.rows) < 3:
        return 1
    below = {
        column for column, cell in _columns(table.rows[1]) if cell.content is None
    }  # continued from above, in formats that say so below
    reaching = all(
        cell.rows > 1 or column in below or not in_one_line(cell.content or ())
        for column, cell in _columns(first)
        if cell in others
    )
    return 2 if others and reaching else 1


def _columns(cells: Sequence[Cell]) -> Iterator[tuple[int, Cell]]:
    column = 0
    for cell in cells:
        yield column, cell
        column += cell.columns


def _with_one_header(rows: list[list[str]], headers: int) -> list[list[str]]:
    if headers < 2 or len(rows) <= headers:
        return rows
    return [markup.column_names(rows[:headers]), *rows[headers:]]
