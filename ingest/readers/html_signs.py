"""What a page shows by more than its letters, written as letters: raised digits, formulas, what
is filled in, and the numbers of lists in cells."""

from __future__ import annotations

import regex
from lxml import etree

from ingest.readers.html_marks import list_marks
from ingest.readers.html_tree import elements, local_name, text_of
from ingest.readers.raised import raised

_CELLS = {"td", "th"}
#: Inputs whose value is no text of the page.
_NO_VALUE = regex.compile(r"hidden|submit|button|reset|image|password|file|color|range", regex.I)
_CHECKED, _UNCHECKED = "\u2612", "\u2610"


def spell_out(body: etree._Element) -> None:
    """Write the signs of a page as letters; its tree is changed."""
    for element in list(body.iter(etree.Element)):
        match local_name(element):
            case "sup":
                _raise(element)
            case "math":
                _become_text(element, _formula(element))
            case "input":
                _become_text(element, _filled_in(element))
            case "ol" if any(local_name(outer) in _CELLS for outer in element.iterancestors()):
                _number(element)


def _raise(element: etree._Element) -> None:
    for inner in element.iter(etree.Element):
        inner.text = raised(inner.text or "")
        if inner is not element:
            inner.tail = raised(inner.tail or "")


def _become_text(element: etree._Element, text: str) -> None:
    """Put a text in the place of an element and what is in it."""
    for child in list(element):
        element.remove(child)
    for name in element.attrib:
        if name not in {"hidden", "style", "class", "id"}:
            del element.attrib[name]
    element.tag = "span"
    element.text = text


def _filled_in(element: etree._Element) -> str:
    """What an input shows."""
    kind = element.get("type") or "text"
    if kind.lower() in {"checkbox", "radio"}:
        return _CHECKED if element.get("checked") is not None else _UNCHECKED
    return "" if _NO_VALUE.fullmatch(kind) else element.get("value") or ""


def _number(element: etree._Element) -> None:
    """Write the marks of a numbered list before its items."""
    items = [child for child in elements(element) if local_name(child) == "li"]
    for item, mark in zip(items, list_marks(element, items), strict=True):
        if shown := mark.removeprefix("- ").removeprefix("-"):
            item.text = f"{shown} {item.text or ''}"


def _formula(element: etree._Element) -> str:
    """A formula (MathML) in one line, as formulas of Office files are written."""
    name = local_name(element)
    parts = [child for child in elements(element) if not local_name(child).startswith("annotation")]
    said = [_formula(child) for child in parts]
    if name in {"mi", "mn", "mo", "mtext", "ms"}:
        return text_of(element)
    if name == "mfrac" and len(said) == 2:
        return f"{_grouped(said[0])}/{_grouped(said[1])}"
    if name in {"msup", "mover"} and len(said) == 2:
        return f"{said[0]}^{_grouped(said[1])}"
    if name in {"msub", "munder"} and len(said) == 2:
        return f"{said[0]}_{_grouped(said[1])}"
    if name in {"msubsup", "munderover"} and len(said) == 3:
        return f"{said[0]}_{_grouped(said[1])}^{_grouped(said[2])}"
    if name == "msqrt":
        return f"√{_grouped(''.join(said))}"
    return "".join(said)


def _grouped(text: str) -> str:
    return text if text.isalnum() else f"({text})"
