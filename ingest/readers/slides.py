"""PowerPoint presentations: a section for each slide, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pptx
from lxml.etree import XMLSyntaxError
from pptx.exc import PythonPptxError
from pptx.slide import Slide

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.packages import opened
from ingest.readers.source import Limits, SourceText


def read_pptx(path: Path, limits: Limits) -> SourceText:
    """A presentation: slide titles as headings, then text, tables and the speaker's notes.

    Raises:
        UnreadableFileError: It is damaged or unpacks to far more than it should.
    """
    try:
        with opened(path, limits):
            presentation = pptx.Presentation(str(path))
            blocks = [
                block
                for number, slide in enumerate(presentation.slides, start=1)
                for block in _blocks(slide, number)
            ]
    except (PythonPptxError, XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is a damaged presentation: {error}",
            "Save it again from PowerPoint.",
        ) from error
    title = presentation.core_properties.title or None
    return SourceText(clean("\n\n".join(blocks)), "markdown", title=title)


def _blocks(slide: Slide, number: int) -> Iterator[str]:
    title = slide.shapes.title
    text = title.text_frame.text.strip() if title is not None else ""
    body = [block for shape in _in_reading_order(slide.shapes) for block in _of_shape(shape, title)]
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        body += [markup.escaped(line.strip()) for line in notes.text.splitlines() if line.strip()]
    if body or text:
        yield markup.heading(text or f"{number}", 2)
        yield from body


def _in_reading_order(shapes: Iterable[Any]) -> list[Any]:
    """Shapes from top to bottom; those of a group in place of the group."""
    flat: list[Any] = []
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        flat += _in_reading_order(inner) if inner is not None else [shape]
    return sorted(flat, key=lambda shape: shape.top or 0)


def _of_shape(shape: Any, title: Any) -> Iterator[str]:
    if title is not None and shape.shape_id == title.shape_id:
        return
    if getattr(shape, "has_table", False):
        yield markup.table([[cell.text for cell in row.cells] for row in shape.table.rows])
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            if text := paragraph.text.strip():
                yield f"- {markup.escaped(text)}"
