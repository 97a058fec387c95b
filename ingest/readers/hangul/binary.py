"""HWP 5 (and 3), through unhwp."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import unhwp

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError, locked
from ingest.readers.cleaning import clean
from ingest.readers.content import Cell, Content, Paragraph, Table, markdown
from ingest.readers.source import Limits, Remark, SourceText

_PROTECTED = (unhwp.ErrorKind.ENCRYPTED, unhwp.ErrorKind.DISTRIBUTION_RESTRICTED)


def read_hwp(path: Path, limits: Limits) -> SourceText:
    """A Hangul document. Running heads and feet are kept apart by the format and left out.

    The library's Markdown is not used: it guesses headings and takes whole articles for them.

    Raises:
        UnreadableFileError: It is damaged or protected with a password.
    """
    try:
        with unhwp.parse(path) as parsed:
            values = json.loads(parsed.json)
    except (unhwp.UnhwpError, ValueError) as error:
        if getattr(error, "kind", None) in _PROTECTED:
            raise locked(path.name) from error
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is a damaged Hangul document: {error}",
            "Save it again from Hangul.",
        ) from error
    content = [part for s in values["sections"] for part in _content(s["content"])]
    remarks = [
        Remark(RemarkKind.MANGLED, f"a section could not be read: {skipped}")
        for skipped in values.get("skipped_sections") or ()
    ]
    title = values["metadata"].get("title") or None
    return SourceText(clean(markdown(content)), "markdown", title=title, remarks=tuple(remarks))


def _content(values: Sequence[Mapping[str, Any]]) -> Iterator[Content]:
    for item in values:
        if paragraph := item.get("Paragraph"):
            yield Paragraph(_text(paragraph), paragraph["style"].get("heading_level") or 0)
        elif table := item.get("Table"):
            yield Table([[_cell(cell) for cell in row["cells"]] for row in table["rows"]])


def _cell(cell: Mapping[str, Any]) -> Cell:
    content = [Paragraph(_text(paragraph)) for paragraph in cell["content"]]
    return Cell(content, cell["rowspan"], cell["colspan"])


def _text(paragraph: Mapping[str, Any]) -> str:
    """The text of a paragraph, with its notes in brackets where they are marked."""
    parts = []
    for piece in paragraph.get("content") or ():
        match piece:
            case "LineBreak":
                parts.append("\n")
            case {"Text": {"text": text}} | {"Link": {"text": text}}:
                parts.append(text)
            case {"Footnote": text}:
                parts.append(f" ({text})")
            case {"Equation": {"script": script}}:
                parts.append(script)
    return "".join(parts).strip()
