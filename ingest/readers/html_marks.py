"""The marks of lists on web pages: numbers, letters and numerals, as browsers count them."""

from __future__ import annotations

import regex
from lxml import etree

from ingest.readers.html_tree import local_name
from ingest.readers.numerals import roman, written

_STYLE = regex.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", regex.IGNORECASE)
_STYLES = {
    "a": "a", "lower-alpha": "a", "lower-latin": "a", "A": "A", "upper-alpha": "A",
    "upper-latin": "A", "i": "i", "lower-roman": "i", "I": "I", "upper-roman": "I",
    "none": "none",
}  # fmt: skip
#: Styles of counting that are written before an item: (Word's name for it, what stands behind).
_OTHERS = {
    "hangul": ("ganada", "."),
    "korean-consonant": ("chosung", "."),
    "hangul-consonant": ("chosung", "."),
    "korean-hangul-formal": ("koreanDigital", "."),
    "decimal-leading-zero": ("decimalZero", "."),
    "arabic-indic": ("arabic-indic", "."),
    "lower-greek": ("lower-greek", "."),
}


def list_marks(element: etree._Element, items: list[etree._Element]) -> list[str]:
    """The marks of a list's items, as they are shown."""
    if local_name(element) != "ol":
        return ["-"] * len(items)
    named = _style(element)
    style = named if named in _OTHERS else _STYLES.get(named, "1")
    step = -1 if element.get("reversed") is not None else 1
    number = _integer(element.get("start"), len(items) if step < 0 else 1)
    marks = []
    for item in items:
        number = _integer(item.get("value"), number)
        marks.append(_mark(number, style))
        number += step
    return marks


def _style(element: etree._Element) -> str:
    match = _STYLE.search(element.get("style") or "")
    return match[1].lower() if match else element.get("type") or "1"


def _mark(number: int, style: str) -> str:
    """A number as a list's mark. Markdown counts in digits only: other marks are text of an
    item."""
    if style == "none":
        return "-"
    if style in _OTHERS and number > 0:
        series, behind = _OTHERS[style]
        return f"- {_in_series(number, series)}{behind}"
    if style in {"a", "A"} and number > 0:
        letters = ""
        while number:
            number, place = divmod(number - 1, 26)
            letters = chr(ord("a") + place) + letters
        return f"- {letters if style == 'a' else letters.upper()}."
    if style in {"i", "I"} and 0 < number < 4000:
        numeral = roman(number)
        return f"- {numeral if style == 'i' else numeral.upper()}."
    return f"{number}." if number >= 0 else f"- {number}."


def _in_series(number: int, series: str) -> str:
    if series == "arabic-indic":
        return "".join(chr(0x0660 + int(digit)) for digit in str(number))
    if series == "lower-greek":
        letters = [chr(code) for code in range(0x3B1, 0x3CA) if code != 0x3C2]
        return letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)
    return written(number, series)


def _integer(value: str | None, default: int) -> int:
    # Markdown's numbers have nine digits at most.
    return int(value) if value and regex.fullmatch(r"\s*-?\d{1,9}\s*", value) else default
