"""PowerPoint presentations: a section for each slide, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

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
from ingest.readers.math import linear
from ingest.readers.numerals import written
from ingest.readers.opc import Package, local
from ingest.readers.packages import opened
from ingest.readers.raised import raised
from ingest.readers.source import Limits, SourceText

#: How PowerPoint calls series that Word calls otherwise.
_SERIES: Final = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "circleNum": "decimalEnclosedCircle",
    "arabic1": "arabicAlpha",
    "arabic2": "arabicAbjad",
}


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
            _note_layouts(presentation, findings)
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
        for shape in _in_reading_order(_on_slide(slide, findings), findings)
        if title is None or shape.shape_id != title.shape_id
        for content in _shape(shape, part, package, findings)
    ]
    body += [
        paragraph
        for text in slide.element.iterfind(".//{*}AlternateContent/{*}Choice//{*}txBody")
        for paragraph in _items(text, findings)
    ]
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        body += [Paragraph(line) for line in notes.text.splitlines()]
    if body or text:
        heads = is_heading(text)
        yield Paragraph(text if heads else f"{number}", 2)
        yield Paragraph("" if heads else text)
        yield from body


def _note_layouts(presentation: Any, findings: Findings) -> None:
    """Count what layouts write on every slide that has them."""
    layouts = {
        slide.slide_layout.part.partname: slide.slide_layout for slide in presentation.slides
    }
    for layout in layouts.values():
        for shape in layout.shapes:
            if not shape.is_placeholder and shape.has_text_frame and shape.text_frame.text.strip():
                findings.note(RemarkKind.LEFT_OUT, "texts of slide layouts")


def _on_slide(slide: Slide, findings: Findings) -> Iterator[Any]:
    """The shapes that are not wholly beside their slide, where nobody sees them."""
    whole = slide.part.package.presentation_part.presentation
    for shape in slide.shapes:
        left, top, width, height = shape.left, shape.top, shape.width, shape.height
        if None in (left, top, width, height) or (
            left + width >= 0
            and left <= whole.slide_width
            and (top + height >= 0 and top <= whole.slide_height)
        ):  # where its layout says
            yield shape
        else:
            findings.note(RemarkKind.HIDDEN, "shapes beside the slide")


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
    for body in shape.element.iterfind("{*}txBody"):
        yield from _items(body, findings)
    for table in shape.element.iter("{*}tbl"):
        yield Table(
            [
                [_cell(cell, findings) for cell in row.iterfind("{*}tc") if not _goes_on(cell)]
                for row in table.iterfind("{*}tr")
            ]
        )
    if any(True for _ in shape.element.iter("{*}oleObj")):
        findings.note(RemarkKind.LEFT_OUT, "embedded objects")
    for drawing in shape.element.iter("{*}chart", "{*}relIds"):
        yield from drawn(package, part, drawing)


def _items(body: etree._Element, findings: Findings) -> Iterator[Paragraph]:
    """The paragraphs of a text with the numbers that PowerPoint counts."""
    counts: dict[int, tuple[str, int]] = {}  # level: (style and first number, number)
    for paragraph in body.iterchildren("{*}p"):
        text = _line(paragraph, findings)
        properties = paragraph.find("{*}pPr")
        stated = (properties.get("lvl") if properties is not None else None) or "0"
        level = int(stated) if stated.isdigit() else 0
        counted = properties.find("{*}buAutoNum") if properties is not None else None
        if not text.strip():
            continue
        counts = {depth: count for depth, count in counts.items() if depth <= level}
        if counted is None:
            counts.pop(level, None)
            yield Paragraph(text, bullet=True)
            continue
        style, start = counted.get("type") or "", counted.get("startAt") or "1"
        series, number = counts.get(level, ("", 0))
        first = int(start) if start.isdigit() else 1
        number = number + 1 if series == f"{style} {first}" else first
        counts[level] = (f"{style} {first}", number)
        yield Paragraph(f"{_counted(number, style)} {text}")


def _counted(number: int, style: str) -> str:
    """A number in a style such as ``alphaLcParenR`` (ECMA-376, ST_TextAutonumberScheme)."""
    series = next((ours for name, ours in _SERIES.items() if style.startswith(name)), "decimal")
    text = written(number, series)
    if style.endswith("ParenBoth"):
        return f"({text})"
    return text + (")" if style.endswith("ParenR") else "." if style.endswith("Period") else "")


def _line(paragraph: etree._Element, findings: Findings) -> str:
    """The text of a paragraph (``a:p``) without what is struck out."""
    pieces = []
    for run in paragraph.iterchildren("{*}r", "{*}fld", "{*}br", "{*}m", "{*}AlternateContent"):
        look = run.find("{*}rPr")
        if local(run) in {"m", "AlternateContent"}:
            pieces += [linear(formula) for formula in run.iter("{*}oMath")]
        elif look is not None and look.get("strike", "noStrike") != "noStrike":
            findings.note(RemarkKind.HIDDEN, "struck-out passages")
        else:
            text = run.findtext("{*}t") or ("\n" if local(run) == "br" else "")
            is_raised = look is not None and look.get("baseline", "0")[:1] not in "0-"
            pieces.append(raised(text) if is_raised else text)
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
