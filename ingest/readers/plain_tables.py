"""Tables of plain texts: columns parted by tabs or by drawn lines; and their tables of contents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import regex

from ingest.readers.source import CELL, EMPTY

#: A line of a drawn frame, and what it draws between cells.
_FRAME: Final = regex.compile(r"\s*[\u2500-\u257f](?:[\u2500-\u257f\s])*$")
_DRAWN: Final = regex.compile(r"\s*[\u2502\u2503\u2551]\s*")
#: The mark of an item, behind which a tab is no column.
_MARK: Final = regex.compile(r"\(?\w{1,3}[.)]|\p{Nd}{1,3}|[^\w\s]|[①-⑳]")
#: A line of a table of contents: its dots and its page.
_LED: Final = regex.compile(
    r"\s*(.{0,120}?\S)\s*(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,})\s*\p{Nd}{1,4}\s*$"
)
_LEAST_LINES: Final = 3


def with_rows(text: str) -> str:
    """A text whose tables are rows of cells."""
    lines: list[str] = []
    for width, group in groupby(text.split("\n"), key=_width):
        rows = list(group)
        cells = [[cell.strip() for cell in row.strip(" ").split("\t")] for row in rows]
        if width * len(rows) >= 2 * _LEAST_LINES and not all(_MARK.fullmatch(r[0]) for r in cells):
            lines += [CELL.join(cell or EMPTY for cell in row) for row in cells]
        else:
            lines += rows
    return "\n".join(_framed(lines))


def _width(line: str) -> int:
    """How many cells a line has that is parted by tabs; 0 for any other."""
    parted = line.strip(" ")
    is_row = "\t" in parted and parted[0] != "\t" and parted[-1] != "\t"
    return parted.count("\t") + 1 if is_row else 0


def _framed(lines: Sequence[str]) -> list[str]:
    """Lines, those in drawn frames as rows of cells, without the frames."""
    kept: list[str] = []
    for line in lines:
        if _FRAME.fullmatch(line):
            if not _DRAWN.search(line.strip()):
                continue
            line = ""
        cells = _DRAWN.split(line.strip())
        if len(cells) > 2:
            outer = 1 if not cells[0] else 0
            inner = cells[outer : len(cells) - (0 if cells[-1] else 1)]
            kept.append(CELL.join(cell or EMPTY for cell in inner))
        else:
            kept.append(line)
    return kept


def without_contents(text: str) -> tuple[str, list[str]]:
    """A text without its table of contents, and the lines of that: each has dots and a page, and
    stands again in the text as a heading."""
    lines = text.split("\n")
    led = {i: match[1] for i, line in enumerate(lines) if (match := _LED.match(line))}
    others = [line.strip() for i, line in enumerate(lines) if i not in led]
    lengths = {len(label) for label in led.values()}
    beginnings = {line[:length] for line in others for length in lengths}
    listed = {i for i, label in led.items() if label in beginnings}
    if len(listed) < _LEAST_LINES:
        return text, []
    kept = [line for i, line in enumerate(lines) if i not in listed]
    return "\n".join(kept), [lines[i] for i in sorted(listed)]
