"""Makes PDFs with what people do to pages: turned, white and covered text, fields, comments.

Letters of ASCII are shown in Helvetica, which every PDF library can draw; others as little boxes
in a font of the file's own, or in one that is not in the file, as in `pdf_files`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pdf_files import file_of, stream, to_unicode

_TURNS = ("1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Text:
    """A piece of text: where it begins, in points, how large, and how it is painted.

    Attributes:
        grey: From 0 (black) to 1 (white).
        mode: PDF's text rendering mode; 3 is invisible.
        turn: Quarter turns to the left.
        in_file: Whether the font of other letters than ASCII is in the file.
    """

    text: str
    x: float
    y: float
    size: float = 12
    grey: float = 0
    mode: int = 0
    turn: int = 0
    in_file: bool = True


@dataclass(frozen=True)
class Paint:
    """A filled rectangle; with a picture's grey noise if it is a picture."""

    box: Box
    grey: float = 1
    picture: bool = False


@dataclass(frozen=True)
class Rule:
    """A thin horizontal line."""

    left: float
    y: float
    right: float


@dataclass(frozen=True)
class PdfAnnotation:
    """An annotation or a field: its entries in PDF's own syntax, and its text."""

    box: Box
    entries: str
    contents: str = ""
    value: str = ""


@dataclass(frozen=True)
class Page:
    """A page of A4, portrait, of what is drawn on it in order.

    Attributes:
        rotate: Degrees to the right by which a viewer turns it.
    """

    drawn: Sequence[Text | Paint | Rule]
    annotations: Sequence[PdfAnnotation] = ()
    rotate: int = 0
    layer_hidden: Sequence[Text] = field(default=())


def drawn_pdf(pages: Sequence[Page], title: str = "") -> bytes:
    """A PDF of these pages, with this title in its properties."""
    pieces = [item for page in pages for item in (*page.drawn, *page.layer_hidden)]
    letters = sorted({c for item in pieces if isinstance(item, Text) for c in item.text})
    codes = {letter: i + 1 for i, letter in enumerate(letters)}
    picture = bytes((i * i // 7 * 89 + 41 * i) % 256 for i in range(128 * 128))
    objects = [
        b"",
        b"",
        b"<</Type/Font/Subtype/Type0/BaseFont/Test/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Test/DW 500/CIDToGIDMap/Identity"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/Test/Flags 4/Ascent 800/Descent -200"
        b"/CapHeight 700/ItalicAngle 0/StemV 80/FontBBox[0 -200 1000 800]>>>>",
        stream(to_unicode({code: letter for letter, code in codes.items()})),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Title %s>>" % _string(title),
        b"<</Type/OCG/Name(draft)>>",
        b"<</Type/Font/Subtype/Type3/FontMatrix[0.001 0 0 0.001 0 0]/FontBBox[0 -200 1000 800]"
        b"/CharProcs<</box 10 0 R>>/Encoding<</Type/Encoding/Differences[0%s]>>/FirstChar 0"
        b"/LastChar 255/Widths[%s]/Resources<<>>/ToUnicode 11 0 R>>"
        % (b"/box" * 256, b" 500" * 256),
        stream(b"500 0 0 -200 500 800 d1 40 -100 400 800 re f"),
        stream(to_unicode({code: letter for letter, code in codes.items()}, digits=2)),
        b"<</Type/XObject/Subtype/Image/Width 128/Height 128/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Length 16384>>stream\n" + picture + b"\nendstream",
    ]
    kids, fields = [], []
    for page in pages:
        content = "".join(_operators(item, codes) for item in page.drawn)
        for item in page.layer_hidden:
            content += f"/OC /Draft BDC {_operators(item, codes)} EMC\n"
        objects.append(stream(content.encode()))
        contents = len(objects)
        first = contents + 1
        for annotation in page.annotations:
            objects.append(_annotation(annotation))
            if "/Widget" in annotation.entries:
                fields.append(len(objects))
        notes = b" ".join(b"%d 0 R" % i for i in range(first, len(objects) + 1))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d/Resources<<"
            b"/Font<</F 3 0 R/H 6 0 R/B 9 0 R>>/XObject<</P 12 0 R>>/Properties<</Draft 8 0 R>>>>"
            b"/Contents %d 0 R/Annots[%s]>>" % (page.rotate, contents, notes)
        )
        kids.append(len(objects))
    form = b"/AcroForm<</Fields[%s]>>" % b" ".join(b"%d 0 R" % i for i in fields)
    objects[0] = (
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[8 0 R]/D<</OFF[8 0 R]>>>>%s>>"
        % (form if fields else b"")
    )
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        len(kids),
    )
    return file_of(objects, info=7)


def text_field(box: Box, value: str, flags: int = 4) -> PdfAnnotation:
    """A filled-in field of a form."""
    entries = f"/Subtype/Widget/FT/Tx/T(f{int(box[0])}-{int(box[1])})/F {flags}"
    return PdfAnnotation(box, entries, value=value)


def check_box(box: Box, checked: bool) -> PdfAnnotation:
    """A box to tick."""
    state = "Yes" if checked else "Off"
    name = f"c{int(box[0])}-{int(box[1])}"
    return PdfAnnotation(
        box, f"/Subtype/Widget/FT/Btn/T({name})/F 4/V/{state}/AS/{state}/AP<</N<</Yes null>>>>"
    )


def comment(kind: str, box: Box, contents: str = "") -> PdfAnnotation:
    """An annotation such as ``FreeText``, ``Text`` (a note) or ``Highlight``."""
    left, bottom, right, top = box
    corners = f"{left} {top} {right} {top} {left} {bottom} {right} {bottom}"
    return PdfAnnotation(box, f"/Subtype/{kind}/F 4/QuadPoints[{corners}]", contents=contents)


def _annotation(annotation: PdfAnnotation) -> bytes:
    box = " ".join(map(str, annotation.box))
    texts = b""
    if annotation.contents:
        texts += b"/Contents " + _string(annotation.contents)
    if annotation.value:
        texts += b"/V " + _string(annotation.value)
    return f"<</Type/Annot/Rect[{box}]{annotation.entries}".encode() + texts + b">>"


def _string(text: str) -> bytes:
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().encode()


def _operators(item: Text | Paint | Rule, codes: dict[str, int]) -> str:
    match item:
        case Paint(box, _, True):
            left, bottom, right, top = box
            return f"q {right - left} 0 0 {top - bottom} {left} {bottom} cm /P Do Q\n"
        case Paint(box, grey):
            left, bottom, right, top = box
            return f"{grey} g {left} {bottom} {right - left} {top - bottom} re f\n"
        case Rule(left, y, right):
            return f"0 G 0.5 w {left} {y} m {right} {y} l S\n"
    if item.text.isascii():
        shown, font = item.text.encode().hex(), "H"
    else:
        digits, font = (2, "B") if item.in_file else (4, "F")
        shown = "".join(f"{codes[c]:0{digits}x}" for c in item.text)
    return (
        f"BT {item.grey} g {item.mode} Tr /{font} {item.size} Tf "
        f"{_TURNS[item.turn]} {item.x} {item.y} Tm <{shown}> Tj ET\n"
    )
