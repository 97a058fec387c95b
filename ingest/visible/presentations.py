"""PowerPoint: the text nodes of slides, notes and diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import regex
from lxml import etree

from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits

_PARTS = regex.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide|diagrams/data)\d+\.xml")


def slides(path: Path, limits: Limits) -> Iterator[str]:
    """The texts of a presentation, without those of hidden slides and without slide numbers."""
    with opened(path, limits) as archive:
        roots = {n: xml(archive.read(n), path.name) for n in archive.namelist() if _PARTS.match(n)}
    hidden = {_number(name) for name, root in roots.items() if root.get("show") == "0"}
    for name, root in roots.items():
        if _number(name) not in hidden or "diagrams" in name:
            yield "\n".join(map(_paragraph, root.iter("{*}p")))


def _number(name: str) -> str:
    return "".join(filter(str.isdigit, name))


def _paragraph(paragraph: etree._Element) -> str:
    texts = paragraph.iterfind("{*}r/{*}t")
    return "".join(text.text or "" for text in texts)
