"""Which text of a PDF's page its readers do not see: invisible, white, covered, or off the page.

Such text is told by looking: what has the colour of its ground, and what does not change the
picture of its page, cannot be seen. So white letters on a dark ground are text, and letters below
a picture are none. Pictures are made only of pages on which something may be hidden.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import sqrt
from typing import Any, Final, Self

import pypdfium2
import pypdfium2.raw as raw

from ingest.readers.layout import RuledLine

Box = tuple[float, float, float, float]

#: Pixels a point, and pixels of a picture at most.
_SCALE: Final = 1.5
_PIXELS: Final = 3_000_000
#: Steps of grey, of 255, by which letters must differ from their ground to be seen; and by which
#: a scanned letter does.
_CONTRAST, _INK = 12, 60
#: A colour is light from here on, and dark up to here; paint is thin up to this many points.
_LIGHT, _DARK, _THIN = 190, 110, 3.0
#: Letters that are less high, in points, are there for no reader.
_SMALLEST: Final = 1.5
#: Objects of a page beyond which each is not looked at: it is a drawing.
_MOST: Final = 20_000
_INVISIBLE: Final = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
_SHAPES: Final = frozenset(
    {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING}
)


@dataclass
class Survey:
    """What is drawn on a page.

    Attributes:
        doubtful: Whether some of its text may be hidden.
        turned: Whether some of its text may be turned.
        pictured: Share of the page that pictures cover.
        rules: Its horizontal lines.
    """

    doubtful: bool = False
    turned: bool = False
    pictured: float = 0.0
    rules: list[RuledLine] = field(default_factory=list)


@dataclass(frozen=True)
class Letter:
    """A letter of a page.

    Attributes:
        text: It.
        box: Where it stands: left, bottom, right and top, in points.
        run: Handle of the text object that it belongs to; None where none was looked up.
        turn: Quarter turns to the left that it is turned by; None for a slant.
    """

    text: str
    box: Box
    run: Any = None
    turn: int | None = 0


def survey(page: pypdfium2.PdfPage) -> Survey:
    """What is drawn on a page, as far as it bears on how its text is read."""
    found = Survey()
    width, height = page.get_size()
    left, bottom, right, top = page.get_bbox()
    text_above = dark_below = False
    seen = 0
    for item in islice(page.get_objects(), _MOST):
        seen += 1
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            text_above = True
            found.turned |= item.level > 0 or _is_turned(item)
            a, b, c, d = item.get_bounds()
            off = item.level == 0 and (c <= left or a >= right or d <= bottom or b >= top)
            found.doubtful |= dark_below or off or _is_doubtful(item)
        elif item.type in _SHAPES:
            a, b, c, d = item.get_bounds()
            if item.type == raw.FPDF_PAGEOBJ_IMAGE:
                found.pictured += (c - a) * (d - b) / max(width * height, 1.0)
            elif item.type == raw.FPDF_PAGEOBJ_PATH:
                if item.level == 0:
                    found.rules += _rules(item, (a, b, c, d))
                if not _is_filled(item):
                    continue
            if item.level == 0 and min(c - a, d - b) <= _THIN:
                continue
            found.doubtful |= text_above
            dark_below |= item.type == raw.FPDF_PAGEOBJ_PATH and _is_dark(item)
    if seen == _MOST:
        found.doubtful = found.turned = True
    return found


def hidden(
    page: pypdfium2.PdfPage, words: Sequence[Sequence[Letter]], pictured: float
) -> tuple[set[int], bool]:
    """The words that cannot be seen.

    Words that cannot be seen over the ink of a picture are the text layer of a scan, if they are
    most of the page's words and pictures cover most of it; these are kept.

    Args:
        page: The page.
        words: Its words, by their letters.
        pictured: Share of the page that pictures cover.

    Returns:
        The numbers of the words, and whether the page is a scan with a text layer.
    """
    pictures = _Pictures(page, words)
    unseen = {i for i, word in enumerate(words) if not pictures.shows(word)}
    if pictured >= 0.5 and 2 * len(unseen) >= len(words):
        layer = {i for i in unseen if pictures.has_ink(words[i])}
        return unseen - layer, bool(layer)
    return unseen, False


class _Pictures:
    """A page as it looks, and as it looks without its text."""

    def __init__(self, page: pypdfium2.PdfPage, words: Sequence[Sequence[Letter]]) -> None:
        found = (letter.run for word in words for letter in word)
        runs = {_address(run): run for run in found if run}
        self._paints = {at: _Paint.of(run) for at, run in runs.items()}
        width, height = page.get_size()
        self._scale = min(_SCALE, sqrt(_PIXELS / max(width * height, 1.0)))
        self._page = page
        self._whole = self._picture()
        try:
            for run in runs.values():
                raw.FPDFPageObj_SetIsActive(run, False)
            self._ground = self._picture()
        finally:
            for run in runs.values():
                raw.FPDFPageObj_SetIsActive(run, True)

    def shows(self, word: Sequence[Letter]) -> bool:
        """Whether at least half of a word's letters can be seen."""
        return 2 * sum(map(self._shows, word)) >= len(word)

    def has_ink(self, word: Sequence[Letter]) -> bool:
        """Whether something is drawn where a word stands."""
        rows = [self._whole[row] for letter in word for row in self._rows(letter.box)]
        shades = b"".join(rows)
        return bool(shades) and max(shades) - min(shades) >= _INK

    def _shows(self, letter: Letter) -> bool:
        if not letter.run:
            return True
        paint = self._paints[_address(letter.run)]
        left, bottom, right, top = letter.box
        if paint.invisible or max(right - left, top - bottom) < _SMALLEST:
            return False
        rows = self._rows(letter.box)
        if not any(paint.differs(self._ground[row]) for row in rows):
            return False
        if not paint.embedded and not letter.text.isascii():
            return True  # its font is not here, so that a picture cannot show the letter
        return any(_differ(self._whole[row], self._ground[row]) for row in rows)

    def _picture(self) -> bytes:
        picture = self._page.render(scale=self._scale, grayscale=True, may_draw_forms=False)
        self._stride, self._width, self._height = picture.stride, picture.width, picture.height
        self._place = picture.get_posconv(self._page)
        shades = bytes(picture.buffer)
        picture.close()
        return shades

    def _rows(self, box: Box) -> list[slice]:
        """Where the pixels of a box are, row by row; none for a box off the page."""
        left, bottom, right, top = box
        (x1, y1), (x2, y2) = (
            self._place.to_bitmap(left, bottom),
            self._place.to_bitmap(right, top),
        )
        start, end = max(min(x1, x2), 0), min(max(x1, x2) + 1, self._width)
        if start >= end:
            return []
        first, last = max(min(y1, y2), 0), min(max(y1, y2) + 1, self._height)
        return [slice(y * self._stride + start, y * self._stride + end) for y in range(first, last)]


