"""What HWPX keeps in its header: looks of runs, and lists and outlines of paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

import regex
from lxml import etree

from ingest.readers.numerals import written

#: Lines that strike a text out. Hangul also writes ``3D`` and ``NONE``, for text that is not.
_STRIKING = frozenset(
    "SOLID DASH DOT DASH_DOT DASH_DOT_DOT LONG_DASH CIRCLE DOUBLE_SLIM SLIM_THICK THICK_SLIM"
    " SLIM_THICK_SLIM".split()
)
_PLACE = regex.compile(r"\^([1-9]|10|[nN])")


@dataclass(frozen=True)
class _Heading:
    kind: str  # NONE, OUTLINE, NUMBER, BULLET
    numbering: str
    level: int  # from 0


@dataclass(frozen=True)
class _Head:
    text: str
    style: str
    start: int


@dataclass(frozen=True)
class Lead:
    """What a paragraph is in a list or an outline.

    Attributes:
        number: What stands before its text.
        level: Of an outline, from 1; 0 for any other paragraph.
        bullet: Whether it is an item without a number.
    """

    number: str = ""
    level: int = 0
    bullet: bool = False


class Properties:
    """The properties that paragraphs and runs refer to, and how far each list is counted.

    Args:
        root: The part ``header.xml``, if there is one.
    """

    def __init__(self, root: etree._Element | None) -> None:
        self.struck: frozenset[str] = frozenset()
        self.raised: frozenset[str] = frozenset()
        self._headings: dict[str, _Heading] = {}
        self._heads: dict[str, dict[int, _Head]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        self.struck = frozenset(
            look.get("id") or ""
            for look in root.iter("{*}charPr")
            if (line := look.find("{*}strikeout")) is not None and line.get("shape") in _STRIKING
        )
        self.raised = frozenset(
            look.get("id") or ""
            for look in root.iter("{*}charPr")
            if look.find("{*}supscript") is not None
        )
        for paragraph in root.iter("{*}paraPr"):
            heading = paragraph.find("{*}heading")
            if heading is not None:
                self._headings[paragraph.get("id") or ""] = _Heading(
                    heading.get("type") or "NONE",
                    heading.get("idRef") or "",
                    _number(heading.get("level"), 0),
                )
        for numbering in root.iter("{*}numbering"):
            self._heads[numbering.get("id") or ""] = {
                _number(head.get("level"), 1) - 1: _Head(
                    head.text or "",
                    head.get("numFormat") or "DIGIT",
                    _number(head.get("start"), 1),
                )
                for head in numbering.iterchildren("{*}paraHead")
            }

    def lead(self, paragraph: etree._Element, outline: str) -> Lead:
        """Count a paragraph; what it is in its list or outline.

        Args:
            paragraph: The paragraph.
            outline: The list that counts the outline in its section.
        """
        heading = self._headings.get(paragraph.get("paraPrIDRef") or "")
        match heading:
            case _Heading("BULLET"):
                return Lead(bullet=True)
            case _Heading("OUTLINE", _, level):
                return Lead(self._counted(outline, level), level + 1)
            case _Heading("NUMBER", numbering, level):
                return Lead(self._counted(numbering, level))
        return Lead()

    def _counted(self, numbering: str, level: int) -> str:
        heads = self._heads.get(numbering, {})
        if level not in heads:
            return ""
        numbers = self._counts.setdefault(numbering, {})
        numbers[level] = numbers[level] + 1 if level in numbers else heads[level].start
        for below in [n for n in numbers if n > level]:
            del numbers[below]

        def shown(depth: int) -> str:
            head = heads.get(depth, heads[level])
            return written(numbers.get(depth, head.start), head.style)

        def place(match: regex.Match[str]) -> str:
            if match[1] in "nN":  # the whole path
                return ".".join(shown(depth) for depth in range(level + 1))
            return shown(int(match[1]) - 1)

        text = str(_PLACE.sub(place, heads[level].text))
        return f"{text} " if text.strip() else ""


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() else otherwise
