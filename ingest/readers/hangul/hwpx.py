"""HWPX (KS X 6101): sections of paragraphs with tables, text boxes, notes, changes and memos."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers.cleaning import clean
from ingest.readers.content import Cell, Content, Paragraph, Table, in_one_line, markdown
from ingest.readers.findings import Findings
from ingest.readers.hangul.properties import Properties
from ingest.readers.lines import Note, TextLine
from ingest.readers.opc import local
from ingest.readers.packages import opened, refuse_locked, xml
from ingest.readers.raised import raised
from ingest.readers.source import Limits, SourceText

_PACKAGE = "Contents/content.hpf"
_SIGNS = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}
_NOTES = {"footNote", "endNote"}
_HEADS = {"header", "footer"}
#: What Hangul numbers by itself, where the number is no page's and no note's.
_NUMBERED = {"TABLE", "PICTURE", "EQUATION"}
#: What has its text in an attribute.
_SAYING = {"textart": "text", "compose": "composeText", "comboBox": "selectedValue"}
#: Boxes to tick.
_BOXES = {"checkBtn", "radioBtn"}
_CHECKED, _UNCHECKED = "\u2612", "\u2610"
_OBJECTS = {"chart", "ole", "video"}
_NO_TEXT = {"secPr", "linesegarray", "memogroup", "parameters"}


def read_hwpx(path: Path, limits: Limits) -> SourceText:
    """A Hangul document in XML.

    Raises:
        UnreadableFileError: It is damaged, protected, or unpacks to more than is allowed.
    """
    with opened(path, limits) as archive:
        refuse_locked(archive, path.name)
        package = xml(archive.read(_PACKAGE), path.name)
        sections = [xml(archive.read(part), path.name) for part in _sections(package, archive)]
        header = _part(archive, "Contents/header.xml", path.name)
    if not sections:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is a damaged Hangul document: it has no sections.",
            "Save it again from Hangul.",
        )
    findings = Findings()
    reader = _Sections(Properties(header), findings)
    text = markdown(part for section in sections for part in reader.read(section))
    heads = markdown(reader.heads)
    if not text.strip():
        text = heads
    elif heads.strip():
        findings.note(RemarkKind.LEFT_OUT, "running heads and feet", heads.count("\n\n") + 1)
    title = (package.findtext(".//{*}metadata/{*}title") or "").strip() or None
    return SourceText(clean(text), "markdown", title=title, remarks=findings.remarks())


def _sections(package: etree._Element, archive: ZipFile) -> Iterator[str]:
    """The names of the sections in reading order."""
    known = set(archive.namelist())
    listed = package.iterfind(".//{*}manifest/{*}item")
    items = {item.get("id"): item.get("href") or "" for item in listed}
    for place in package.iterfind(".//{*}spine/{*}itemref"):
        href = items.get(place.get("idref"), "")
        name = next((n for n in (href, posixpath.join("Contents", href)) if n in known), "")
        if posixpath.basename(name).startswith("section"):
            yield name


def _part(archive: ZipFile, part: str, name: str) -> etree._Element | None:
    return xml(archive.read(part), name) if part in archive.namelist() else None


class _Sections:
    """Goes through sections in order: numbers are counted on the way, and what is deleted may go
    on from one paragraph to the next."""

    def __init__(self, properties: Properties, findings: Findings) -> None:
        self._properties = properties
        self._findings = findings
        self._outline = ""
        self._deleting = 0
        self._joining = False
        #: The running heads and feet that were found.
        self.heads: list[Content] = []

    def read(self, section: etree._Element) -> list[Content]:
        """The content of a section."""
        about = next(section.iter("{*}secPr"), None)
        self._outline = (about.get("outlineShapeIDRef") or "") if about is not None else ""
        return list(self._blocks(section))

    def _blocks(self, parent: etree._Element) -> Iterator[Content]:
        line = TextLine()
        for paragraph in parent.iterchildren("{*}p"):
            self._joining = False
            self._walk(paragraph, line)
            if not self._joining:
                yield from self._paragraph(paragraph, line)
                line = TextLine()
        yield Paragraph(line.text)
        yield from line.boxes

    def _paragraph(self, paragraph: etree._Element, line: TextLine) -> Iterator[Content]:
        if line.words:
            lead = self._properties.lead(paragraph, self._outline)
            if lead.level:
                # The notes of a heading are text below it.
                yield Paragraph(lead.number + line.words, lead.level)
                yield from (Paragraph(f"({note.text})") for note in line.notes if note.text)
            else:
                yield Paragraph(lead.number + line.text, bullet=lead.bullet)
        yield from line.boxes

    def _walk(self, parent: etree._Element, line: TextLine) -> None:
        for element in parent.iterchildren(etree.Element):
            name = local(element)
            if name == "run":
                self._run(element, line)
            elif name == "t":
                self._text(element, line)
            elif name == "tbl":
                line.boxes += self._table(element)
            elif name in {"drawText", "caption"}:
                line.boxes += self._content(element)
            elif name == "equation":
                self._say(element.findtext("{*}script") or "", line)
            elif name in _NOTES:
                if not self._deleting:
                    line.notes.append(Note(line.length, in_one_line(self._content(element))))
            elif name in _HEADS:
                self.heads += self._content(element)
            elif name == "hiddenComment" or (
                name == "fieldBegin" and element.get("type") == "MEMO"
            ):
                self._findings.note(RemarkKind.COMMENTS, "memos")
            elif name == "autoNum" and element.get("numType") in _NUMBERED:
                self._say(element.get("num") or "", line)
            elif name in _SAYING:
                self._say(element.get(_SAYING[name]) or "", line)
            elif name in _BOXES:
                sign = _CHECKED if element.get("value") == "CHECKED" else _UNCHECKED
                self._say(f"{sign} {element.get('caption') or ''}", line)
            elif name == "edit":
                self._say(element.findtext("{*}text") or "", line)
            elif name in _OBJECTS:
                self._findings.note(RemarkKind.LEFT_OUT, "charts and embedded objects")
            elif name == "dutmal":
                self._say(element.findtext("{*}mainText") or "", line)
            elif name not in _NO_TEXT and name != "fieldBegin":
                self._walk(element, line)

    def _run(self, run: etree._Element, line: TextLine) -> None:
        if run.get("charPrIDRef") not in self._properties.struck:
            begun = len(line.pieces)
            self._walk(run, line)
            if run.get("charPrIDRef") in self._properties.raised:
                line.pieces[begun:] = map(raised, line.pieces[begun:])
            return
        struck = TextLine()
        self._walk(run, struck)
        line.boxes += struck.boxes
        if struck.words:
            self._findings.note(RemarkKind.HIDDEN, "struck-out passages")

    def _text(self, element: etree._Element, line: TextLine) -> None:
        """A piece of text, in which marks say where changes begin and end."""
        self._say(element.text or "", line)
        for mark in element.iterchildren(etree.Element):
            name = local(mark)
            self._change(name, mark)
            self._say(_SIGNS.get(name, ""), line)
            if name in _SAYING:
                self._say(mark.get(_SAYING[name]) or "", line)
            self._say(mark.tail or "", line)

    def _change(self, name: str, mark: etree._Element) -> None:
        if name == "insertBegin":
            self._findings.note(RemarkKind.TRACKED_CHANGES, "tracked insertions")
        elif name == "deleteBegin":
            self._findings.note(RemarkKind.TRACKED_CHANGES, "tracked deletions")
            self._deleting += 1
        elif name == "deleteEnd":
            self._deleting = max(0, self._deleting - 1)
            self._joining = mark.get("paraend") == "1"

    def _say(self, text: str, line: TextLine) -> None:
        if not self._deleting:
            line.pieces.append(text)

    def _content(self, element: etree._Element) -> list[Content]:
        """What is in the lists of paragraphs below an element."""
        return [
            part for inner in element.iterchildren("{*}subList") for part in self._blocks(inner)
        ]

    def _table(self, element: etree._Element) -> Iterator[Content]:
        for caption in element.iterchildren("{*}caption"):
            yield from self._content(caption)
        rows = [list(row.iterchildren("{*}tc")) for row in element.iterchildren("{*}tr")]
        headers = 0
        while headers < len(rows) and all(cell.get("header") == "1" for cell in rows[headers]):
            headers += 1
        yield Table(
            [[self._cell(cell) for cell in row] for row in rows],
            headers if headers < len(rows) else 0,
        )

    def _cell(self, cell: etree._Element) -> Cell:
        span = cell.find("{*}cellSpan")
        rows, columns = (
            int(stated) if span is not None and (stated := span.get(name) or "").isdigit() else 1
            for name in ("rowSpan", "colSpan")
        )
        return Cell(self._content(cell), rows, columns)
