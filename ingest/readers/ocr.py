"""Text of scanned pages (Tesseract), where the extra ``ocr`` and Debian's tesseract are there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

#: Resolution that pages are drawn at for recognition; Tesseract's own advice is 300.
DPI = 300
_LANGUAGES = ("kor", "ara", "eng")


@lru_cache
def languages() -> str | None:
    """What Tesseract can recognise of the three languages (``kor+eng``), or None without it."""
    try:
        import pytesseract
    except ImportError:
        return None
    try:
        known = set(pytesseract.get_languages())
    except (OSError, pytesseract.TesseractError):
        return None
    return "+".join(name for name in _LANGUAGES if name in known) or None


def recognise(picture: Any) -> str:
    """The text in a picture (``PIL.Image``)."""
    import pytesseract

    return str(pytesseract.image_to_string(picture, lang=languages()))
