"""What XLS workbooks ([MS-XLS], and the BIFF5 before it) say of cells beside their values: how
numbers are shown, and what is hidden, struck out or white."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ingest.errors import locked
from ingest.ole import opened_ole
from ingest.readers.number_formats import BUILT_IN, shown

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_FILEPASS, _BOUNDSHEET, _DATEMODE, _PALETTE = 0x002F, 0x0085, 0x0022, 0x0092
_FONT, _FORMAT, _XF = 0x0031, 0x041E, 0x00E0
_ROW, _COLINFO, _NOTE, _OBJ, _TXO = 0x0208, 0x007D, 0x001C, 0x005D, 0x01B6
_NUMBER, _RK, _MULRK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
#: Cells of other kinds: texts, truth values, errors.
_OTHER_CELLS: Final = frozenset((0x00FD, 0x0204, 0x00D6, 0x0205))
_BIFF8: Final = 0x0600
_CHART_SHEET: Final = 2
_COMMENT: Final = 0x19
_STRUCK, _ROW_HIDDEN, _COLUMN_HIDDEN = 0x08, 0x20, 0x01
#: White, as an index of colours without a palette.
_WHITES: Final = (1, 9)
_ODD_FONT: Final = 4  # no font has this number


@dataclass
class SheetLook:
    """How the cells of a sheet look.

    Attributes:
        numbers: The text of each cell that is a number, by row and column, from 0.
        struck: Cells that are struck out.
        unseen: Cells that are white on nothing, or of a format that shows nothing.
        hidden_rows: Rows that are not shown.
        hidden_columns: Columns that are not shown.
        texts: What is written in text boxes.
        comments: How many comments there are.
        is_chart: Whether it is a sheet of a chart.
    """

    numbers: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    unseen: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    comments: int = 0
    is_chart: bool = False


def sheet_looks(path: Path) -> list[SheetLook]:
    """How the sheets of a workbook look, in order.

    Raises:
        UnreadableFileError: It is damaged, or has a password.
    """
    with opened_ole(path) as ole:
        name = "Workbook" if ole.exists("Workbook") else "Book"
        stream = ole.openstream(name).read()
        book = _Book(stream, path.name)
        return [book.look(place, kind) for place, kind in book.sheets]


class _Book:
    """The part of a workbook that is about all of its sheets."""

    def __init__(self, stream: bytes, name: str) -> None:
        self._stream = stream
        self.sheets: list[tuple[int, int]] = []
        self._since_1904 = False
        self._is_biff8 = True
        has_palette = False
        codes = dict(BUILT_IN)
        fonts: list[tuple[bool, bool]] = []
        styles: list[tuple[int, int, bool]] = []
        for kind, data in _records(stream, 0):
            if kind == _BOF:
                self._is_biff8 = struct.unpack_from("<H", data)[0] == _BIFF8
            elif kind == _FILEPASS:
                raise locked(name)
            elif kind == _BOUNDSHEET:
                place, _, sheet_kind = struct.unpack_from("<IBB", data)
                self.sheets.append((place, sheet_kind))
            elif kind == _DATEMODE:
                self._since_1904 = data[:2] == b"\1\0"
            elif kind == _PALETTE:
                has_palette = True
            elif kind == _FONT:
                if len(fonts) == _ODD_FONT:
                    fonts.append((False, False))
                _, flags, colour = struct.unpack_from("<HHH", data)
                fonts.append((bool(flags & _STRUCK), colour in _WHITES))
            elif kind == _FORMAT:
                (number,) = struct.unpack_from("<H", data)
                codes[number] = self._code(data[2:])
            elif kind == _XF:
                font, code = struct.unpack_from("<HH", data)
                # In BIFF8 the kind of a cell's ground stands in these six bits.
                is_bare = len(data) >= 20 and data[17] >> 2 == 0
                styles.append((font, code, is_bare))
        self._formats = [codes.get(code, "General") for _, code, _ in styles]
        none = (False, False)
        looks = [fonts[font] if font < len(fonts) else none for font, _, _ in styles]
        self._struck = [struck for struck, _ in looks]
        self._white = [
            white and is_bare and not has_palette
            for (_, white), (_, _, is_bare) in zip(looks, styles, strict=True)
        ]

    def look(self, place: int, kind: int) -> SheetLook:
        """How the sheet looks that begins at a place of the stream."""
        look = SheetLook(is_chart=kind == _CHART_SHEET)
        if look.is_chart:
            return look
        shape, letters = 0, 0
        for record, data in _records(self._stream, place):
            if record == _ROW and len(data) >= 14 and data[12] & _ROW_HIDDEN:
                look.hidden_rows.add(int.from_bytes(data[:2], "little"))
            elif record == _COLINFO and len(data) >= 10 and data[8] & _COLUMN_HIDDEN:
                first, last = struct.unpack_from("<HH", data)
                look.hidden_columns.update(range(first, last + 1))
            elif record == _NOTE:
                look.comments += 1
            elif record == _OBJ and len(data) >= 6:
                (shape,) = struct.unpack_from("<H", data, 4)
            elif record == _TXO and len(data) >= 12:
                (letters,) = struct.unpack_from("<H", data, 10)
                if letters and shape != _COMMENT:
                    look.texts.append("")
            elif record == _CONTINUE and letters and data:
                text = data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1", "replace")
                if shape != _COMMENT:
                    look.texts[-1] += text[:letters]
                letters = max(letters - len(text), 0)
            elif record in _OTHER_CELLS:
                row, column, style = struct.unpack_from("<HHH", data)
                self._note(look, (row, column), style, None)
            else:
                for row, column, style, number in _numbers(record, data):
                    self._note(look, (row, column), style, number)
        return look

    def _note(self, look: SheetLook, at: tuple[int, int], style: int, number: float | None) -> None:
        code = self._formats[style] if style < len(self._formats) else "General"
        bare = code.replace(" ", "")
        if number is not None:
            look.numbers[at] = shown(number, code, since_1904=self._since_1904)
        if style < len(self._struck) and self._struck[style]:
            look.struck.add(at)
        is_white = style < len(self._white) and self._white[style]
        if is_white or bare == ";;;" or (bare == ";;" and number is not None):
            look.unseen.add(at)

    def _code(self, data: bytes) -> str:
        if not self._is_biff8:
            return data[1 : 1 + data[0]].decode("latin-1")
        size, is_wide = struct.unpack_from("<HB", data)
        return (
            data[3 : 3 + 2 * size].decode("utf-16-le", "replace")
            if is_wide & 1
            else data[3 : 3 + size].decode("latin-1")
        )


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of a part of a workbook, without what is drawn within it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind == _BOF:
            depth += 1
        if depth == 1:
            yield kind, stream[at : at + size]
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += size


def _numbers(record: int, data: bytes) -> Iterator[tuple[int, int, int, float]]:
    """The numbers in a record: row, column, style and value of each."""
    if record == _MULRK:
        row, first = struct.unpack_from("<HH", data)
        for i, at in enumerate(range(4, len(data) - 7, 6)):
            (style,) = struct.unpack_from("<H", data, at)
            yield row, first + i, style, _unpacked(data[at + 2 : at + 6])
    elif record == _RK:
        row, column, style = struct.unpack_from("<HHH", data)
        yield row, column, style, _unpacked(data[6:10])
    elif record == _NUMBER or (record == _FORMULA and data[12:14] != b"\xff\xff"):
        row, column, style, number = struct.unpack_from("<HHHd", data)
        yield row, column, style, number


def _unpacked(data: bytes) -> float:
    """A number in four bytes: the first half of one of eight, or an integer of 30 bits, in
    hundredths or not."""
    (packed,) = struct.unpack("<i", data)
    if packed & 2:
        number = float(packed >> 2)
    else:
        (number,) = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", packed & ~3))
    return number / 100 if packed & 1 else number
