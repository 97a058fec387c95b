"""Packages of Office files (ECMA-376, part 2): parts of XML and how they refer to each other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zipfile import ZipFile

from lxml import etree

from ingest.readers.packages import xml

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True)
class Relation:
    """From one part to another.

    Attributes:
        kind: The last word of its type: ``footnotes``, ``chart``.
        target: The name of the other part.
    """

    kind: str
    target: str


class Package:
    """The parts of an Office file.

    Args:
        archive: The file, opened.
        name: What the file is called, for errors.
    """

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(self._archive.namelist())

    def root(self, part: str) -> etree._Element | None:
        """The root of a part, or None where there is no such part.

        Raises:
            UnreadableFileError: It is not well-formed.
        """
        if part not in self._parts:
            return None
        return xml(self._archive.read(part), f"{self._name}: {part}")

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to inside the package, by the id of the reference."""
        folder, name = posixpath.split(part)
        root = self.root(f"{folder}/_rels/{name}.rels")
        found: dict[str, Relation] = {}
        for element in root.iterchildren(etree.Element) if root is not None else ():
            target = element.get("Target")
            if not target or element.get("TargetMode") == "External":
                continue
            kind = (element.get("Type") or "").rsplit("/", 1)[-1]
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[element.get("Id") or ""] = Relation(kind, path)
        return found

    def related(self, part: str, kind: str) -> Iterator[etree._Element]:
        """The roots of the parts of one kind that a part refers to."""
        for relation in self.relations(part).values():
            if relation.kind == kind and (root := self.root(relation.target)) is not None:
                yield root

    @cached_property
    def title(self) -> str | None:
        """The title among the file's properties."""
        properties = self.root("docProps/core.xml")
        if properties is None:
            return None
        return (
            properties.findtext("{http://purl.org/dc/elements/1.1/}title") or ""
        ).strip() or None


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute by its name without its namespace."""
    if element is None:
        return None
    for key, found in element.attrib.items():
        if str(key).rsplit("}", 1)[-1] == name:
            return str(found)
    return None


def reference(element: etree._Element, name: str = "id") -> str:
    """An attribute in the namespace of references: ``r:id``."""
    return str(element.get(f"{{{_R}}}{name}") or element.get(f"{{{_R_STRICT}}}{name}") or "")


def is_on(element: etree._Element | None) -> bool | None:
    """Whether a switch is on (``<w:vanish/>``, ``w:val="0"``); None where it is not there."""
    if element is None:
        return None
    return value(element) not in {"0", "false", "off", "none"}
