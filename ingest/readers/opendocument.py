"""OpenDocument texts (ISO/IEC 26300): paragraphs, lists, tables and notes, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from assistant.codes import RemarkKind
from ingest.readers.cleaning import clean
from ingest.readers.content import Cell, Content, Paragraph, Table, in_one_line, markdown
from ingest.readers.findings import Findings
from ingest.readers.lines import Note, TextLine
from ingest.readers.numerals import written
from ingest.readers.opc import local, value
from ingest.readers.packages import opened, xml
from ingest.readers.raised import raised
from ingest.readers.source import Limits, SourceText

_TITLE = ".//{http://purl.org/dc/elements/1.1/}title"
_INDEXES = {"table-of-content", "alphabetical-index", "bibliography", "illustration-index",
            "table-index", "object-index", "user-index"}  # fmt: skip
_CHANGES = {"insertion": "tracked insertions", "deletion": "tracked deletions"}
#: What says how a level of a list or of the outline is counted.
_COUNTING = {"list-level-style-number", "outline-level-style"}
#: How ODF calls styles of counting that Word calls otherwise.
_COUNTED = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman",
            "I": "upperRoman", "": "none"}  # fmt: skip
#: Series that ODF names by their beginning.
_SERIES = ("decimalEnclosedCircle", "ganada", "chosung", "arabicAlpha", "arabicAbjad")


def read_odt(path: Path, limits: Limits) -> SourceText:
    """An OpenDocument text.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    with opened(path, limits) as archive:
        content = xml(archive.read("content.xml"), path.name)
        others = {
            name: xml(archive.read(name), path.name)
            for name in ("styles.xml", "meta.xml")
            if name in archive.namelist()
        }
    findings = Findings()
    styles = others.get("styles.xml")
    document = _Document([root for root in (styles, content) if root is not None], findings)
    body = content.find("{*}body")
    text = markdown(document.blocks(body if body is not None else content))
    heads = (
        markdown(
            part
            for name in ("header", "footer")
            for head in styles.iter(f"{{*}}{name}")
            for part in document.blocks(head)
        )
        if styles is not None
        else ""
    )
    if not text.strip():
        text = heads
    elif heads.strip():
        findings.note(RemarkKind.LEFT_OUT, "running heads and feet", heads.count("\n\n") + 1)
    meta = others.get("meta.xml")
    title = (meta.findtext(_TITLE) or "").strip() or None if meta is not None else None
    return SourceText(
        clean(text), "markdown", title=title, remarks=findings.remarks(), left_out=findings.left_out
    )


