"""Tables: rows and cells, whatever content controls stand around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from assistant.codes import RemarkKind
from ingest.readers.content import Cell, Content, Table
from ingest.readers.findings import Findings
from ingest.readers.opc import is_on, local, value

#: What may stand between a table and its rows, and between a row and its cells.
_AROUND = {"sdt", "sdtContent", "customXml", "ins", "moveTo"}
#: Changes of whole rows and cells: (what the remark calls it, whether the cell stays).
_CHANGES = {
    "ins": ("tracked insertions", True),
    "del": ("tracked deletions", False),
    "cellIns": ("tracked insertions", True),
    "cellDel": ("tracked deletions", False),
}

ContentOf = Callable[[etree._Element], Sequence[Content]]


def table(element: etree._Element, content: ContentOf, findings: Findings) -> Table:
    """A table (``w:tbl``).

    Args:
        element: The table.
        content: What gives the content of a cell.
        findings: Where rows that are left out are counted.
    """
    rows: list[list[Cell]] = []
    headers = 0
    for row in _inside(element, "tr"):
        properties = row.find("{*}trPr")
        if not _stays(properties, findings):
            continue
        if is_on(_property(properties, "hidden")):
            findings.note(RemarkKind.HIDDEN, "hidden rows")
            continue
        if headers == len(rows) and is_on(_property(properties, "tblHeader")):
            headers += 1
        rows.append(list(_cells(row, properties, content, findings)))
    return Table(rows, headers if headers < len(rows) else 0)


def _cells(
    row: etree._Element,
    properties: etree._Element | None,
    content: ContentOf,
    findings: Findings,
) -> Iterator[Cell]:
    if before := _count(_property(properties, "gridBefore"), 0):
        yield Cell((), columns=before)
    for cell in _inside(row, "tc"):
        said = content(cell)
        about = cell.find("{*}tcPr")
        columns = _count(_property(about, "gridSpan"), 1)
        merge = _property(about, "vMerge")
        if merge is not None and value(merge) != "restart":
            yield Cell(None, columns=columns)
        elif _stays(about, findings):
            yield Cell(said, columns=columns)
        else:
            yield Cell((), columns=columns)


def _inside(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in element.iterchildren(etree.Element):
        if local(child) == name:
            yield child
        elif local(child) in _AROUND:
            yield from _inside(child, name)


def _stays(properties: etree._Element | None, findings: Findings) -> bool:
    for name, (what, stays) in _CHANGES.items():
        if _property(properties, name) is not None:
            findings.note(RemarkKind.TRACKED_CHANGES, what)
            return stays
    return True


def _property(properties: etree._Element | None, name: str) -> etree._Element | None:
    return properties.find(f"{{*}}{name}") if properties is not None else None


def _count(element: etree._Element | None, otherwise: int) -> int:
    stated = value(element)
    return int(stated) if stated and stated.isdigit() else otherwise
