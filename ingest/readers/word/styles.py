"""Styles: what a paragraph or a run is by the name of its looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex
from lxml import etree

from ingest.readers.opc import is_on, value

#: Word's built-in heading styles keep these names whatever language Word runs in.
_HEADING = regex.compile(r"heading (?P<level>[1-9])$", regex.I)
#: Styles that are based on each other in a circle are followed no further.
_DEEPEST = 20
#: The outline level of body text.
_BODY = 9


@dataclass(frozen=True)
class ListPlace:
    """Which list a paragraph is in (``w:numPr``), and at which level, from 0."""

    list_id: str
    level: int


class Styles:
    """The styles of a document.

    Args:
        root: The part with the styles, if there is one.
    """

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: dict[str, str] = {}
        self._stated: dict[tuple[str, str], bool | None] = {}
        for style in root.iterfind("{*}style") if root is not None else ():
            identity = value(style, "styleId") or ""
            self._styles[identity] = style
            if value(style, "default") in {"1", "true"}:
                self._default[value(style, "type") or ""] = identity

    def _chain(self, identity: str | None) -> Iterator[tuple[str, etree._Element]]:
        """A style and those that it is based on."""
        for _ in range(_DEEPEST):
            style = self._styles.get(identity or "")
            if style is None:
                return
            yield identity or "", style
            identity = value(style.find("{*}basedOn"))

    def _named(self, paragraph: etree._Element) -> str | None:
        return value(paragraph.find("{*}pPr/{*}pStyle")) or self._default.get("paragraph")

    def _of(self, paragraph: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        return self._chain(self._named(paragraph))

    def name(self, paragraph: etree._Element) -> str:
        """The name of a paragraph's style, in small letters."""
        for _, style in self._of(paragraph):
            return (value(style.find("{*}name")) or "").lower()
        return ""

    def level(self, paragraph: etree._Element) -> int:
        """The level of a heading: 1 for the document's title, 2 for the first headings below
        it; 0 for other paragraphs."""
        stated = value(paragraph.find("{*}pPr/{*}outlineLvl"))
        for _, style in self._of(paragraph):
            if stated is not None:
                break
            name = value(style.find("{*}name")) or ""
            if name.lower() == "title":
                return 1
            if match := _HEADING.match(name):
                return int(match["level"]) + 1
            stated = value(style.find("{*}pPr/{*}outlineLvl"))
        return int(stated) + 2 if stated and stated.isdigit() and int(stated) < _BODY else 0

    def list_place(self, paragraph: etree._Element) -> tuple[ListPlace | None, str]:
        """Where a paragraph stands in a list, and the style that says so; none for a paragraph
        that is in no list."""
        stated = paragraph.find("{*}pPr/{*}numPr")
        level = value(stated.find("{*}ilvl")) if stated is not None else None
        identity = value(stated.find("{*}numId")) if stated is not None else None
        by = ""
        for name, style in self._of(paragraph) if identity is None else ():
            properties = style.find("{*}pPr/{*}numPr")
            if properties is None:
                continue
            level = level or value(properties.find("{*}ilvl"))
            identity = value(properties.find("{*}numId"))
            by = name
            if identity is not None:
                break
        if identity in {None, "0"}:
            return None, ""
        depth = int(level) if level and level.isdigit() else 0
        return ListPlace(str(identity), min(depth, 8)), "" if level else by

    def style_list(self, identity: str | None) -> str | None:
        """The list that a list style stands for."""
        for _, style in self._chain(identity):
            if (found := value(style.find("{*}pPr/{*}numPr/{*}numId"))) is not None:
                return found
        return None

    def raises(self, run: etree._Element) -> bool:
        """Whether a run is a superscript: by itself, or by its own style."""
        properties = run.find("{*}rPr")
        if properties is None:
            return False
        styles = (style for _, style in self._chain(value(properties.find("{*}rStyle"))))
        places = (properties, *(s.find("{*}rPr") for s in styles))
        stated = (value(place.find("{*}vertAlign")) for place in places if place is not None)
        return next((said for said in stated if said), "") == "superscript"

    def has(self, switch: str, run: etree._Element, paragraph: etree._Element | None) -> bool:
        """Whether a run has a property such as ``vanish``: by itself, by its own style, or by its
        paragraph's, where the nearer one decides."""
        properties = run.find("{*}rPr")
        if properties is not None:
            if (stated := is_on(properties.find(f"{{*}}{switch}"))) is not None:
                return stated
            if (by_style := self._states(switch, value(properties.find("{*}rStyle")))) is not None:
                return by_style
        if paragraph is None:
            return False
        return bool(self._states(switch, self._named(paragraph)))

    def _states(self, switch: str, identity: str | None) -> bool | None:
        """What a style says of a property; None where it says nothing."""
        if identity is None:
            return None
        if (switch, identity) not in self._stated:
            found = (
                is_on(style.find(f"{{*}}rPr/{{*}}{switch}")) for _, style in self._chain(identity)
            )
            self._stated[switch, identity] = next((on for on in found if on is not None), None)
        return self._stated[switch, identity]
