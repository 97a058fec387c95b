"""Spreadsheets and CSV: a row is a sentence that says what its cells are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.findings import Findings
from ingest.readers.packages import opened
from ingest.readers.sheets import Area, Sheet, rows
from ingest.readers.source import EMPTY, Limits, SourceText
from ingest.readers.text import decode
from ingest.readers.xlsx import Workbook


def read_workbook(path: Path, limits: Limits) -> SourceText:
    """A workbook (XLSX, XLS or ODS): a section for each sheet that is shown.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    findings = Findings()
    blocks: list[str] = []
    for sheet in _sheets(path, limits, findings):
        lines = _lines(rows(sheet, findings)) + [markup.escaped(text) for text in sheet.texts]
        if lines := [line for line in lines if line.strip()]:
            blocks += [markup.heading(sheet.name, 2), *lines]
    return SourceText(clean("\n\n".join(blocks)), "markdown", remarks=findings.remarks())


def _sheets(path: Path, limits: Limits, findings: Findings) -> Iterator[Sheet]:
    if path.suffix.lower() == ".xls":
        yield from _of_calamine(path, findings)
        return
    with opened(path, limits) as archive:
        if "xl/workbook.xml" in archive.namelist():
            yield from Workbook(archive, path.name, findings).sheets()
        else:
            yield from _of_calamine(path, findings)


def _of_calamine(path: Path, findings: Findings) -> Iterator[Sheet]:
    """The sheets of a binary or an OpenDocument workbook."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        for about in workbook.sheets_metadata:
            if about.visible != SheetVisibleEnum.Visible:
                findings.note(RemarkKind.HIDDEN, "hidden sheets")
                continue
            found = workbook.get_sheet_by_name(about.name)
            merged = [Area(*first, *last) for first, last in found.merged_cell_ranges or ()]
            sheet = Sheet(about.name, merged=merged)
            for at, row in enumerate(found.to_python(skip_empty_area=False)):
                if cells := {i: text for i, cell in enumerate(row) if (text := _shown(cell))}:
                    sheet.cells[at] = cells
            yield sheet
    except CalamineError as error:
        raise UnreadableFileError(
            Fault.PROTECTED if isinstance(error, PasswordError) else Fault.DAMAGED,
            f"{path.name} cannot be read as a spreadsheet: {error}",
            "Save it again as .xlsx, without a password.",
        ) from error


def read_csv(path: Path, limits: Limits) -> SourceText:
    """Comma-, semicolon- or tab-separated values.

    Raises:
        UnreadableFileError: The encoding cannot be told, or a field is longer than any should be.
    """
    text = decode(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        values = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError(
            Fault.DAMAGED, f"{path.name} is no table: {error}", "Save it again as CSV."
        ) from error
    return SourceText(clean("\n\n".join(_lines(values))), "markdown")


def _lines(table: Sequence[Sequence[str]]) -> list[str]:
    """A small table as a table; a longer one as one line a row, each naming its columns.

    A long table is cut into passages, and a row that is found alone must still say what its
    numbers are.
    """
    filled = [list(row) for row in table if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        return [markup.escaped(" ".join(filter(None, row))) for row in filled]
    header, *body = filled
    named = sum(1 for cell in header if cell.strip())
    if named < 2 or named < max(sum(1 for c in row if c.strip()) for row in body):
        return [markup.table(filled)]
    empty = [
        f"{' '.join(name.split())}: {EMPTY}"
        for i, name in enumerate(header)
        if name.strip() and not any(i < len(row) and row[i].strip() for row in body)
    ]
    lines = [list(_named(header, row)) for row in body] + ([empty] if empty else [])
    return [f"- {markup.escaped('; '.join(line))}" for line in lines]


def _named(header: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    for i, cell in enumerate(row):
        name = " ".join(header[i].split()) if i < len(header) else ""
        if value := " ".join(cell.split()):
            yield f"{name}: {value}" if name else value


def _shown(cell: Any) -> str:
    """A cell as a reader of the sheet would write it."""
    match cell:
        case datetime() if cell.time() == time(0):
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case _:
            return str(cell)
