"""OpenDocument spreadsheets (ISO/IEC 26300): the sheets as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from zipfile import ZipFile

from lxml import etree

from assistant.codes import RemarkKind
from ingest.readers.findings import Findings
from ingest.readers.opc import local, value
from ingest.readers.opendocument import strikes
from ingest.readers.packages import refuse_locked, xml
from ingest.readers.sheets import Area, Sheet

#: A row or a column that is stored once stands for no more: those beyond are empty for sure.
_MOST_REPEATED = 1000
_HIDING = {"collapse", "filter"}
_SIGNS = {"s": " ", "tab": " ", "line-break": " "}


def open_sheets(archive: ZipFile, name: str, findings: Findings) -> Iterator[Sheet]:
    """The sheets of an OpenDocument workbook that are shown, in order.

    Args:
        archive: The file, opened.
        name: What it is called, for errors.
        findings: Where what is left out is counted.

    Raises:
        UnreadableFileError: It is damaged or protected.
    """
    refuse_locked(archive, name)
    content = xml(archive.read("content.xml"), name)
    reader = _Reader(content, findings)
    for table in content.iterfind("{*}body/{*}spreadsheet/{*}table"):
        yield reader.sheet(table)


class _Reader:
    def __init__(self, content: etree._Element, findings: Findings) -> None:
        self._findings = findings
        styles = {value(style, "name") or "": style for style in content.iter("{*}style")}
        self._struck = {
            name for name, style in styles.items() if strikes(style.find("{*}text-properties"))
        }
        self._hidden = {
            name
            for name, style in styles.items()
            if value(style.find("{*}table-properties"), "display") == "false"
        }

    def sheet(self, table: etree._Element) -> Sheet:
        """A table; without its cells if it is hidden."""
        sheet = Sheet(value(table, "name") or "")
        if value(table, "style-name") in self._hidden:
            self._findings.note(RemarkKind.HIDDEN, "hidden sheets")
            sheet.left_out += map(str, table.itertext())
            return sheet
        at = 0
        for column in _below(table, "table-column"):
            repeated = _number(column, "number-columns-repeated")
            if value(column, "visibility") in _HIDING:
                sheet.hidden_columns.update(range(at, at + min(repeated, _MOST_REPEATED)))
            at += repeated
        at = 0
        for row in _below(table, "table-row"):
            repeated = _number(row, "number-rows-repeated")
            cells = self._cells(row, at, sheet)
            hidden = value(row, "visibility") in _HIDING
            for place in range(at, at + min(repeated, _MOST_REPEATED)) if cells else ():
                sheet.cells[place] = dict(cells)
                if hidden:
                    sheet.hidden_rows.add(place)
            if hidden:
                sheet.left_out += cells.values()
            at += repeated
        for cells in sheet.cells.values():
            sheet.left_out += [text for i, text in cells.items() if i in sheet.hidden_columns]
        shapes = table.iterfind("{*}shapes//{*}p")
        sheet.texts += filter(None, map(self._said, shapes))
        return sheet

    def _cells(self, row: etree._Element, at: int, sheet: Sheet) -> dict[int, str]:
        cells: dict[int, str] = {}
        column = 0
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            repeated = _number(cell, "number-columns-repeated")
            if local(cell) == "table-cell" and (text := self._text(cell, sheet)):
                cells |= dict.fromkeys(range(column, column + min(repeated, _MOST_REPEATED)), text)
            across, down = (_number(cell, f"number-{what}-spanned") for what in ("columns", "rows"))
            if across > 1 or down > 1:
                sheet.merged.append(Area(at, column, at + down - 1, column + across - 1))
            column += repeated
        return cells

    def _text(self, cell: etree._Element, sheet: Sheet) -> str:
        """What a cell shows; a day in the order of ISO 8601."""
        if cell.find("{*}annotation") is not None:
            self._findings.note(RemarkKind.COMMENTS, "comments")
        for shape in cell.iterchildren("{*}frame", "{*}custom-shape", "{*}rect", "{*}g"):
            sheet.texts += filter(None, map(self._said, shape.iter("{*}p")))
        text = " ".join(filter(None, map(self._said, cell.iterchildren("{*}p"))))
        if text and value(cell, "style-name") in self._struck:
            self._findings.note(RemarkKind.HIDDEN, "struck-out passages")
            sheet.left_out.append(text)
            return ""
        if day := value(cell, "date-value"):
            return day.replace("T", " ").removesuffix(" 00:00:00")
        return text or (value(cell, "value") or "" if len(cell) == 0 else "")

    def _said(self, element: etree._Element) -> str:
        """The text of a paragraph without what is struck out in it."""
        return " ".join("".join(self._pieces(element)).split())

    def _pieces(self, element: etree._Element) -> Iterator[str]:
        yield element.text or ""
        for child in element.iterchildren(etree.Element):
            if value(child, "style-name") in self._struck:
                self._findings.note(RemarkKind.HIDDEN, "struck-out passages")
            elif local(child) not in {"annotation", "ruby-text"}:
                yield _SIGNS.get(local(child), "")
                yield from self._pieces(child)
            yield child.tail or ""


def _below(table: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows or columns of a table, whatever groups them."""
    groups = {f"{name}s", f"{name}-group", f"{name.replace('table-', 'table-header-')}s"}
    for child in table.iterchildren(etree.Element):
        if local(child) == name:
            yield child
        elif local(child) in groups:
            yield from _below(child, name)


def _number(element: etree._Element, name: str) -> int:
    stated = value(element, name) or ""
    return int(stated) if stated.isdecimal() and len(stated) < 9 else 1
