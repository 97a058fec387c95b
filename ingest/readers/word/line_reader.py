"""The text of a paragraph: its runs, with what is inside and beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from assistant.codes import RemarkKind
from ingest.readers.content import Content
from ingest.readers.findings import Findings
from ingest.readers.lines import Note, TextLine
from ingest.readers.math import linear
from ingest.readers.opc import local, value
from ingest.readers.raised import raised
from ingest.readers.word.fields import Fields
from ingest.readers.word.styles import Styles
from ingest.readers.word.symbols import font_of_signs, in_signs, symbol
from ingest.readers.word.visibility import is_unseen

#: What changes in a text that is under review: (what the remark calls it, whether it stays).
_CHANGES = {
    "ins": ("tracked insertions", True),
    "del": ("tracked deletions", False),
    "moveTo": ("tracked moves", True),
    "moveFrom": ("tracked moves", False),
}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
#: What has no text of the paragraph in it.
_NO_TEXT = {"pPr", "rPr", "sdtPr", "sdtEndPr", "delText", "rt", "rPrChange", "ffData"}
#: Properties of runs that are left out.
_LEFT_OUT = {
    "vanish": "hidden passages",
    "strike": "struck-out passages",
    "dstrike": "struck-out passages",
}
_TABLE_OF_CONTENTS = "Table of Contents"


Boxed = Callable[[etree._Element], Iterator[Content]]


class LineReader:
    """Reads the lines of one part.

    Args:
        root: The part.
        styles: The document's styles.
        notes: The texts of foot- and endnotes, by the reference's name and id.
        boxed: What gives the content of a text box, a chart or a diagram.
        findings: Where what is left out is counted.
    """

    def __init__(
        self,
        root: etree._Element,
        styles: Styles,
        notes: Mapping[tuple[str, str], str],
        boxed: Boxed,
        findings: Findings,
    ) -> None:
        self._styles = styles
        self._notes = notes
        self._boxed = boxed
        self._findings = findings
        self._fields = Fields(root)

    def read(self, paragraph: etree._Element, line: TextLine) -> None:
        """Add a paragraph's text to a line."""
        self._walk(paragraph, line, paragraph)

    def _walk(self, parent: etree._Element, line: TextLine, paragraph: etree._Element) -> None:
        for element in parent.iterchildren(etree.Element):
            name = local(element)
            if name in _CHANGES:
                if self.keeps_change(element):
                    self._walk(element, line, paragraph)
            elif name == "r":
                self._run(element, line, paragraph)
            elif name == "AlternateContent":
                self._alternatives(element, line, paragraph)
            elif name in {"txbxContent", "chart", "relIds"}:
                line.boxes += self._boxed(element)
            elif name not in _NO_TEXT and not is_table_of_contents(element):
                if self._fields.show:
                    self._say(name, element, line)
                self._other(name, element, line, paragraph)

    def keeps_change(self, change: etree._Element) -> bool:
        """Whether a tracked change leaves its content in the text, as if it were accepted."""
        what, stays = _CHANGES[local(change)]
        if len(change):
            self._findings.note(RemarkKind.TRACKED_CHANGES, what)
        return stays

    def _run(self, run: etree._Element, line: TextLine, paragraph: etree._Element) -> None:
        for switch, what in _LEFT_OUT.items():
            if self._styles.has(switch, run, paragraph):
                out = TextLine()
                self._walk(run, out, paragraph)
                if out:
                    self._findings.note(RemarkKind.HIDDEN, what)
                return
        if is_unseen(run, paragraph):
            out = TextLine()
            self._walk(run, out, paragraph)
            self._findings.leave_out(RemarkKind.HIDDEN, "white and tiny passages", out.text)
            return
        begun = len(line.pieces)
        self._walk(run, line, paragraph)
        if font := font_of_signs(run):
            said = [in_signs(piece, font) for piece in line.pieces[begun:]]
            unknown = sum(len(piece) for piece in line.pieces[begun:]) - sum(map(len, said))
            self._findings.note(RemarkKind.MANGLED, "signs of unknown fonts", unknown)
            line.pieces[begun:] = said
        if self._styles.raises(run):
            line.pieces[begun:] = map(raised, line.pieces[begun:])

    def _alternatives(
        self, element: etree._Element, line: TextLine, paragraph: etree._Element
    ) -> None:
        """The same content for newer and for older programs: the first that has any."""
        for alternative in element.iterchildren("{*}Choice", "{*}Fallback"):
            found = TextLine()
            self._walk(alternative, found, paragraph)
            if found:
                line.notes += [Note(line.length + note.at, note.text) for note in found.notes]
                line.pieces += found.pieces
                line.boxes += found.boxes
                return

    def _say(self, name: str, element: etree._Element, line: TextLine) -> None:
        """What an element shows by itself."""
        if name == "t":
            line.pieces.append(element.text or "")
        elif name in _SIGNS:
            is_far = value(element, "type") in {"page", "column"}
            line.pieces.append(" " if is_far else _SIGNS[name])
        elif name == "sym":
            sign = symbol(value(element, "char") or "", value(element, "font") or "")
            if not sign:
                self._findings.note(RemarkKind.MANGLED, "signs of unknown fonts")
            line.pieces.append(sign)
        elif name == "textpath":  # WordArt of old drawings
            line.pieces.append(value(element, "string") or "")
        elif name in {"footnoteReference", "endnoteReference"}:
            text = self._notes.get((name.removesuffix("Reference"), value(element, "id") or ""), "")
            line.notes.append(Note(line.length, text))
        elif name == "oMath":
            line.pieces.append(linear(element))

    def _other(
        self, name: str, element: etree._Element, line: TextLine, paragraph: etree._Element
    ) -> None:
        if name == "fldChar":
            shown = self._fields.mark(element)
            line.pieces.append(shown)
        elif name == "instrText":
            self._fields.instruct(element.text or "")
        elif name == "object":
            self._findings.note(RemarkKind.LEFT_OUT, "embedded objects")
        elif name != "oMath":
            self._walk(element, line, paragraph)


def is_table_of_contents(element: etree._Element) -> bool:
    """Whether a content control holds a table of contents."""
    gallery = element.find("{*}sdtPr/{*}docPartObj/{*}docPartGallery")
    return value(gallery) == _TABLE_OF_CONTENTS
