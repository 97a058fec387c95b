"""EPUB books and OpenDocument texts: XML with headings and paragraphs, as Markdown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.html_blocks import BlockWriter
from ingest.readers.html_page import remarks_on, shown_part
from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits, SourceText

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CONTAINER = "META-INF/container.xml"
#: What an OpenDocument text has besides its own text.
_LEFT_OUT = {
    *("annotation", "tracked-changes", "note-citation"),
    *("table-of-content", "alphabetical-index", "bibliography"),
}


def read_epub(path: Path, limits: Limits) -> SourceText:
    """An EPUB's chapters in reading order.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    with opened(path, limits) as archive:
        if "META-INF/rights.xml" in archive.namelist():
            raise UnreadableFileError(
                Fault.PROTECTED, f"{path.name} is protected (DRM).", "Get an open copy."
            )
        container = xml(archive.read(_CONTAINER), path.name)
        package_name = container.xpath("string(//*[local-name()='rootfile']/@full-path)")
        package = xml(archive.read(str(package_name)), path.name)
        chapters = [
            shown_part(xml(archive.read(chapter), f"{path.name}: {chapter}"))
            for chapter in _spine(package, posixpath.dirname(str(package_name)), archive)
        ]
        title = package.findtext(f".//{_TITLE}")
    writer = BlockWriter()
    blocks = [block for chapter in chapters for block in writer.blocks(chapter.root)]
    return SourceText(
        clean("\n\n".join(blocks)),
        "markdown",
        title=title,
        remarks=tuple(remarks_on(chapters)),
        left_out=[text for chapter in chapters for text in chapter.left_out],
    )


def _spine(package: etree._Element, folder: str, archive: ZipFile) -> Iterator[str]:
    items: Mapping[str, etree._Element] = {
        str(item.get("id")): item for item in package.iterfind(".//{*}manifest/{*}item")
    }
    known = set(archive.namelist())
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(str(reference.get("idref")))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(str(item.get("href")))))
        if name in known:
            yield name


def read_odt(path: Path, limits: Limits) -> SourceText:
    """An OpenDocument text.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    with opened(path, limits) as archive:
        root = xml(archive.read("content.xml"), path.name)
        meta = (
            xml(archive.read("meta.xml"), path.name) if "meta.xml" in archive.namelist() else None
        )
    title = meta.findtext(f".//{_TITLE}") if meta is not None else None
    return SourceText(clean("\n\n".join(_blocks(root))), "markdown", title=title)


def _blocks(element: etree._Element) -> Iterator[str]:
    """The Markdown blocks below an element of an OpenDocument text."""
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name in _LEFT_OUT:
            continue
        if name == "h":
            if text := _text(child):
                yield markup.heading(text, _outline_level(child))
        elif name == "table":
            yield markup.table(_rows(child))
        elif name == "list-item":
            # What the item holds besides lists of its own, which follow it.
            if text := _text(child, without=("list",)):
                yield f"- {markup.escaped(text)}"
            for inner in child.iterchildren("{*}list"):
                yield from _blocks(inner)
        elif name == "p":
            if text := _text(child):
                yield markup.escaped(text)
        else:
            if child.text and child.text.strip():
                yield markup.escaped(" ".join(child.text.split()))
            yield from _blocks(child)


def _outline_level(element: etree._Element) -> int:
    values = [value for key, value in element.attrib.items() if str(key).endswith("outline-level")]
    return int(values[0]) if values and str(values[0]).isdigit() else 1


def _rows(table: etree._Element) -> list[list[str]]:
    return [
        [_text(cell) for cell in row.iterchildren() if _local(cell) == "table-cell"]
        for row in table.iter()
        if _local(row) == "table-row"
    ]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element: etree._Element, without: tuple[str, ...] = ()) -> str:
    """The text of an element in one line."""
    return " ".join("".join(_pieces(element, without)).split())


def _pieces(element: etree._Element, without: tuple[str, ...]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = _local(child)
        if name in {"line-break", "tab", "s"}:
            yield " "
        if name and name not in _LEFT_OUT and name not in without:
            yield from _pieces(child, without)
            if name == "p":
                yield " "
        yield child.tail or ""
