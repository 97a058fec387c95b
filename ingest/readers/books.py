"""EPUB books: their chapters in reading order, as Markdown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from html.entities import html5
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import regex
from lxml import etree

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers.cleaning import clean
from ingest.readers.html_blocks import BlockWriter
from ingest.readers.html_page import remarks_on, shown_part
from ingest.readers.html_styles import apply_styles
from ingest.readers.html_tree import local_name
from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits, SourceText

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_ENTITY = regex.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_CONTAINER = "META-INF/container.xml"


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
            shown_part(_page(archive, chapter, path.name))
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


def _page(archive: ZipFile, chapter: str, name: str) -> etree._Element:
    """A chapter, as its style sheets show it."""
    root = xml(_ENTITY.sub(_referred, archive.read(chapter)), f"{name}: {chapter}")
    folder, known = posixpath.dirname(chapter), set(archive.namelist())
    sheets = []
    for element in root.iter(etree.Element):
        if local_name(element) == "style":
            sheets.append("".join(map(str, element.itertext())))
        elif local_name(element) == "link" and "stylesheet" in (element.get("rel") or ""):
            place = posixpath.normpath(posixpath.join(folder, unquote(element.get("href") or "")))
            if place in known:
                sheets.append(archive.read(place).decode("utf-8", "replace"))
    apply_styles(root, sheets)
    return root


def _referred(match: regex.Match[bytes]) -> bytes:
    """A named character of HTML, which XML does not know, by its number."""
    name = match[1].decode("ascii")
    if name in {"amp", "lt", "gt", "quot", "apos"} or f"{name};" not in html5:
        return match[0]
    return "".join(f"&#{ord(c)};" for c in html5[f"{name};"]).encode("ascii")


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
