"""Draws a page of a PDF and marks a quote on it; called in a worker process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from numpy.typing import NDArray
from PIL import Image

from assistant.errors import NotFoundError
from assistant.ingestion.page_pictures import PagePicture, WantedPage
from ingest.pictures.quote_marks import marked_characters
from ingest.readers.pdf_visibility import Box

#: Pixels of a picture at most: pages may be of any shape.
_PIXELS: Final = 12_000_000
#: What marks a quote, as a highlighter does: on light ground it darkens, on dark it lightens.
_HIGHLIGHT: Final = np.array([255, 226, 89], np.uint16)
_DARK: Final = 96
_Pixels = NDArray[np.uint8]


def draw_page(file: Path, name: str, wanted: WantedPage) -> PagePicture:
    """A picture of a page, with a quote marked where it is found.

    Args:
        file: The PDF.
        name: What to call it in errors.
        wanted: Which page, and how.

    Raises:
        NotFoundError: It has no such page.
        PdfiumError: It cannot be drawn.
    """
    pdf = pypdfium2.PdfDocument(file)
    try:
        if wanted.number > len(pdf):
            raise NotFoundError(f"{name} has {len(pdf)} pages, and no page {wanted.number}.")
        if pdf.get_formtype() != raw.FORMTYPE_NONE:
            pdf.init_forms()
        page = pdf[wanted.number - 1]
        width, height = (max(size, 1.0) for size in page.get_size())
        scale = min(wanted.width / width, sqrt(_PIXELS / (width * height)))
        picture = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        pixels: _Pixels = np.array(picture.to_numpy()[:, :, :3])
        marks = _marks(page, picture.get_posconv(page), wanted.quote)
        if marks:
            _highlight(pixels, marks)
        return PagePicture(_png(pixels), bool(marks))
    finally:
        pdf.close()


def _marks(page: pypdfium2.PdfPage, place: Any, quote: str) -> list[Box]:
    """The boxes of a quote's letters, in pixels, and of the gaps between them."""
    layer = page.get_textpage()
    count = layer.count_chars()
    text = "".join(_character(raw.FPDFText_GetUnicode(layer, i)) for i in range(count))
    marked = marked_characters(text, quote)
    boxes = [_on_picture(place, layer.get_charbox(i, loose=True)) for i in marked]
    return boxes + list(_gaps(boxes))


def _character(code: int) -> str:
    # What PDFium makes of a line that ends in a hyphen is the end of a line, too.
    return "\n" if code in (0x0D, 0x02) else chr(code)


def _on_picture(place: Any, box: Box) -> Box:
    left, bottom, right, top = box
    (x1, y1), (x2, y2) = place.to_bitmap(left, bottom), place.to_bitmap(right, top)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _gaps(boxes: Sequence[Box]) -> Iterator[Box]:
    """What is between two letters that stand beside each other on a line, however it is turned."""
    for a, b in pairwise(boxes):
        both = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
        size = min(a[3] - a[1], b[3] - b[1]), min(a[2] - a[0], b[2] - b[0])
        overlap = min(a[3], b[3]) - max(a[1], b[1]), min(a[2], b[2]) - max(a[0], b[0])
        beside = 2 * overlap[0] > size[0] and -overlap[1] < 1.5 * size[0]
        above = 2 * overlap[1] > size[1] and -overlap[0] < size[1]
        if beside or above:
            yield both


def _highlight(pixels: _Pixels, boxes: Sequence[Box]) -> None:
    """Mark boxes of a picture, each pixel once."""
    marked = np.zeros(pixels.shape[:2], bool)
    for left, top, right, bottom in boxes:
        marked[max(int(top), 0) : int(bottom) + 1, max(int(left), 0) : int(right) + 1] = True
    ground = pixels[marked].astype(np.uint16)
    if ground.size and np.median(ground) < _DARK:
        pixels[marked] = ((3 * ground + 2 * _HIGHLIGHT) // 5).astype(np.uint8)
    else:
        pixels[marked] = (ground * _HIGHLIGHT // 255).astype(np.uint8)


def _png(pixels: _Pixels) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
