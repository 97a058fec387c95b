"""Word documents: paragraphs, headings, lists and tables, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
import regex
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell, _Row
from lxml.etree import XMLSyntaxError

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.packages import opened
from ingest.readers.source import Limits, SourceText

#: Word's built-in heading styles keep these names whatever language Word runs in.
_HEADING = regex.compile(r"(?:heading (?P<level>[0-9])|(?P<title>title))$", regex.I)


def read_docx(path: Path, limits: Limits) -> SourceText:
    """A Word document.

    Raises:
        UnreadableFileError: It is damaged or unpacks to far more than it should.
    """
    try:
        with opened(path, limits):
            word = docx.Document(str(path))
            blocks = list(_blocks(word))
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError) as error:
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is a damaged Word document: {error}",
            "Save it again from Word.",
        ) from error
    title = word.core_properties.title or None
    return SourceText(clean("\n\n".join(blocks)), "markdown", title=title)


def _blocks(word: WordDocument) -> Iterator[str]:
    for item in word.iter_inner_content():
        if isinstance(item, Table):
            yield markup.table([[cell.text for cell in _cells(row)] for row in item.rows])
            continue
        text = item.text.strip()
        style = item.style.name if item.style and item.style.name else ""
        if not text or style.lower().startswith("toc "):
            continue
        if match := _HEADING.match(style):
            # The title is above the first level of headings.
            yield markup.heading(text, int(match["level"] or 0) + 1)
        elif style.startswith("List"):
            yield f"- {markup.escaped(text)}"
        else:
            yield markup.escaped(text)


def _cells(row: _Row) -> list[_Cell]:
    """The cells of a row; a merged cell, which python-docx gives for each column, once."""
    return [_Cell(element, row.table) for element in row._tr.tc_lst]
