"""The Markdown of web pages and of the chapters of books."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from lxml import etree

from ingest.headings import HeadingReader
from ingest.readers import markup
from ingest.readers.html_marks import list_marks
from ingest.readers.html_tables import cells_of, is_layout, read_table
from ingest.readers.html_tree import BLOCKS, elements, local_name, text_of

_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_LISTS = {"ul", "ol", "menu", "dir"}
_PREFORMATTED = {"pre", "listing", "xmp"}
_BREAK = "\v"  # a line break until white space is folded


class BlockWriter:
    """Writes the blocks of one document from its first element to its last."""

    def __init__(self) -> None:
        self._heading: tuple[int, str] = (1, "")

    def blocks(self, element: etree._Element) -> Iterator[str]:
        """The Markdown blocks of what is inside an element, in order."""
        line: list[str] = [element.text or ""]
        for child in element:
            name = local_name(child)
            if name in BLOCKS or _is_heading(child) or _has_blocks(child):
                yield from _paragraph(line)
                line = []
                yield from self._block(child, name)
            elif name:
                line += _inline(child, name)
            line.append(child.tail or "")
        yield from _paragraph(line)

    def _block(self, element: etree._Element, name: str) -> Iterator[str]:
        if _is_heading(element):
            if text := text_of(element):
                yield self._titled(text, _level(element))
        elif name in _LISTS:
            yield from self._list(element)
        elif name == "dl":
            yield from self._definitions(element)
        elif name == "table":
            yield from self._table(element)
        elif name in _PREFORMATTED:
            yield from _preformatted(element)
        elif name == "summary":
            yield from self._summary(element)
        else:
            yield from self.blocks(element)

    def _titled(self, text: str, level: int) -> str:
        self._heading = (level, text)
        return markup.heading(text, level)

    def _summary(self, element: etree._Element) -> Iterator[str]:
        """What a reader clicks on to see more is a heading: below the last one, or, where both
        are articles, beside it."""
        if any(_is_heading(inner) for inner in element.iter(etree.Element)):
            yield from self.blocks(element)
        elif text := text_of(element):
            level, last = self._heading
            both = all(HeadingReader().read(title, None, fresh=True) for title in (last, text))
            yield markup.heading(text, level if both else level + 1)

    def _list(self, element: etree._Element) -> Iterator[str]:
        items = [child for child in elements(element) if local_name(child) == "li"]
        marks = list_marks(element, items)
        for child in elements(element):
            if local_name(child) == "li":
                yield from _marked(self.blocks(child), marks.pop(0))
            else:  # a list inside a list, which is not allowed and often done
                yield from self._block(child, local_name(child))

    def _definitions(self, element: etree._Element) -> Iterator[str]:
        terms: list[str] = []
        told = True
        for child in _terms(element):
            if local_name(child) == "dt":
                terms = [*([] if told else terms), text_of(child).rstrip(":： ")]
                told = False
                continue
            blocks = list(self.blocks(child))
            name = markup.escaped(", ".join(filter(None, terms)))
            if name and blocks and blocks[0][0] not in "-|#":
                yield f"{name}: {blocks.pop(0)}"
            elif name and not told:
                yield name
            yield from blocks
            told = True
        if not told:
            yield markup.escaped(", ".join(filter(None, terms)))

    def _table(self, element: etree._Element) -> Iterator[str]:
        if is_layout(element):
            for cell in cells_of(element):
                yield from self.blocks(cell)
            return
        table = read_table(element)
        yield from map(markup.escaped, table.above)
        if rows := [row for row in table.rows if any(row)]:
            yield markup.table(rows)
        for inner in table.inner:
            yield from self._table(inner)


def _paragraph(line: list[str]) -> Iterator[str]:
    """A paragraph; the lines that the page breaks it into stay lines."""
    lines = (" ".join(part.split()) for part in "".join(line).split(_BREAK))
    if text := "\n".join(filter(None, lines)):
        yield markup.escaped(text)


def _inline(element: etree._Element, name: str) -> Iterator[str]:
    if name == "br":
        yield _BREAK
    if name == "q":
        yield "“"
    yield element.text or ""
    for child in element:
        if inner := local_name(child):
            yield from _inline(child, inner)
        yield child.tail or ""
    if name == "q":
        yield "”"


def _has_blocks(element: etree._Element) -> bool:
    """Whether an element of a line holds blocks, as in ``<font><p>…</p></font>``."""
    return any(local_name(inner) in BLOCKS for inner in element.iterdescendants(etree.Element))


def _is_heading(element: etree._Element) -> bool:
    return local_name(element) in _HEADINGS or element.get("role") == "heading"


def _level(element: etree._Element) -> int:
    stated = (element.get("aria-level") or "").strip()
    if element.get("role") == "heading" and stated.isdecimal():
        return max(1, min(6, int(stated[:3])))
    return _HEADINGS.get(local_name(element), 2)


def _preformatted(element: etree._Element) -> Iterator[str]:
    text = "".join(_inline(element, "pre")).replace(_BREAK, "\n")
    for paragraph in regex.split(r"\n\s*\n", text):
        lines = (" ".join(line.split()) for line in paragraph.split("\n"))
        if kept := "\n".join(filter(None, lines)):
            yield markup.escaped(kept)


def _terms(element: etree._Element) -> Iterator[etree._Element]:
    for child in elements(element):
        if local_name(child) in {"dt", "dd"}:
            yield child
        else:
            yield from _terms(child)


def _marked(blocks: Iterator[str], mark: str) -> Iterator[str]:
    """The blocks of a list's item: the first with its mark, unless it is a list itself."""
    for i, block in enumerate(blocks):
        if i or block[0] in "|#" or block.startswith("- ") or not mark:
            yield block
        else:
            yield f"{mark} " + block.replace("\n", "\n  ")
