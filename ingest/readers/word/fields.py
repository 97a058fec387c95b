"""Fields: Word stores how a text is made (PAGE, REF, TOC, …) beside the text that was made."""

from __future__ import annotations

from dataclasses import dataclass

import regex
from lxml import etree

from ingest.readers.opc import is_on, value

#: Fields whose results list what stands elsewhere in the document.
_LISTS = regex.compile(r"\s*(?:TOC|INDEX)\b", regex.I)
_CHECKED, _UNCHECKED = "\u2612", "\u2610"


@dataclass
class _Field:
    instruction: str = ""
    has_result: bool = False  # whether its result has begun


class Fields:
    """Which fields are open at some place of a part.

    Args:
        root: The part. Where its fields do not end as often as they begin, all its text is shown.
    """

    def __init__(self, root: etree._Element) -> None:
        self._open: list[_Field] = []
        kinds = [value(mark, "fldCharType") for mark in root.iter("{*}fldChar")]
        self._whole = kinds.count("begin") == kinds.count("end")

    def mark(self, mark: etree._Element) -> str:
        """Take a mark (``w:fldChar``); what a form's field shows by itself."""
        if not self._whole:
            return ""
        match value(mark, "fldCharType"):
            case "begin":
                self._open.append(_Field())
                return _of_a_form(mark)
            case "separate" if self._open:
                self._open[-1].has_result = True
            case "end" if self._open:
                self._open.pop()
        return ""

    def instruct(self, text: str) -> None:
        """Take a part of a field's instruction."""
        if self._open and not self._open[-1].has_result:
            self._open[-1].instruction += text

    @property
    def show(self) -> bool:
        """Whether text is shown here: no part of an instruction, nor of a table of contents."""
        return not any(not f.has_result or _LISTS.match(f.instruction) for f in self._open)


def _of_a_form(mark: etree._Element) -> str:
    box = mark.find("{*}ffData/{*}checkBox")
    if box is not None:
        stated = is_on(box.find("{*}checked"))
        checked = is_on(box.find("{*}default")) if stated is None else stated
        return _CHECKED if checked else _UNCHECKED
    choices = mark.find("{*}ffData/{*}ddList")
    if choices is not None:
        entries = [value(entry) or "" for entry in choices.iterfind("{*}listEntry")]
        chosen = value(choices.find("{*}result")) or value(choices.find("{*}default")) or "0"
        if chosen.isdigit() and int(chosen) < len(entries):
            return entries[int(chosen)]
    return ""
