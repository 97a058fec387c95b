"""Charts and diagrams of Office files: what is written in them, and the values they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from ingest.readers.content import Cell, Content, Paragraph, Table
from ingest.readers.opc import Package, local, reference

#: Points of a series that are read; a chart with more is of measurements.
_MOST_POINTS = 1000


def drawn(package: Package, part: str, element: etree._Element) -> Iterator[Content]:
    """The content of a chart (``c:chart``) or a diagram (``dgm:relIds``) in a drawing.

    Args:
        package: The file.
        part: The part that the drawing is in.
        element: What refers to the chart or the diagram.
    """
    relation = package.relations(part).get(reference(element, "dm") or reference(element))
    root = package.root(relation.target) if relation else None
    if root is not None:
        yield from _diagram(root) if local(element) == "relIds" else _chart(root)


def _diagram(root: etree._Element) -> Iterator[Content]:
    for point in root.iterfind("{*}ptLst/{*}pt"):
        for paragraph in point.iterfind("{*}t/{*}p"):
            yield Paragraph(_text(paragraph), bullet=True)


def _chart(root: etree._Element) -> Iterator[Content]:
    """The title, and a table with a row for each category and a column for each series."""
    for title in root.iterfind("{*}chart/{*}title"):
        yield Paragraph(_text(title))
    series = list(root.iter("{*}ser"))
    names = [_first(s.iterfind("{*}tx//{*}v")) for s in series]
    categories = next((c for s in series if (c := _points(s, "cat", "xVal"))), {})
    values = [_points(s, "val", "yVal") for s in series]
    places = sorted({place for points in (categories, *values) for place in points})
    if any(values):
        rows = [["", *names]] if any(names) else []
        rows += [[categories.get(p, ""), *(points.get(p, "") for points in values)] for p in places]
        yield Table([[_cell(text) for text in row] for row in rows])


def _points(series: etree._Element, *names: str) -> dict[int, str]:
    """The points of a series by their place. Categories of several levels are joined."""
    found: dict[int, list[str]] = {}
    for name in names:
        for point in series.iterfind(f"{{*}}{name}//{{*}}pt"):
            place = point.get("idx") or ""
            if place.isdigit() and int(place) < _MOST_POINTS:
                found.setdefault(int(place), []).append(point.findtext("{*}v") or "")
    return {place: " ".join(reversed(texts)) for place, texts in found.items()}


def _cell(text: str) -> Cell:
    return Cell([Paragraph(text)])


def _first(elements: Iterator[etree._Element]) -> str:
    return next((element.text or "" for element in elements), "")


def _text(element: etree._Element) -> str:
    texts: Sequence[str] = [t.text or "" for t in element.iter("{*}t", "{*}v")]
    return "".join(texts)
