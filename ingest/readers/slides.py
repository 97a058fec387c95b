"""PowerPoint presentations: a section for each slide, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pptx
from lxml import etree
from pptx.exc import PythonPptxError
from pptx.slide import Slide

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers.charts import drawn
from ingest.readers.cleaning import clean
from ingest.readers.content import Cell, Content, Paragraph, Table, is_heading, markdown
from ingest.readers.findings import Findings
from ingest.readers.opc import Package, local
from ingest.readers.packages import opened
from ingest.readers.source import Limits, SourceText


def read_pptx(path: Path, limits: Limits) -> SourceText:
    """A presentation: slide titles as headings, then text, tables, charts, diagrams and the
    speaker's notes. Hidden slides and shapes are left out.

    Raises:
        UnreadableFileError: It is damaged or unpacks to far more than it should.
    """
    findings = Findings()
    try:
        with opened(path, limits) as archive:
            presentation = pptx.Presentation(str(path))
            package = Package(archive, path.name)
            content = [
                part
                for number, slide in enumerate(presentation.slides, start=1)
                for part in _slide(slide, number, package, findings)
            ]
    except (PythonPptxError, etree.XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is a damaged presentation: {error}",
            "Save it again from PowerPoint.",
        ) from error
    title = presentation.core_properties.title or None
    text = clean(markdown(content))
    return SourceText(text, "markdown", title=title, remarks=findings.remarks())


def _slide(slide: Slide, number: int, package: Package, findings: Findings) -> Iterator[Content]:
    if slide.element.get("show") in {"0", "false"}:
        findings.note(RemarkKind.HIDDEN, "hidden slides")
        return
    part = str(slide.part.partname).lstrip("/")
    for comments in package.related(part, "comments"):
        findings.note(RemarkKind.COMMENTS, "comments", len(list(comments.iter("{*}cm"))))
    title = slide.shapes.title
    text = title.text_frame.text.strip() if title is not None else ""
    body = [
        content
        for shape in _in_reading_order(slide.shapes, findings)
        if title is None or shape.shape_id != title.shape_id
        for content in _shape(shape, part, package, findings)
    ]
    body += [
        Paragraph(_line(paragraph, findings), bullet=True)
        for paragraph in slide.element.iterfind(".//{*}AlternateContent/{*}Choice//{*}txBody/{*}p")
    ]
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        body += [Paragraph(line) for line in notes.text.splitlines()]
    if body or text:
        heads = is_heading(text)
        yield Paragraph(text if heads else f"{number}", 2)
        yield Paragraph("" if heads else text)
        yield from body


def _in_reading_order(shapes: Iterable[Any], findings: Findings) -> list[Any]:
    """Shapes from top to bottom; those of a group in place of the group."""
    flat: list[Any] = []
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        if next(shape.element.iter("{*}cNvPr")).get("hidden") in {"1", "true"}:
            findings.note(RemarkKind.HIDDEN, "hidden shapes")
        else:
            flat += _in_reading_order(inner, findings) if inner is not None else [shape]
    return sorted(flat, key=lambda shape: shape.top or 0)


def _shape(shape: Any, part: str, package: Package, findings: Findings) -> Iterator[Content]:
    for paragraph in shape.element.iterfind("{*}txBody/{*}p"):
        yield Paragraph(_line(paragraph, findings), bullet=True)
    for table in shape.element.iter("{*}tbl"):
        yield Table(
            [
                [_cell(cell, findings) for cell in row.iterfind("{*}tc") if not _goes_on(cell)]
                for row in table.iterfind("{*}tr")
            ]
        )
    for drawing in shape.element.iter("{*}chart", "{*}relIds"):
        yield from drawn(package, part, drawing)


def _line(paragraph: etree._Element, findings: Findings) -> str:
    """The text of a paragraph (``a:p``) without what is struck out."""
    pieces = []
    for run in paragraph.iterchildren("{*}r", "{*}fld", "{*}br"):
        look = run.find("{*}rPr")
        if look is not None and look.get("strike", "noStrike") != "noStrike":
            findings.note(RemarkKind.HIDDEN, "struck-out passages")
        else:
            pieces.append(run.findtext("{*}t") or ("\n" if local(run) == "br" else ""))
    return "".join(pieces)


def _cell(cell: etree._Element, findings: Findings) -> Cell:
    content = [Paragraph(_line(p, findings)) for p in cell.iterfind("{*}txBody/{*}p")]
    rows, columns = (
        int(stated) if (stated := cell.get(name) or "").isdigit() else 1
        for name in ("rowSpan", "gridSpan")
    )
    return Cell(content, rows, columns)


def _goes_on(cell: etree._Element) -> bool:
    """Whether a cell is a part of another one that spans it."""
    return any(cell.get(name) in {"1", "true"} for name in ("hMerge", "vMerge"))
