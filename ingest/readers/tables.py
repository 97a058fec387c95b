"""Spreadsheets and CSV: a row is a sentence that says what its cells are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.packages import opened
from ingest.readers.source import Limits, SourceText
from ingest.readers.text import decode


def read_workbook(path: Path, limits: Limits) -> SourceText:
    """A workbook (XLSX, XLS or ODS; calamine): a section for each sheet.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    if path.suffix.lower() != ".xls":
        with opened(path, limits):
            pass  # its size is checked before a parser sees it
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [(n, workbook.get_sheet_by_name(n).to_python()) for n in workbook.sheet_names]
    except CalamineError as error:
        raise UnreadableFileError(
            Fault.PROTECTED if isinstance(error, PasswordError) else Fault.DAMAGED,
            f"{path.name} cannot be read as a spreadsheet: {error}",
            "Save it again as .xlsx, without a password.",
        ) from error
    blocks = []
    for name, rows in sheets:
        if lines := _lines([[_shown(cell) for cell in row] for row in rows]):
            blocks += [markup.heading(name, 2), *lines]
    return SourceText(clean("\n\n".join(blocks)), "markdown")


def read_csv(path: Path, limits: Limits) -> SourceText:
    """Comma-, semicolon- or tab-separated values.

    Raises:
        UnreadableFileError: The encoding cannot be told, or a field is longer than any should be.
    """
    text = decode(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError(
            Fault.DAMAGED, f"{path.name} is no table: {error}", "Save it again as CSV."
        ) from error
    return SourceText(clean("\n\n".join(_lines(rows))), "markdown")


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A small table as a table; a longer one as one line a row, each naming its columns.

    A long table is cut into passages, and a row that is found alone must still say what its
    numbers are.
    """
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        return [markup.escaped(" ".join(filter(None, row))) for row in filled]
    header, *body = filled
    named = sum(1 for cell in header if cell.strip())
    if named < 2 or named < max(sum(1 for c in row if c.strip()) for row in body):
        return [markup.table(filled)]
    return [f"- {markup.escaped('; '.join(_named(header, row)))}" for row in body]


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
