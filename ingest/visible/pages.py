"""PDF: PDFium's own plain text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from ingest.readers.source import Limits


def pages(path: Path, limits: Limits) -> Iterator[str]:
    """The text layer of each page."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        for page in pdf:
            layer = page.get_textpage()
            yield layer.get_text_bounded()
            layer.close()
            page.close()
    finally:
        pdf.close()
