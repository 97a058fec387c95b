"""Formulas of Office files, in one line: ``(a+b)/(c)``, ``x^2``."""

from __future__ import annotations

from lxml import etree

from ingest.readers.opc import local, value


def linear(element: etree._Element) -> str:
    """A formula (OMML) in one line."""
    name = local(element)
    part = {local(child): child for child in element.iterchildren(etree.Element)}
    match name:
        case "t":
            return element.text or ""
        case "f" if "num" in part and "den" in part:
            return f"{_grouped(part['num'])}/{_grouped(part['den'])}"
        case "sSup" | "sSub" | "sSubSup":
            below = f"_{_grouped(part['sub'])}" if "sub" in part else ""
            above = f"^{_grouped(part['sup'])}" if "sup" in part else ""
            return (linear(part["e"]) if "e" in part else "") + below + above
        case "rad" if "e" in part:
            return f"√{_grouped(part['e'])}"
        case "d":
            begin = value(element.find("{*}dPr/{*}begChr"))
            end = value(element.find("{*}dPr/{*}endChr"))
            inner = _children(element)
            return f"{'(' if begin is None else begin}{inner}{')' if end is None else end}"
        case "nary":
            sign = value(element.find("{*}naryPr/{*}chr")) or "∫"
            return f"{sign}{_children(element)}"
    return "" if name.endswith("Pr") else _children(element)


def _children(element: etree._Element) -> str:
    return "".join(linear(child) for child in element.iterchildren(etree.Element))


def _grouped(element: etree._Element) -> str:
    text = linear(element)
    return text if text.isalnum() else f"({text})"
