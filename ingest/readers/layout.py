"""Columns and tables of a page, by where its text stands.

The text layer of a PDF is in the order in which the page was drawn, which may go through both
columns line by line. Here lines are cut where a wide gap goes down through several of them
(as in the recursive X-Y cut; Nagy and Seth 1984): wide parts beside each other are columns and
are read one after the other; narrow ones are the cells of a table, and a row of it is a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import regex

from ingest.readers.source import CELL, EMPTY

#: A gap between words that is wider than this many heights of a line divides cells.
_GAP = 1.0
#: A column of running text is at least this share of the page's text in width: three fit.
_COLUMN = 0.22
#: Lines beside each other that make columns, and rows that make a table.
_LINES, _ROWS = 4, 2
#: Steps between lines up to this many times the least are within a row, if the widest step is at
#: least so many times the least.
_TIGHT, _SPREAD = 1.1, 1.25
#: Words of a page beyond which it is a drawing.
_MOST = 20_000
# The mark of a list's item stands apart from its text, and is no cell.
_MARK = regex.compile(r"\(?(?:\p{Nd}{1,3}|\p{L}{1,4})[.)]|[①-⑳•·◦▪■○●☐☑☒\-–*]|\p{Nd}{1,2}")
_ARABIC = regex.compile(r"\p{Arabic}")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True)
class Word:
    """A word and its place in points, from the page's lower left corner.

    Words come in the order of the text, which for Arabic is not that of their places. Their
    height is the font's, not that of their letters.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.bottom + self.top) / 2


@dataclass(frozen=True)
class RuledLine:
    """A horizontal line that is drawn on a page, in points."""

    left: float
    y: float
    right: float


@dataclass(frozen=True)
class _Cell:
    """Words of a line without a wide gap between them."""

    text: str
    left: float
    right: float
    middle: float


_Line = list[_Cell]
_Span = tuple[float, float]


def arranged(words: Sequence[Word], rules: Sequence[RuledLine] = ()) -> str | None:
    """The text of a page column by column, with tables as rows.

    Args:
        words: The words of the page.
        rules: The lines that are drawn on it: between two of them stands a row of a table,
            however many lines of text it has.

    Returns:
        None for a page with neither, which is best read as it was written.
    """
    if not words or len(words) > _MOST:
        return None
    height = median(max(word.top - word.bottom, 1.0) for word in words)
    leftwards = is_leftwards(words)
    lines = [_cells(line, _GAP * height, leftwards) for line in _lines(words, height / 2)]
    if not any(len(line) > 1 for line in lines):
        return None
    width = max(word.right for word in words) - min(word.left for word in words)
    told, changed = _read(lines, _COLUMN * width, leftwards, rules)
    return "\n".join(told) if changed else None


def is_leftwards(words: Iterable[Word]) -> bool:
    """Whether words are read from right to left: most of their letters are Arabic."""
    text = "".join(word.text for word in words)
    return 2 * len(_ARABIC.findall(text)) > len(_LETTER.findall(text))


def on_line(a: Word, b: Word) -> bool:
    """Whether two words stand on one line."""
    return abs(a.middle - b.middle) <= min(a.top - a.bottom, b.top - b.bottom) / 2


def _lines(words: Sequence[Word], tolerance: float) -> list[list[tuple[int, Word]]]:
    """Words with their numbers, by line from the top."""
    lines: list[list[tuple[int, Word]]] = []
    for numbered in sorted(enumerate(words), key=lambda item: -item[1].middle):
        if lines and abs(lines[-1][0][1].middle - numbered[1].middle) <= tolerance:
            lines[-1].append(numbered)
        else:
            lines.append([numbered])
    return lines


def _cells(line: Sequence[tuple[int, Word]], gap: float, leftwards: bool) -> _Line:
    """The words of a line from left to right, those without a wide gap between them together."""
    groups: list[list[tuple[int, Word]]] = []
    end = float("-inf")
    for numbered in sorted(line, key=lambda item: item[1].left):
        word = numbered[1]
        if groups and word.left - end < gap:
            groups[-1].append(numbered)
        else:
            groups.append([numbered])
        end = max(end, word.right) if len(groups[-1]) > 1 else word.right
    first = -1 if leftwards else 0
    if len(groups) > 1 and _MARK.fullmatch(_joined(groups[first])):
        mark = groups.pop(first)
        groups[first] += mark
    return [
        _Cell(
            _joined(group),
            min(word.left for _, word in group),
            max(word.right for _, word in group),
            line[0][1].middle,
        )
        for group in groups
    ]


def _joined(group: Sequence[tuple[int, Word]]) -> str:
    return " ".join(word.text for _, word in sorted(group, key=lambda item: item[0]))


