"""What is marked on a picture of a page."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

#: Left, top, right and bottom, in points from the upper left corner of the page as it is shown.
Mark = tuple[float, float, float, float]


def marks(png: bytes, page_width: float = 595) -> list[Mark]:
    """The boxes of the lines of a highlight, from the uppermost to the lowest."""
    pixels = np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)
    scale = pixels.shape[1] / page_width
    # Yellow is what has much red and little blue; the tests' pages are black, grey and white.
    tinted = pixels[..., 0] - pixels[..., 2] > 40
    rows = np.flatnonzero(tinted.any(axis=1))
    found: list[Mark] = []
    for band in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        if band.size:
            columns = np.flatnonzero(tinted[band[0] : band[-1] + 1].any(axis=0))
            corners = (columns[0], band[0], columns[-1] + 1, band[-1] + 1)
            found.append(tuple(float(corner) / scale for corner in corners))  # type: ignore[arg-type]
    return found