class _Document:
    """Goes through a document's blocks in order: numbers are counted on the way.

    Args:
        roots: The parts that have styles, those that matter more last.
        findings: Where what is left out is counted.
    """

    def __init__(self, roots: list[etree._Element], findings: Findings) -> None:
        self._findings = findings
        self._left_out = {
            value(style, "name") or "": what
            for root in roots
            for style in root.iter("{*}style")
            if (what := _leaves_out(style.find("{*}text-properties")))
        }
        self._raised = {
            value(style, "name") or ""
            for root in roots
            for style in root.iter("{*}style")
            if _raises(style.find("{*}text-properties"))
        }
        self._lists = {
            value(style, "name") or "": {value(level, "level") or "": level for level in style}
            for root in roots
            for style in root.iter("{*}list-style", "{*}outline-style")
        }
        outlines = (style for root in roots for style in root.iter("{*}outline-style"))
        self._outline = next((value(style, "name") or "" for style in outlines), "")
        #: The lists that styles of headings name; an empty name takes the number away.
        self._styles_of_outline = {
            value(style, "name") or "": value(style, "list-style-name")
            for root in roots
            for style in root.iter("{*}style")
        }
        self._counts: dict[str, dict[int, int]] = {}

    def blocks(self, parent: etree._Element) -> Iterator[Content]:
        """The content below an element."""
        for element in parent.iterchildren(etree.Element):
            yield from self._block(element)

    def _block(self, element: etree._Element) -> Iterator[Content]:
        match local(element):
            case "p":
                yield from self._paragraph(element)
            case "h":
                yield from self._paragraph(element, self._outline_number(element))
            case "list":
                yield from self._list(element, value(element, "style-name") or "", 1)
            case "table":
                yield self._table(element)
            case "tracked-changes":
                for name, what in _CHANGES.items():
                    number = len(list(element.iter(f"{{*}}{name}")))
                    self._findings.note(RemarkKind.TRACKED_CHANGES, what, number)
            case name if name in _INDEXES:
                self._findings.note(RemarkKind.LEFT_OUT, "tables of contents and indexes")
            case "section" if value(element, "display") == "none":
                self._findings.leave_out(RemarkKind.HIDDEN, "hidden sections", _all_text(element))
            case "annotation":
                self._findings.note(RemarkKind.COMMENTS, "comments")
            case _:
                yield from self.blocks(element)

    def _paragraph(
        self, element: etree._Element, number: str = "", *, bullet: bool = False
    ) -> Iterator[Content]:
        line = TextLine()
        self._walk(element, line)
        if local(element) == "h" and line.words:
            level = value(element, "outline-level") or "1"
            # The notes of a heading are text below it.
            yield Paragraph(number + line.words, int(level) if level.isdigit() else 1)
            yield from (Paragraph(f"({note.text})") for note in line.notes if note.text)
        elif text := line.text:
            yield Paragraph(number + text, bullet=bullet)
        yield from line.boxes

    def _walk(self, element: etree._Element, line: TextLine) -> None:
        if what := self._left_out.get(value(element, "style-name") or ""):
            self._findings.leave_out(RemarkKind.HIDDEN, what, _all_text(element))
            return
        begun = len(line.pieces)
        line.pieces.append(_flat(element.text))
        for child in element.iterchildren(etree.Element):
            self._inline(child, line)
            line.pieces.append(_flat(child.tail))
        if value(element, "style-name") in self._raised:
            line.pieces[begun:] = map(raised, line.pieces[begun:])

    def _inline(self, child: etree._Element, line: TextLine) -> None:
        match local(child):
            case "s" | "tab":
                line.pieces.append(" ")
            case "line-break":
                line.pieces.append("\n")
            case "note":
                body = child.find("{*}note-body")
                said = in_one_line(self.blocks(body)) if body is not None else ""
                line.notes.append(Note(line.length, said))
            case "annotation":
                self._findings.note(RemarkKind.COMMENTS, "comments")
            case "hidden-text" | "hidden-paragraph":
                self._findings.note(RemarkKind.HIDDEN, "hidden passages")
                self._findings.left_out.append(_all_text(child))
            case "text-box":
                line.boxes += self.blocks(child)
            case "table":
                line.boxes.append(self._table(child))
            case "custom-shape" | "rect" | "ellipse" | "circle" | "polygon" | "path" | "g":
                line.boxes += self.blocks(child)
            case "object" | "object-ole":
                self._findings.note(RemarkKind.LEFT_OUT, "embedded objects")
            case "title" | "desc" | "ruby-text":
                pass  # of pictures and pronunciations
            case _:
                self._walk(child, line)

    def _list(self, element: etree._Element, style: str, level: int) -> Iterator[Content]:
        counts = self._counts.setdefault(style, {})
        goes_on = value(element, "continue-numbering") == "true" or value(element, "continue-list")
        if not goes_on:
            counts.pop(level, None)
        for item in element.iterchildren("{*}list-item", "{*}list-header"):
            first = local(item) == "list-item"
            for child in item.iterchildren(etree.Element):
                if local(child) == "list":
                    inner = value(child, "style-name") or style
                    yield from self._list(child, inner, level + 1)
                elif local(child) in {"p", "h"} and first:
                    number, bullet = self._number(style, level, value(item, "start-value"))
                    yield from self._paragraph(child, number, bullet=bullet)
                    first = False
                else:
                    yield from self._block(child)

    def _outline_number(self, heading: etree._Element) -> str:
        """What stands before a heading that is in no list of its own."""
        style = self._styles_of_outline.get(value(heading, "style-name") or "")
        stated = value(heading, "outline-level") or "1"
        level = int(stated) if stated.isdigit() else 1
        about = self._lists.get(self._outline, {}).get(str(level))
        if not self._outline or not value(about, "num-format") or style == "":
            return ""
        if value(heading, "is-list-header") == "true":
            return ""
        counts = self._counts.setdefault(self._outline, {})
        for below in [depth for depth in counts if depth > level]:
            del counts[below]
        if value(heading, "restart-numbering") == "true":
            counts.pop(level, None)
        return self._number(self._outline, level, value(heading, "start-value"))[0]

    def _number(self, style: str, level: int, start: str | None) -> tuple[str, bool]:
        """What stands before an item of a list, and whether it is a bullet."""
        levels = self._lists.get(style, {})
        about = levels.get(str(level))
        if about is None or local(about) not in _COUNTING:
            return "", True
        counts = self._counts.setdefault(style, {})
        begin = start or value(about, "start-value") or "1"
        if start or level not in counts:
            counts[level] = int(begin) if begin.isdigit() else 1
        else:
            counts[level] += 1
        shown = int(value(about, "display-levels") or "1")
        numbers = [
            written(counts.get(n, 1), _style(levels.get(str(n))))
            for n in range(max(1, level - shown + 1), level + 1)
        ]
        text = ".".join(filter(None, numbers))
        text = f"{value(about, 'num-prefix') or ''}{text}{value(about, 'num-suffix') or ''}"
        return (f"{text} " if text.strip() else ""), False

    def _table(self, element: etree._Element) -> Table:
        rows: list[list[Cell]] = []
        headers = 0
        for row in element.iter("{*}table-row"):
            if next(row.iterancestors("{*}table"), None) is not element:
                continue  # of a table in a cell
            if value(row, "visibility") in {"collapse", "filter"}:
                self._findings.leave_out(RemarkKind.HIDDEN, "hidden rows", _all_text(row))
                continue
            parent = row.getparent()
            headers += parent is not None and local(parent) == "table-header-rows"
            cells = row.iterchildren("{*}table-cell")
            rows.append([said for cell in cells for said in self._cells(cell)])
        return Table(rows, headers if headers < len(rows) else 0)

    def _cells(self, cell: etree._Element) -> list[Cell]:
        """A cell, as often as it stands for several with the same content."""
        stated = value(cell, "number-columns-repeated") or "1"
        times = int(stated) if stated.isdigit() and len(stated) < 3 else 1
        return [self._cell(cell)] * max(1, times)

    def _cell(self, cell: etree._Element) -> Cell:
        rows, columns = (
            int(stated) if (stated := value(cell, name) or "").isdigit() else 1
            for name in ("number-rows-spanned", "number-columns-spanned")
        )
        return Cell(list(self.blocks(cell)), rows, columns)


