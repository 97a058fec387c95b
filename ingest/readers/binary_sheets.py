"""Binary workbooks: XLS, and what is called XLSX and holds XLSB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers.biff import SheetLook, sheet_looks
from ingest.readers.findings import Findings
from ingest.readers.sheets import Area, Sheet


def binary_sheets(path: Path, findings: Findings) -> Iterator[Sheet]:
    """The sheets that are shown, in order. Of XLSB the values are known, and not how they look.

    Raises:
        UnreadableFileError: It is damaged or has a password.
    """
    looks = sheet_looks(path) if path.suffix.lower() == ".xls" else []
    try:
        workbook = CalamineWorkbook.from_path(path)
        listed = workbook.sheets_metadata
        if looks and len(looks) != len(listed):
            raise CalamineError("its list of sheets is wrong")
        for about, look in zip(listed, looks or map(_plain, listed), strict=True):
            if about.visible != SheetVisibleEnum.Visible:
                findings.note(RemarkKind.HIDDEN, "hidden sheets")
            elif look.is_chart:
                findings.note(RemarkKind.LEFT_OUT, "sheets of a chart")
            else:
                yield _sheet(workbook, about.name, look, findings)
    except CalamineError as error:
        raise UnreadableFileError(
            Fault.PROTECTED if isinstance(error, PasswordError) else Fault.DAMAGED,
            f"{path.name} cannot be read as a spreadsheet: {error}",
            "Save it again as .xlsx, without a password.",
        ) from error


def _plain(_: object) -> SheetLook:
    return SheetLook()


def _sheet(workbook: CalamineWorkbook, name: str, look: SheetLook, findings: Findings) -> Sheet:
    found = workbook.get_sheet_by_name(name)
    sheet = Sheet(
        name,
        merged=[Area(*first, *last) for first, last in found.merged_cell_ranges or ()],
        hidden_rows=look.hidden_rows,
        hidden_columns=look.hidden_columns,
        texts=[line for text in look.texts for line in text.splitlines()],
    )
    findings.note(RemarkKind.COMMENTS, "comments", look.comments)
    for row, values in enumerate(found.to_python(skip_empty_area=False)):
        cells: dict[int, str] = {}
        for column, value in enumerate(values):
            at = (row, column)
            text = look.numbers[at] if at in look.numbers else _shown(value).strip()
            if not text:
                continue
            if at in look.struck:
                findings.note(RemarkKind.HIDDEN, "struck-out passages")
            elif at in look.unseen:
                findings.note(RemarkKind.HIDDEN, "white cells, or of an empty format")
            else:
                cells[column] = text
        if cells:
            sheet.cells[row] = cells
    return sheet


def _shown(cell: Any) -> str:
    """A cell as a reader of the sheet would write it."""
    match cell:
        case bool():
            return str(cell).upper()
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
