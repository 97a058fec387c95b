"""Automatic numbering: what Word counts and writes before a paragraph."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex
from lxml import etree

from ingest.readers.numerals import written
from ingest.readers.opc import is_on, value
from ingest.readers.word.styles import ListPlace, Styles

_PLACE = regex.compile(r"%([1-9])")
_LEVELS = 9


@dataclass(frozen=True)
class _Level:
    style: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # after which level, from 1; 0 for never
    legal: bool = False  # all numbers in digits
    joined: bool = False  # nothing between number and text
    paragraphs: str = ""  # the style of paragraphs that are at this level


@dataclass
class _List:
    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int]  # numbers that this list begins with, by level


@dataclass(frozen=True)
class Label:
    """What stands before a paragraph of a list.

    Attributes:
        text: The number, with what is between it and the paragraph's text; empty for a bullet.
        bullet: Whether the list has no numbers.
    """

    text: str
    bullet: bool = False


@dataclass
class _Count:
    numbers: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document, and how far each has been counted.

    Lists that share their definition count on from each other, but for one that begins with a
    number of its own.

    Args:
        root: The part with the lists, if there is one.
        styles: The document's styles.
    """

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, _Count] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        abstracts = {
            value(element, "abstractNumId") or "": element
            for element in root.iterfind("{*}abstractNum")
        }
        elements = {value(e, "numId") or "": e for e in root.iterfind("{*}num")}
        for identity, element in elements.items():
            self._lists[identity] = self._list(element, elements, abstracts)

    def _list(
        self,
        element: etree._Element,
        elements: dict[str, etree._Element],
        abstracts: dict[str, etree._Element],
    ) -> _List:
        abstract = value(element.find("{*}abstractNumId")) or ""
        definition = abstracts.get(abstract)
        if definition is not None and (link := value(definition.find("{*}numStyleLink"))):
            linked = elements.get(self._styles.style_list(link) or "")
            if linked is not None:
                abstract = value(linked.find("{*}abstractNumId")) or ""
                definition = abstracts.get(abstract)
        levels = _levels(definition)
        restarts: dict[int, int] = {}
        for override in element.iterfind("{*}lvlOverride"):
            level = _number(value(override, "ilvl"))
            levels |= _levels(override)
            if (start := value(override.find("{*}startOverride"))) is not None:
                restarts[level] = _number(start)
        return _List(abstract, levels, restarts)

    def label(self, paragraph: etree._Element) -> Label | None:
        """Count a paragraph; what stands before it, None where it is in no list."""
        place, style = self._styles.list_place(paragraph)
        found = self._lists.get(place.list_id) if place else None
        if place is None or found is None:
            return None
        if style:  # its style is what a level of the list names
            at = (n for n, level in found.levels.items() if level.paragraphs == style)
            place = ListPlace(place.list_id, next(at, place.level))
        level = found.levels.get(place.level)
        if level is None:
            return None
        numbers = self._count(found, place)
        if level.style == "bullet":
            return Label("", bullet=True)
        text = _PLACE.sub(lambda m: _shown(found, numbers, int(m[1]) - 1, level.legal), level.text)
        return Label(text + ("" if level.joined or not text.strip() else " "))

    def _count(self, found: _List, place: ListPlace) -> dict[int, int]:
        numbers = self._counts.setdefault(found.abstract, _Count()).numbers
        depth = place.level
        level = found.levels[depth]
        key = (place.list_id, depth)
        if key not in self._begun and depth in found.restarts:
            numbers[depth] = found.restarts[depth]
        else:
            numbers[depth] = numbers[depth] + 1 if depth in numbers else level.start
        self._begun.add(key)
        for below in range(depth + 1, _LEVELS):
            restart = found.levels[below].restart if below in found.levels else None
            if restart is None or (restart > 0 and depth < restart):
                numbers.pop(below, None)
        return numbers


def _shown(found: _List, numbers: dict[int, int], depth: int, legal: bool) -> str:
    level = found.levels.get(depth, _Level())
    style = "decimal" if legal and level.style != "none" else level.style
    return written(numbers.get(depth, level.start), style)


def _levels(parent: etree._Element | None) -> dict[int, _Level]:
    levels = {}
    for element in parent.iterfind("{*}lvl") if parent is not None else ():
        restart = value(element.find("{*}lvlRestart"))
        levels[_number(value(element, "ilvl"))] = _Level(
            style=_style(element),
            text=value(element.find("{*}lvlText")) or "",
            start=_number(value(element.find("{*}start"))),
            restart=None if restart is None else _number(restart),
            legal=bool(is_on(element.find("{*}isLgl"))),
            joined=value(element.find("{*}suff")) == "nothing",
            paragraphs=value(element.find("{*}pStyle")) or "",
        )
    return levels


def _style(level: etree._Element) -> str:
    """The style of counting; newer ones stand beside an old one that stands in for them."""
    choice = level.find("{*}AlternateContent/{*}Choice/{*}numFmt")
    fallback = level.find("{*}AlternateContent/{*}Fallback/{*}numFmt")
    stated = next((f for f in (level.find("{*}numFmt"), fallback, choice) if f is not None), None)
    return value(stated) or "decimal"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
