"""What lies on a PDF's page: filled-in fields and text boxes, which are text; and comments."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as raw

#: Lines of what is filled in are no higher, in points.
_LINE: Final = 12.0
_CHECKED, _UNCHECKED = "☑", "☐"
_UNSEEN: Final = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD: Final = 1 << 13
_CHOICES: Final = frozenset({raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX})
_BUTTONS: Final = frozenset({raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON})
_COMMENTS: Final = frozenset(
    {
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
        raw.FPDF_ANNOT_STAMP,
        raw.FPDF_ANNOT_CARET,
        raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_CIRCLE,
        raw.FPDF_ANNOT_INK,
        raw.FPDF_ANNOT_LINE,
        raw.FPDF_ANNOT_POLYGON,
    }
)


class Role(StrEnum):
    """What an annotation is to the text of its page."""

    TEXT = auto()
    COMMENT = auto()
    UNSEEN = auto()


@dataclass(frozen=True)
class PdfAnnotation:
    """An annotation of a page that says something.

    Attributes:
        role: What it is to the text.
        text: What it says; empty for a highlight without words.
        box: Where it lies: left, bottom, right and top, in points.
    """

    role: Role
    text: str
    box: tuple[float, float, float, float]

    @property
    def line_height(self) -> float:
        """Height of a line of its text, in points."""
        _, bottom, _, top = self.box
        return max(min(_LINE, (top - bottom) / (self.text.count("\n") + 1)), 1.0)


def notes(page: pypdfium2.PdfPage) -> list[PdfAnnotation]:
    """The annotations of a page that say something, in the file's order.

    The fields of a form are among them where the document's forms were initialised.
    """
    found: list[PdfAnnotation] = []
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if annotation:
            found += _read(annotation, page.formenv)
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _read(annotation: Any, form: Any) -> Iterator[PdfAnnotation]:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    unseen = bool(raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN)
    place = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, place):
        return
    box = (place.left, place.bottom, place.right, place.top)
    if kind == raw.FPDF_ANNOT_WIDGET and form is not None:
        if value := _value(annotation, form):
            yield PdfAnnotation(Role.UNSEEN if unseen else Role.TEXT, value, box)
    elif kind == raw.FPDF_ANNOT_FREETEXT:
        if text := _contents(annotation):
            yield PdfAnnotation(Role.UNSEEN if unseen else Role.TEXT, text, box)
    elif kind in _COMMENTS and not unseen:
        text = _contents(annotation)
        # A frame or a line that says nothing is a drawing.
        if text or kind in {raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_STRIKEOUT}:
            yield PdfAnnotation(Role.COMMENT, text, box)


def _contents(annotation: Any) -> str:
    return _string(
        lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    )


def _value(annotation: Any, form: Any) -> str:
    """What a field of a form shows."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _BUTTONS:
        return _CHECKED if raw.FPDFAnnot_IsChecked(form, annotation) else _UNCHECKED
    if kind in _CHOICES:
        chosen = [
            _option(annotation, form, i)
            for i in range(raw.FPDFAnnot_GetOptionCount(form, annotation))
            if raw.FPDFAnnot_IsOptionSelected(form, annotation, i)
        ]
        if chosen:
            return ", ".join(chosen)
    elif kind != raw.FPDF_FORMFIELD_TEXTFIELD or _is_password(annotation, form):
        return ""
    return _string(
        lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size)
    )


def _is_password(annotation: Any, form: Any) -> bool:
    return bool(raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD)


def _option(annotation: Any, form: Any, number: int) -> str:
    return _string(
        lambda buffer, size: raw.FPDFAnnot_GetOptionLabel(form, annotation, number, buffer, size)
    )


def _string(read: Callable[[Any, int], int]) -> str:
    """What a function of PDFium writes into a buffer, in lines without white space around them."""
    size = read(None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(buffer, size)
    text = bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")
    lines = (
        " ".join(line.split())
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return "\n".join(filter(None, lines))
