"""Reading the trees that lxml makes of HTML and XHTML: names without namespaces, text in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

#: Elements that stand in lines of their own (HTML Standard, section 15.3).
BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main"
    " menu nav ol optgroup option p pre search section summary table tbody td text tfoot th"
    " thead tr ul xmp".split()
)


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace, in small letters; empty for a comment."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """The elements right inside one."""
    return parent.iterchildren(etree.Element)


def drop(element: etree._Element) -> None:
    """Take an element out of its tree; what follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def text_of(element: etree._Element, without: Collection[str] = ()) -> str:
    """The text of an element in one line, its blocks apart.

    Args:
        element: The element.
        without: Names of elements inside it that are left out.
    """
    return " ".join("".join(_pieces(element, without)).split())


def _pieces(element: etree._Element, without: Collection[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local_name(child)
        apart = name in BLOCKS or name == "br"
        if apart:
            yield " "
        if name and name not in without:
            yield from _pieces(child, without)
        if apart:
            yield " "
        yield child.tail or ""
