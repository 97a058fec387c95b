"""Word, OpenDocument and Hangul documents: the text nodes of their XML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import regex
from lxml import etree

from ingest.readers.opc import local
from ingest.readers.packages import opened, xml
from ingest.readers.source import Limits

_WORD_PARTS = regex.compile(r"word/(?:document|footnotes|endnotes)\.xml")
#: Deleted and moved text, the second copy of what newer programs draw, and how a word is read.
_WORD_NOT_SHOWN = {"del", "moveFrom", "Fallback", "rt"}
#: Properties of a run: hidden, struck out.
_WORD_HIDING = ("vanish", "strike", "dstrike")
_WORD_APART = {"p", "tab", "br", "cr", "tc"}
_ODT_NOT_SHOWN = {
    *("annotation", "tracked-changes", "note-citation", "forms", "sequence-decls"),
    *("table-of-content", "alphabetical-index", "bibliography", "illustration-index"),
    *("table-index", "object-index", "user-index", "title", "desc", "ruby-text"),
}
_ODT_APART = {"p", "h", "tab", "line-break", "s"}
_HWPX_SECTION = regex.compile(r"Contents/section\d+\.xml")
_HWPX_NOT_SHOWN = {"header", "footer", "hiddenComment", "fieldBegin", "memogroup"}
_HWPX_APART = {"p", "tab", "lineBreak", "tc", "fwSpace", "nbSpace"}


def word(path: Path, limits: Limits) -> Iterator[str]:
    """The paragraphs of a Word document and of its notes, as if all changes were accepted."""
    with opened(path, limits) as archive:
        for name in filter(_WORD_PARTS.fullmatch, archive.namelist()):
            root = xml(archive.read(name), path.name)
            yield _joined(root, _is_shown_in_word, {"t"}, _WORD_APART)


def _is_shown_in_word(element: etree._Element) -> bool:
    name = local(element)
    if name in _WORD_NOT_SHOWN:
        return False
    if name == "r":  # a run: hidden or struck out
        return not any(_is_on(element, f"{{*}}rPr/{{*}}{p}") for p in _WORD_HIDING)
    if name == "p":  # a line of a table of contents
        style = element.find("{*}pPr/{*}pStyle")
        return style is None or not _value(style).lower().startswith("toc")
    return True


def _is_on(element: etree._Element, path: str) -> bool:
    switch = element.find(path)
    return switch is not None and _value(switch) not in {"0", "false", "off"}


def _value(element: etree._Element) -> str:
    return next((str(v) for k, v in element.attrib.items() if str(k).endswith("}val")), "")


def open_document(path: Path, limits: Limits) -> list[str]:
    """The body of an OpenDocument text."""
    with opened(path, limits) as archive:
        root = xml(archive.read("content.xml"), path.name)
    body = root.find("{*}body")
    shown = root if body is None else body
    return [_joined(shown, lambda e: local(e) not in _ODT_NOT_SHOWN, None, _ODT_APART)]


def hangul(path: Path, limits: Limits) -> Iterator[str]:
    """The sections of an HWPX document, as if all changes were accepted."""
    with opened(path, limits) as archive:
        for name in sorted(filter(_HWPX_SECTION.fullmatch, archive.namelist())):
            root = xml(archive.read(name), path.name)
            for deleted in list(root.iter("{*}deleteBegin")):
                _empty_until(deleted, "deleteEnd")
            yield _joined(root, lambda e: local(e) not in _HWPX_NOT_SHOWN, {"t"}, _HWPX_APART)


def _empty_until(begin: etree._Element, end: str) -> None:
    """Take away the text between two marks in a line."""
    element: etree._Element | None = begin
    while element is not None and local(element) != end:
        element.tail = None
        element = element.getnext()


def _joined(
    root: etree._Element,
    is_shown: Callable[[etree._Element], bool],
    holding: set[str] | None,
    apart: set[str],
) -> str:
    """The text of a tree.

    Args:
        root: Where it begins.
        is_shown: Whether an element is shown.
        holding: Names of the elements that hold text, None for all.
        apart: Names of the elements that part words.
    """
    parts: list[str] = []
    pending: list[tuple[etree._Element, bool]] = [(root, False)]
    while pending:
        element, done = pending.pop()
        if done:
            parts.append(" " if local(element) in apart else "")
            parent = element.getparent()
            if element.tail and (
                holding is None or (parent is not None and local(parent) in holding)
            ):
                parts.append(element.tail)
            continue
        pending.append((element, True))
        if not local(element) or not is_shown(element):
            continue
        if element.text and (holding is None or local(element) in holding):
            parts.append(element.text)
        pending += [(child, False) for child in reversed(element)]
    return "".join(parts)
