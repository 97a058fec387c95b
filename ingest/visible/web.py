"""Web pages, books and Markdown: the text between the tags, told by Python's own HTML parser."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import regex
from markdown_it import MarkdownIt

from ingest.metadata import split_front_matter
from ingest.readers.html import decode_page
from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits
from ingest.readers.text import decode

_NOT_SHOWN = {
    *("head", "title", "script", "style", "template", "noscript", "iframe", "object", "audio"),
    *("video", "canvas", "datalist", "annotation", "annotation-xml"),
}
#: Elements within a line: they part no words, unless their text is left out.
_IN_WORDS = frozenset(
    "a abbr b bdi bdo cite code data dfn em font i kbd mark q rp rt ruby samp small span strong sub"
    " sup time tt u var wbr".split()
)
_TAKES_AWAY = regex.compile(r"line-through|(?:display|visibility)\s*:\s*(?:none|hidden)", regex.I)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._within: list[str] = []
        #: Of the open elements within a line, whether each parts words nonetheless.
        self._parting: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_SHOWN:
            self._within.append(tag)
        if tag in _IN_WORDS:
            parts = bool(_TAKES_AWAY.search(dict(attrs).get("style") or ""))
            self._parting.append((tag, parts))
            if parts:
                self.parts.append(" ")
        self._part(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            del self._within[self._within.index(tag) :]
        elif tag in {"body", "html"}:
            self._within.clear()
        elif self._parting and self._parting[-1] == (tag, True):
            self.parts.append(" ")
        if self._parting and self._parting[-1][0] == tag:
            self._parting.pop()
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.parts.append(data)

    def _part(self, tag: str) -> None:
        if tag == "body":
            self._within.clear()  # a head that was never closed
        if tag not in _IN_WORDS:
            self.parts.append(" ")


def page(path: Path, limits: Limits) -> list[str]:
    """What a web page holds between its tags."""
    return [told_by_tags(decode_page(path.read_bytes(), path.name))]


def book(path: Path, limits: Limits) -> Iterator[str]:
    """The chapters that a book's spine names, without its navigation."""
    with opened(path, limits) as archive:
        container = xml(archive.read("META-INF/container.xml"), path.name)
        name = str(container.xpath("string(//*[local-name()='rootfile']/@full-path)"))
        package = xml(archive.read(name), path.name)
        known = set(archive.namelist())
        for reference in package.iterfind(".//{*}spine/{*}itemref"):
            for item in package.iterfind(".//{*}manifest/{*}item"):
                if item.get("id") != reference.get("idref"):
                    continue
                place = posixpath.join(posixpath.dirname(name), unquote(item.get("href") or ""))
                chapter = posixpath.normpath(place)
                if "nav" not in (item.get("properties") or "").split() and chapter in known:
                    yield told_by_tags(decode_page(archive.read(chapter), path.name))


def markdown(path: Path, limits: Limits) -> list[str]:
    """What the page shows that a Markdown file is rendered to."""
    _, text = split_front_matter(decode(path).replace("\r\n", "\n"))
    return [told_by_tags(MarkdownIt("commonmark").enable("table").disable("code").render(text))]


def told_by_tags(html: str) -> str:
    """What a piece of HTML holds between its tags."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)
