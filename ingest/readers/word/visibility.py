"""Text that a page of Word does not let its readers see: white on white, or tiny."""

from __future__ import annotations

from typing import Final

from lxml import etree

from ingest.readers.opc import local, value

_WHITE: Final = "FFFFFF"
#: In half points.
_TINY: Final = 4
#: What may have a ground of its own behind its text.
_GROUNDS: Final = {"txbxContent", "background"}
_NO_GROUND: Final = {"", "auto", _WHITE}


def is_unseen(run: etree._Element, paragraph: etree._Element) -> bool:
    """Whether a run itself says that its letters are tiny, or white where nothing is behind them.

    Where a style, a box or a table may give them a dark ground, they are taken to be seen.
    """
    properties = run.find("{*}rPr")
    if properties is None:
        return False
    size = value(properties.find("{*}sz")) or ""
    if size.isdecimal() and int(size) <= _TINY:
        return True
    colour = (value(properties.find("{*}color")) or "").upper()
    return colour == _WHITE and not _has_ground(properties, paragraph)


def _has_ground(properties: etree._Element, paragraph: etree._Element) -> bool:
    about = paragraph.find("{*}pPr")
    if properties.find("{*}highlight") is not None or properties.find("{*}rStyle") is not None:
        return True
    if about is not None and about.find("{*}pStyle") is not None:
        return True
    if _is_shaded(properties) or _is_shaded(about):
        return True
    for outer in paragraph.iterancestors():
        name = local(outer)
        if name in _GROUNDS or _is_shaded(outer.find(f"{{*}}{name}Pr")):
            return True
        if name == "tbl" and outer.find("{*}tblPr/{*}tblStyle") is not None:
            return True
        if name == "document" and outer.find("{*}background") is not None:
            return True
    return False


def _is_shaded(properties: etree._Element | None) -> bool:
    shade = properties.find("{*}shd") if properties is not None else None
    return shade is not None and (value(shade, "fill") or "").upper() not in _NO_GROUND