def _read(
    lines: Sequence[_Line], column: float, leftwards: bool, rules: Sequence[RuledLine]
) -> tuple[list[str], bool]:
    """The lines in reading order, and whether there were columns or tables."""
    told: list[str] = []
    changed = False
    i = 0
    while i < len(lines):
        n, gaps = _band(lines[i:])
        band = [_parted(line, gaps) for line in lines[i : i + n]]
        if leftwards:
            band = [row[::-1] for row in band]
        if _are_columns(band, column):
            for k in range(len(gaps) + 1):
                part = [row[k] for row in band if row[k]]
                told += _read(part, column, leftwards, rules)[0]
            changed = True
        elif sum(sum(map(bool, row)) > 1 for row in band) >= _ROWS:
            told += _rows(band, rules)
            changed = True
        else:
            n = 1
            cells = lines[i][::-1] if leftwards else lines[i]
            told.append(" ".join(cell.text for cell in cells))
        i += n
    return told, changed


def _band(lines: Sequence[_Line]) -> tuple[int, list[_Span]]:
    """How many lines from the first one have gaps in common, and these gaps."""
    gaps = [(a.right, b.left) for a, b in zip(lines[0], lines[0][1:], strict=False)]
    if not gaps:
        return 1, []
    n = 1
    for line in lines[1:]:
        left = [span for gap in gaps for span in _without(gap, line)]
        if not left:
            break
        gaps = left
        n += 1
    return n, gaps


def _without(gap: _Span, line: _Line) -> list[_Span]:
    """What of a gap is empty in a line too."""
    start, end = gap
    for cell in line:
        if cell.left <= start and cell.right >= end:
            return []
        if cell.left <= start < cell.right:
            start = cell.right
        elif cell.left < end <= cell.right:
            end = cell.left
        elif start < cell.left and cell.right < end:
            # A cell in the middle of a gap: a gap on each of its sides.
            return [*_without((start, cell.left), []), *_without((cell.right, end), [])]
    return [(start, end)] if end > start else []


def _parted(line: _Line, gaps: Sequence[_Span]) -> list[_Line]:
    """The cells of a line between each two gaps."""
    middles = [(start + end) / 2 for start, end in gaps]
    parts: list[_Line] = [[] for _ in range(len(gaps) + 1)]
    for cell in line:
        parts[sum(cell.left > middle for middle in middles)].append(cell)
    return parts


def _are_columns(band: Sequence[Sequence[_Line]], column: float) -> bool:
    if sum(all(row) for row in band) < _LINES:
        return False
    return all(
        median(part[-1].right - part[0].left for part in parts if part) >= column
        for parts in zip(*band, strict=True)
    )


def _rows(band: Sequence[Sequence[_Line]], rules: Sequence[RuledLine]) -> list[str]:
    """The rows of a table, of which each may have several lines."""
    rows: list[list[str]] = []
    wraps = _wraps(band, rules)
    for row, wrapped in zip(band, wraps, strict=True):
        texts = [" ".join(cell.text for cell in part) for part in row]
        if rows and wrapped:
            rows[-1] = [f"{a} {b}".strip() for a, b in zip(rows[-1], texts, strict=True)]
        else:
            rows.append(texts)
    return [_row(row) for row in rows]


def _row(cells: Sequence[str]) -> str:
    """A row whose empty cells keep their places; one with a single cell is text."""
    filled = [cell for cell in cells if cell]
    return filled[0] if len(filled) == 1 else CELL.join(cell or EMPTY for cell in cells)


def _wraps(band: Sequence[Sequence[_Line]], rules: Sequence[RuledLine]) -> list[bool]:
    """Which lines of a table go on with the row above them.

    Where lines are drawn between rows, those without one between. Else those without a first
    cell, and those with an empty cell that stand closer to the line above than rows do.
    """
    cells = [[cell for part in row for cell in part] for row in band]
    heights = [line[0].middle for line in cells]
    steps = [a - b for a, b in pairwise(heights)]
    left, right = (
        min(c.left for line in cells for c in line),
        max(c.right for line in cells for c in line),
    )
    drawn = [rule.y for rule in rules if rule.left < right and rule.right > left]
    between = [any(b < y < a for y in drawn) for a, b in pairwise(heights)]
    if sum(between) >= _ROWS:
        return [False, *(not ruled for ruled in between)]
    tight = _TIGHT * min(steps, default=0.0)
    spread = max(steps, default=0.0) > _SPREAD * min(steps, default=0.0)
    return [False] + [
        not row[0] or (spread and step <= tight and not all(row))
        for row, step in zip(band[1:], steps, strict=True)
    ]
