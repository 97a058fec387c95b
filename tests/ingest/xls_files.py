"""XLS workbooks for tests, written by hand ([MS-XLS])."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mail_files import ole_file

#: Number of a style: plain, percent, euros, day, struck out, white, shows nothing, GENERAL.
PLAIN, PERCENT, EUROS, DAY, STRUCK, WHITE, BLANK, GENERAL = range(8)
_FORMATS = {164: '"€"#,##0.00', 165: ";;;", 166: "GENERAL"}
#: Font and format of each style.
_STYLES = ((0, 0), (0, 9), (0, 164), (0, 14), (1, 0), (2, 0), (0, 165), (0, 166))


@dataclass
class XlsSheet:
    """A sheet: its cells as (value, style) by row and column, and what is hidden and merged."""

    name: str
    cells: Mapping[tuple[int, int], tuple[str | float, int]]
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    state: int = 0
    kind: int = 0
    text_box: str = ""
    comment: str = ""
    formulas: Mapping[tuple[int, int], float] = field(default_factory=dict)


def xls_file(path: Path, *sheets: XlsSheet, since_1904: bool = False, locked: bool = False) -> Path:
    """Write a workbook."""
    strings: list[str] = []
    bodies = [_sheet(sheet, strings) for sheet in sheets]
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    if locked:
        head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    head += _record(0x0022, struct.pack("<H", since_1904))
    for flags, colour in ((0, 0x7FFF), (8, 0x7FFF), (0, 9)):
        font = struct.pack("<HHHHHBBBBBB", 200, flags, colour, 400, 0, 0, 0, 0, 0, 5, 0)
        head += _record(0x0031, font + b"Arial")
    for number, code in _FORMATS.items():
        head += _record(0x041E, struct.pack("<H", number) + _text(code))
    for font_number, number in _STYLES:
        head += _record(
            0x00E0, struct.pack("<HHHBBBBIIH", font_number, number, 0, 0, 0, 0, 0, 0, 0, 0)
        )
    shared = struct.pack("<II", len(strings), len(strings)) + b"".join(map(_text, strings))
    tail = _record(0x00FC, shared) + _record(0x000A)
    at = len(head) + len(tail) + sum(len(_bound(sheet, 0)) for sheet in sheets)
    for sheet, body in zip(sheets, bodies, strict=True):
        head += _bound(sheet, at)
        at += len(body)
    stream = head + tail + b"".join(bodies)
    path.write_bytes(ole_file({"Workbook": stream.ljust(4096, b"\0")}))
    return path


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _bound(sheet: XlsSheet, place: int) -> bytes:
    name = sheet.name.encode("utf-16-le")
    head = struct.pack("<IBBBB", place, sheet.state, sheet.kind, len(sheet.name), 1)
    return _record(0x0085, head + name)


def _sheet(sheet: XlsSheet, strings: list[str]) -> bytes:
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x20 if sheet.kind else 0x10, 0, 0, 0, 0))
    for column in sheet.hidden_columns:
        out += _record(0x007D, struct.pack("<HHHHHH", column, column, 2000, 0, 1, 0))
    for row in sorted({row for row, _ in sheet.cells}):
        flags = 0x20 if row in sheet.hidden_rows else 0
        out += _record(0x0208, struct.pack("<HHHHHHHH", row, 0, 9, 255, 0, 0, 0x100 | flags, 0))
    for (row, column), (value, style) in sheet.cells.items():
        place = struct.pack("<HHH", row, column, style)
        if isinstance(value, str):
            strings.append(value)
            out += _record(0x00FD, place + struct.pack("<I", len(strings) - 1))
        elif value == int(value) and abs(value) < 2**29:
            out += _record(0x027E, place + struct.pack("<i", int(value) << 2 | 2))
        else:
            out += _record(0x0203, place + struct.pack("<d", value))
    for (row, column), result in sheet.formulas.items():
        formula = struct.pack("<HHHdHIH", row, column, PERCENT, result, 0, 0, 3) + b"\x1e\x01\0"
        out += _record(0x0006, formula)
    for shape, text in ((0x06, sheet.text_box), (0x19, sheet.comment)):
        if text:
            out += _record(0x005D, struct.pack("<HHHHHIII", 0x15, 0x12, shape, 1, 0, 0, 0, 0))
            out += _record(0x01B6, struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, len(text), 16, 0))
            out += _record(0x003C, b"\1" + text.encode("utf-16-le")) + _record(0x003C, bytes(16))
    if sheet.comment:
        out += _record(0x001C, struct.pack("<HHHHH", 0, 0, 0, 1, 0) + b"\0\0")
    if sheet.merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in sheet.merged)
        out += _record(0x00E5, struct.pack("<H", len(sheet.merged)) + areas)
    return out + _record(0x000A)
