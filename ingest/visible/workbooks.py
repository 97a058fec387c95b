"""Spreadsheets: the texts in the cells of the sheets that are shown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STATE_HIDDEN = {"hidden", "veryHidden"}


def sheets(path: Path, limits: Limits) -> list[str] | None:
    """The texts in cells. Numbers are not told: how they are shown is the reader's to find."""
    if path.suffix.lower() == ".xls":
        return None
    with opened(path, limits) as archive:
        if "xl/workbook.xml" in archive.namelist():
            return list(_excel(archive, path.name))
        if "content.xml" in archive.namelist():
            return list(_open_document(xml(archive.read("content.xml"), path.name)))
    return None  # XLSB


def _excel(archive: ZipFile, name: str) -> Iterator[str]:
    known = set(archive.namelist())
    shared: list[str] = []
    if "xl/sharedStrings.xml" in known:
        root = xml(archive.read("xl/sharedStrings.xml"), name)
        shared = [_shown(item) for item in root.iterfind("{*}si")]
    targets: dict[str, str] = {}
    if "xl/_rels/workbook.xml.rels" in known:
        relations = xml(archive.read("xl/_rels/workbook.xml.rels"), name)
        targets = {str(r.get("Id")): str(r.get("Target")) for r in relations}
    for sheet in xml(archive.read("xl/workbook.xml"), name).iterfind(".//{*}sheets/{*}sheet"):
        target = posixpath.normpath(posixpath.join("xl", targets.get(str(sheet.get(_ID)), "")))
        part = target.lstrip("/") if target in known or target.startswith("/") else ""
        if sheet.get("state") not in _STATE_HIDDEN and part in known:
            yield "\n".join(_cells(xml(archive.read(part), name), shared))


def _cells(sheet: etree._Element, shared: list[str]) -> Iterator[str]:
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        if row.get("hidden") in {"1", "true"}:
            continue
        for cell in row.iterfind("{*}c"):
            value = cell.findtext("{*}v") or ""
            match cell.get("t"):
                case "s" if value.isdecimal() and int(value) < len(shared):
                    yield shared[int(value)]
                case "str":
                    yield value
                case "inlineStr":
                    yield "".join(map(_shown, cell.iterfind("{*}is")))


def _shown(text: etree._Element) -> str:
    """A text without the readings that stand above its characters."""
    pieces = (*text.iterfind("{*}t"), *text.iterfind("{*}r/{*}t"))
    return "".join(piece.text or "" for piece in pieces)


def _open_document(content: etree._Element) -> Iterator[str]:
    for table in content.iterfind(".//{*}spreadsheet/{*}table"):
        for cell in table.iter("{*}table-cell"):
            kind = next((v for k, v in cell.attrib.items() if str(k).endswith("value-type")), "")
            if kind == "string":
                yield "\n".join("".join(map(str, p.itertext())) for p in cell.iterfind("{*}p"))