@dataclass(frozen=True)
class _Paint:
    """How a text object is painted.

    Attributes:
        invisible: Whether it is not painted at all.
        shade: The grey of what fills its letters, from 0 to 255; None for a pattern or an outline.
        opacity: From 0 to 1.
        embedded: Whether its font is in the file.
    """

    invisible: bool
    shade: float | None
    opacity: float
    embedded: bool

    @classmethod
    def of(cls, run: Any) -> Self:
        mode, fill = _mode(run), _fill(run)
        outlined = mode not in {raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_CLIP}
        shade = None if fill is None or outlined else _grey(fill)
        opacity = 1.0 if fill is None else fill[3] / 255
        font = raw.FPDFTextObj_GetFont(run)
        return cls(mode in _INVISIBLE, shade, opacity, raw.FPDFFont_GetIsEmbedded(font) == 1)

    def differs(self, ground: bytes) -> bool:
        """Whether it would be seen on some of a ground's pixels."""
        if self.shade is None:
            return True
        least = _CONTRAST / max(self.opacity, 0.01)
        # The shade that is farthest away is the lightest or the darkest one.
        return max(abs(self.shade - max(ground)), abs(self.shade - min(ground))) >= least


def _differ(a: bytes, b: bytes) -> bool:
    return a != b and any(abs(x - y) >= _CONTRAST for x, y in zip(a, b, strict=True))


def _grey(colour: Sequence[int]) -> float:
    """Luma (ITU-R BT.601), which PDFium's grey pictures show."""
    red, green, blue = colour[:3]
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _address(run: Any) -> int:
    return ctypes.addressof(run.contents)


def _mode(run: Any) -> int:
    return int(raw.FPDFTextObj_GetTextRenderMode(run))


def _fill(item: Any) -> tuple[int, int, int, int] | None:
    """Red, green, blue and opacity, from 0 to 255, of what fills an object; None for a pattern."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item, *parts):
        return None
    red, green, blue, opacity = (part.value for part in parts)
    return red, green, blue, opacity


def _is_light(run: Any) -> bool:
    fill = _fill(run)
    return fill is not None and (min(fill[:3]) >= _LIGHT or fill[3] < 255 - _LIGHT)


def _is_dark(item: Any) -> bool:
    fill = _fill(item)
    return fill is None or min(fill[:3]) <= _DARK


def _is_doubtful(run: pypdfium2.PdfObject) -> bool:
    # Marked content may belong to a layer that is not shown.
    layered = any(_mark(run, i) == "OC" for i in range(raw.FPDFPageObj_CountMarks(run)))
    return layered or _mode(run) in _INVISIBLE or _is_light(run) or _is_tiny(run)


def _is_tiny(run: pypdfium2.PdfObject) -> bool:
    matrix = run.get_matrix()
    return bool(run.get_font_size() * max(abs(matrix.d), abs(matrix.b)) < _SMALLEST)


def _mark(item: Any, number: int) -> str:
    mark = raw.FPDFPageObj_GetMark(item, number)
    buffer = (raw.FPDF_WCHAR * 16)()
    length = ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
    return bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace")


def _is_turned(run: pypdfium2.PdfObject) -> bool:
    matrix = run.get_matrix()
    return bool(matrix.a <= 0 or abs(matrix.b) > 0.1 * abs(matrix.a))


def _is_filled(path: pypdfium2.PdfObject) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, mode, stroke)
    return bool(mode.value != raw.FPDF_FILLMODE_NONE)


def _rules(path: pypdfium2.PdfObject, box: Box) -> list[RuledLine]:
    """The upper and the lower edge of a path that is wider than a letter."""
    left, bottom, right, top = box
    if right - left < 20:
        return []
    return [RuledLine(left, y, right) for y in dict.fromkeys((bottom, top))]