def _leaves_out(properties: etree._Element | None) -> str:
    """What the remark calls a text with some properties that is left out; else empty."""
    if properties is None:
        return ""
    if value(properties, "display") == "none":
        return "hidden passages"
    return "struck-out passages" if strikes(properties) else ""


def strikes(properties: etree._Element | None) -> bool:
    """Whether a text with some properties is struck out."""
    stated = (value(properties, f"text-line-through-{what}") for what in ("style", "type"))
    return any(line not in {None, "none"} for line in stated)


def _raises(properties: etree._Element | None) -> bool:
    """Whether a text with some properties is a superscript: ``super 58%`` or ``33% 58%``."""
    place = (value(properties, "text-position") or "").partition(" ")[0]
    return place == "super" or (place.endswith("%") and place[0] not in "-0")


def _style(level: etree._Element | None) -> str:
    stated = value(level, "num-format") or ""
    beginnings = {written(1, series): series for series in _SERIES}
    return _COUNTED.get(stated) or beginnings.get(stated[:1], "decimal")


def _all_text(element: etree._Element) -> str:
    return " ".join(map(str, element.itertext()))


def _flat(text: str | None) -> str:
    """White space of the XML, which ODF reads as one space."""
    if not text:
        return ""
    words = " ".join(text.split())
    before = " " if text[:1].isspace() and words else ""
    return (before + words + " " if text[-1:].isspace() else before + words) or ""
