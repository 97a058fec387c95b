"""The blocks of a document: paragraphs, headings, lists, tables, and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers.charts import drawn
from ingest.readers.cleaning import clean
from ingest.readers.content import Content, Paragraph, in_one_line, markdown
from ingest.readers.findings import Findings
from ingest.readers.lines import TextLine
from ingest.readers.opc import Package, local, value
from ingest.readers.packages import opened
from ingest.readers.source import Limits, SourceText
from ingest.readers.word.grids import table
from ingest.readers.word.line_reader import LineReader, is_table_of_contents
from ingest.readers.word.numbering import Numbering
from ingest.readers.word.styles import Styles

_MAIN = "word/document.xml"
_CHANGES = {"ins", "del", "moveTo", "moveFrom"}
_NOTHING = {"sectPr", "pPr", "tcPr", "sdtPr", "sdtEndPr"}


def read_docx(path: Path, limits: Limits) -> SourceText:
    """A Word document.

    Raises:
        UnreadableFileError: It is damaged or unpacks to far more than it should.
    """
    with opened(path, limits) as archive:
        package = Package(archive, path.name)
        root = package.root(_MAIN)
        body = root.find("{*}body") if root is not None else None
        if body is None:
            raise UnreadableFileError(
                Fault.DAMAGED,
                f"{path.name} is a damaged Word document: it has no body.",
                "Save it again from Word.",
            )
        findings = Findings()
        text = _text(package, body, findings)
        title = package.title
    return SourceText(
        clean(text), "markdown", title=title, remarks=findings.remarks(), left_out=findings.left_out
    )


def _text(package: Package, body: etree._Element, findings: Findings) -> str:
    styles = Styles(next(package.related(_MAIN, "styles"), None))
    numbering = Numbering(next(package.related(_MAIN, "numbering"), None), styles)
    document = _Blocks(package, styles, numbering, findings)
    notes = {
        (kind, value(note, "id") or ""): in_one_line(document.of(note, f"word/{kind}s.xml", {}))
        for kind in ("footnote", "endnote")
        for root in package.related(_MAIN, f"{kind}s")
        for note in root.iterchildren(f"{{*}}{kind}")
    }
    text = markdown(document.of(body, _MAIN, notes))
    heads = markdown(
        part
        for kind in ("header", "footer")
        for root in package.related(_MAIN, kind)
        for part in document.of(root, _MAIN, {})
    )
    if not text.strip():
        return heads
    if heads.strip():
        findings.note(RemarkKind.LEFT_OUT, "running heads and feet", heads.count("\n\n") + 1)
    for root in package.related(_MAIN, "comments"):
        findings.note(RemarkKind.COMMENTS, "comments", len(root.findall("{*}comment")))
    return text


class _Blocks:
    """Goes through the blocks of a document's parts, in order: numbers are counted on the way."""

    def __init__(
        self, package: Package, styles: Styles, numbering: Numbering, findings: Findings
    ) -> None:
        self._package = package
        self._styles = styles
        self._numbering = numbering
        self._findings = findings

    def of(
        self, root: etree._Element, part: str, notes: Mapping[tuple[str, str], str]
    ) -> list[Content]:
        """The content of a part, or of an element that is read like one.

        Args:
            root: The element.
            part: The part that it is in.
            notes: The texts of foot- and endnotes that it may refer to.
        """

        def boxed(element: etree._Element) -> Iterator[Content]:
            if local(element) == "txbxContent":
                return self._blocks(element, lines)
            return drawn(self._package, part, element)

        lines = LineReader(root, self._styles, notes, boxed, self._findings)
        return list(self._blocks(root, lines))

    def _blocks(self, parent: etree._Element, lines: LineReader) -> Iterator[Content]:
        line = TextLine()
        for element in _blocks_below(parent, lines, self._findings):
            if local(element) == "tbl":
                if line:  # the paragraph before it lost its end
                    yield from self._paragraph(None, line)
                    line = TextLine()
                yield table(element, lambda cell: list(self._blocks(cell, lines)), self._findings)
                continue
            lines.read(element, line)
            if element.find("{*}pPr/{*}rPr/{*}del") is None:
                yield from self._paragraph(element, line)
                line = TextLine()
        if line:
            yield from self._paragraph(None, line)

    def _paragraph(self, element: etree._Element | None, line: TextLine) -> Iterator[Content]:
        """A paragraph; several whose marks were deleted are one, with the properties of the
        last."""
        if element is None:
            yield Paragraph(line.text)
        elif not self._styles.name(element).startswith("toc "):
            label = self._numbering.label(element)
            number = label.text if label else ""
            if level := self._styles.level(element):
                # The notes of a heading are text below it.
                yield Paragraph(number + line.words if line.words else "", level)
                yield from (Paragraph(f"({note.text})") for note in line.notes if note.text)
            elif text := line.text:
                yield Paragraph(number + text, bullet=bool(label and label.bullet))
        elif line:
            self._findings.note(RemarkKind.LEFT_OUT, "lines of a table of contents")
        yield from line.boxes


def _blocks_below(
    parent: etree._Element, lines: LineReader, findings: Findings
) -> Iterator[etree._Element]:
    """The paragraphs and tables below an element, whatever stands around them."""
    for element in parent.iterchildren(etree.Element):
        name = local(element)
        if name in {"p", "tbl"}:
            yield element
        elif name == "AlternateContent":
            alternative = next(element.iterchildren("{*}Choice", "{*}Fallback"), None)
            if alternative is not None:
                yield from _blocks_below(alternative, lines, findings)
        elif name in _CHANGES:
            if lines.keeps_change(element):
                yield from _blocks_below(element, lines, findings)
        elif name == "altChunk":
            findings.note(RemarkKind.LEFT_OUT, "embedded documents")
        elif is_table_of_contents(element):
            findings.note(RemarkKind.LEFT_OUT, "tables of contents")
        elif name not in _NOTHING:
            yield from _blocks_below(element, lines, findings)
