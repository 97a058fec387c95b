"""Tables of web pages and books: what spans several rows or columns stands in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from ingest.readers import markup
from ingest.readers.html_tree import elements, local_name, text_of

#: HTML's own limits of what a cell may span (HTML Standard, section 4.9.11).
_MAX_COLUMNS, _MAX_ROWS = 1000, 65534
#: Cells of a table at most: a few attributes can ask for millions.
_MAX_CELLS = 1_000_000


@dataclass(frozen=True)
class HtmlTable:
    """A table as its readers see it.

    Attributes:
        above: Its caption, and what spans its whole width above its head.
        rows: Its rows, each as wide as its cells; several rows of a head are one, which names
            each column in full.
        inner: Tables inside its cells, whose text is not in the rows.
    """

    above: Sequence[str]
    rows: Sequence[Sequence[str]]
    inner: Sequence[etree._Element]


def read_table(table: etree._Element) -> HtmlTable:
    """Read a ``table`` element."""
    rows = list(_rows(table))
    above = [text_of(part) for part in elements(table) if local_name(part) == "caption"]
    while len(rows) > 1 and _is_head(rows[0]) and len(list(_cells(rows[0]))) == 1:
        above.append(text_of(rows.pop(0)))
    grid = _grid(rows)
    head = sum(1 for _ in takewhile(_is_head, rows))
    if 1 < head < len(rows):
        grid[:head] = [markup.column_names(grid[:head])]
    inner = [table for row in rows for cell in _cells(row) for table in _tables(cell)]
    return HtmlTable([line for line in above if line], grid, inner)


def is_layout(table: etree._Element) -> bool:
    """Whether a table only places parts of a page: it has one column, or its cells have headings
    or, without heads of columns, tables of their own."""
    if (table.get("role") or "") in {"presentation", "none"}:
        return True
    rows = [list(_cells(row)) for row in _rows(table)]
    cells = [cell for row in rows for cell in row]
    names = {local_name(inner) for cell in cells for inner in cell.iter(etree.Element)}
    if names & {"h1", "h2", "h3", "h4", "h5", "h6"} or all(len(row) < 2 for row in rows):
        return True
    return "table" in names and not any(local_name(cell) == "th" for cell in cells)


def cells_of(table: etree._Element) -> Iterator[etree._Element]:
    """The caption and the cells of a table, in order."""
    yield from (part for part in elements(table) if local_name(part) == "caption")
    for row in _rows(table):
        yield from _cells(row)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, without those of tables inside it: the head first, the foot last."""
    order = {"thead": 0, "tfoot": 2}
    for part in sorted(elements(table), key=lambda part: order.get(local_name(part), 1)):
        if local_name(part) == "tr":
            yield part
        elif local_name(part) in {"thead", "tbody", "tfoot"}:
            yield from (row for row in elements(part) if local_name(row) == "tr")


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (cell for cell in elements(row) if local_name(cell) in {"td", "th"})


def _tables(element: etree._Element) -> Iterator[etree._Element]:
    for child in elements(element):
        if local_name(child) == "table":
            yield child
        else:
            yield from _tables(child)


def _is_head(row: etree._Element) -> bool:
    parent = row.getparent()
    if parent is not None and local_name(parent) == "thead":
        return True
    cells = [local_name(cell) for cell in _cells(row)]
    return bool(cells) and set(cells) == {"th"}


def _grid(rows: Sequence[etree._Element]) -> list[list[str]]:
    widths = [sum(_span(cell, "colspan", _MAX_COLUMNS) for cell in _cells(row)) for row in rows]
    left = _MAX_CELLS
    reaching: dict[int, tuple[int, str]] = {}  # column: rows below that it reaches into, text
    grid = []
    group = None
    for row in rows:
        if row.getparent() is not group:  # no cell reaches beyond its group
            group = row.getparent()
            reaching.clear()
        line: list[str] = []
        cells = list(_cells(row))
        for cell in cells:
            _reach_down(line, reaching)
            text = text_of(cell, without=("table",))
            columns = _span(cell, "colspan", _MAX_COLUMNS) if left > 0 else 1
            # What stands across all columns is a line of its own between the rows.
            across = len(cells) == 1 and not line and columns == max(widths)
            height = _height(cell)
            for i in range(columns):
                if height > 1:
                    reaching[len(line)] = (height - 1, text)
                line.append("" if across and i else text)
        _reach_down(line, reaching, to_the_end=True)
        left -= len(line)
        grid.append(line)
    return grid


def _reach_down(
    line: list[str], reaching: dict[int, tuple[int, str]], to_the_end: bool = False
) -> None:
    """Put in the cells of the rows above that reach into this one."""
    while len(line) in reaching or (to_the_end and any(column > len(line) for column in reaching)):
        rows, text = reaching.pop(len(line), (0, ""))
        if rows > 1:
            reaching[len(line)] = (rows - 1, text)
        line.append(text)


def _span(cell: etree._Element, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    return min(most, max(1, int(value))) if value.isdecimal() and len(value) < 9 else 1


def _height(cell: etree._Element) -> int:
    # Zero means: to the end of the group.
    return _MAX_ROWS if cell.get("rowspan") == "0" else _span(cell, "rowspan", _MAX_ROWS)
