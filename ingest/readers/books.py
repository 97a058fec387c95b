"""EPUB books: chapters of XHTML, as Markdown."""

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
from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits, SourceText

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CONTAINER = "META-INF/container.xml"
#: What an element is to Markdown, by its local name.
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_PARAGRAPHS = {"p", "blockquote", "pre", "dt", "dd", "figcaption"}
_LIST_ITEMS = {"li"}
_TABLES = {"table"}
_ROWS = {"tr"}
_CELLS = {"td", "th"}
_LEFT_OUT = {"head", "script", "style", "nav"}


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
        blocks = [
            block
            for chapter in _spine(package, posixpath.dirname(str(package_name)), archive)
            for block in _blocks(xml(archive.read(chapter), f"{path.name}: {chapter}"))
        ]
        title = package.findtext(f".//{_TITLE}")
    return SourceText(clean("\n\n".join(blocks)), "markdown", title=title)


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


def _blocks(element: etree._Element) -> Iterator[str]:
    """The Markdown blocks below an element."""
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name in _LEFT_OUT:
            continue
        if name in _HEADINGS:
            if text := _text(child):
                yield markup.heading(text, _HEADINGS[name])
        elif name in _TABLES:
            yield markup.table(_rows(child))
        elif name in _LIST_ITEMS:
            # What the item holds besides lists of its own, which follow it.
            if text := _text(child, without=("ul", "ol")):
                yield f"- {markup.escaped(text)}"
            for inner in child.iterchildren("{*}ul", "{*}ol"):
                yield from _blocks(inner)
        elif name in _PARAGRAPHS:
            if text := _text(child):
                yield markup.escaped(text)
        else:
            if child.text and child.text.strip():
                yield markup.escaped(" ".join(child.text.split()))
            yield from _blocks(child)


def _rows(table: etree._Element) -> list[list[str]]:
    return [
        [_text(cell) for cell in row.iterchildren() if _local(cell) in _CELLS]
        for row in table.iter()
        if _local(row) in _ROWS
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
        if name == "br":
            yield " "
        if name and name not in _LEFT_OUT and name not in without:
            yield from _pieces(child, without)
            if name in _PARAGRAPHS:
                yield " "
        yield child.tail or ""
