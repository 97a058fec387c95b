"""Hangul word processor files: HWP 5 (and 3) and HWPX, through unhwp."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import unhwp

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers import markup
from ingest.readers.cleaning import clean
from ingest.readers.packages import opened
from ingest.readers.source import Limits, Remark, SourceText

_PASSWORD_HINT = "Save it without a password."  # noqa: S105  # nosec B105
_PROTECTED = (unhwp.ErrorKind.ENCRYPTED, unhwp.ErrorKind.DISTRIBUTION_RESTRICTED)


def read_hwp(path: Path, limits: Limits) -> SourceText:
    """A Hangul document. Running heads and feet are kept apart by the format and left out.

    The library's Markdown is not used: it guesses headings and takes whole articles for them.

    Raises:
        UnreadableFileError: It is damaged or protected with a password.
    """
    if path.suffix.lower() == ".hwpx":
        with opened(path, limits):
            pass  # its size is checked before a parser sees it
    try:
        with unhwp.parse(path) as parsed:
            values = json.loads(parsed.json)
    except (unhwp.UnhwpError, ValueError) as error:
        if getattr(error, "kind", None) in _PROTECTED:
            raise UnreadableFileError(
                Fault.PROTECTED, f"{path.name} is protected with a password.", _PASSWORD_HINT
            ) from error
        raise UnreadableFileError(
            Fault.DAMAGED,
            f"{path.name} is a damaged Hangul document: {error}",
            "Save it again from Hangul.",
        ) from error
    blocks = [b for section in values["sections"] for b in _blocks(section["content"])]
    remarks = [
        Remark(RemarkKind.MANGLED, f"a section could not be read: {skipped}")
        for skipped in values.get("skipped_sections") or ()
    ]
    title = values["metadata"].get("title") or None
    return SourceText(clean("\n\n".join(blocks)), "markdown", title=title, remarks=tuple(remarks))


def _blocks(content: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for item in content:
        if paragraph := item.get("Paragraph"):
            text = _text(paragraph)
            level = paragraph["style"].get("heading_level") or 0
            if text and level:
                yield markup.heading(text, level)
            elif text:
                yield markup.escaped(text)
        elif table := item.get("Table"):
            yield markup.table(
                [
                    [" ".join(_text(p) for p in cell["content"]) for cell in row["cells"]]
                    for row in table["rows"]
                ]
            )


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
