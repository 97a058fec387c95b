"""Web pages: their main part as Markdown."""

from __future__ import annotations

from pathlib import Path

import regex
from lxml import etree, html

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers.cleaning import clean
from ingest.readers.html_blocks import BlockWriter
from ingest.readers.html_page import MainPart, main_part, remarks_on, shown_part
from ingest.readers.html_styles import apply_styles
from ingest.readers.html_tree import local_name, text_of
from ingest.readers.source import Limits, SourceText
from ingest.readers.text import decode_bytes, encoding_named

#: Where a page may say how it is encoded (HTML Standard, section 13.2.3.2), and as an XML file.
_STATED_WITHIN = 4096
_STATED = regex.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w:.-]+)|^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w:.-]+)",
    regex.IGNORECASE,
)


def read_html(path: Path, limits: Limits) -> SourceText:
    """A web page without its menus, heads and feet, as Markdown.

    Raises:
        UnreadableFileError: It has no main text.
    """
    tree = _styled(_tree(decode_page(path.read_bytes(), path.name)))
    title = _title(tree)
    source = _source(main_part(_body(tree)), title)
    if not source.text:
        raise UnreadableFileError(
            Fault.NO_TEXT,
            f"{path.name} has no main text.",
            "Check that the page was saved whole.",
        )
    return source


def html_fragment(text: str) -> SourceText:
    """All that a piece of HTML shows, as Markdown: there is nothing around its main part."""
    return _source(shown_part(_body(_styled(_tree(text)))))


def _styled(tree: etree._Element) -> etree._Element:
    styles = [e for e in tree.iter(etree.Element) if local_name(e) == "style"]
    apply_styles(tree, ("".join(map(str, style.itertext())) for style in styles))
    return tree


def decode_page(data: bytes, name: str) -> str:
    """A page's text: in Unicode if it can be, else in the encoding that it states, else in the
    one that fits best.

    Raises:
        UnreadableFileError: No encoding fits.
    """
    stated = _STATED.search(data[:_STATED_WITHIN])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if stated and (encoding := encoding_named(_label(stated))):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                pass
    return decode_bytes(data, name)


def _source(page: MainPart, title: str | None = None) -> SourceText:
    return SourceText(
        clean("\n\n".join(BlockWriter().blocks(page.root))),
        "markdown",
        title=title,
        remarks=tuple(remarks_on([page])),
        left_out=page.left_out,
    )


def _label(stated: regex.Match[bytes]) -> str:
    label: bytes = next(filter(None, stated.groups()))
    return label.decode("ascii", "replace")


def _tree(text: str) -> etree._Element:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        tree: etree._Element = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except etree.ParserError:  # nothing in it at all
        tree = etree.Element("html")
    return tree


def _body(tree: etree._Element) -> etree._Element:
    return next((e for e in tree.iter(etree.Element) if local_name(e) == "body"), tree)


def _title(tree: etree._Element) -> str | None:
    """The title on the page; the one in its head often has the site's name as well."""
    for name in ("h1", "title"):
        found = [text_of(e) for e in tree.iter(etree.Element) if local_name(e) == name]
        if found and found[0] and (name == "title" or len(found) == 1):
            return clean(found[0])
    return None
