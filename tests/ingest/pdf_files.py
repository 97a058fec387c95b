"""Makes PDFs whose text layer is exactly what a test writes down, good or mangled.

Real producers mangle Arabic in their text layer while the page looks right. Here the glyphs do
not matter: each character is shown with a code of its own, and the font's ToUnicode table says
which character the code stands for.
"""

from __future__ import annotations

from collections.abc import Sequence

LINE_HEIGHT = 16
#: A line that begins at the left margin, or pieces of it with where they begin, in points.
Line = str | Sequence[tuple[int, str]]


def make_pdf(pages: Sequence[Sequence[Line]], per_glyph: dict[str, str] | None = None) -> bytes:
    """A PDF whose pages have these lines, each drawn from left to right as it is written.

    Args:
        pages: Lines of each page; for Arabic in visual order, as producers draw it.
        per_glyph: For a glyph (a key, one character), the characters that the font says it is.
    """
    placed = [[[(50, x)] if isinstance(x, str) else x for x in lines] for lines in pages]
    pieces = [piece for lines in placed for line in lines for _, piece in line]
    alphabet = sorted({character for piece in pieces for character in piece})
    codes = {character: i + 1 for i, character in enumerate(alphabet)}
    meanings = {c: (per_glyph or {}).get(c, c) for c in alphabet}
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type0/BaseFont/Test/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Test/DW 500/CIDToGIDMap/Identity"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/Test/Flags 4/Ascent 800/Descent -200"
        b"/CapHeight 700/ItalicAngle 0/StemV 80/FontBBox[0 -200 1000 800]>>>>",
        stream(to_unicode({codes[c]: meanings[c] for c in alphabet})),
    ]
    kids = []
    for lines in placed:
        content = "".join(
            f"BT /F 12 Tf {x} {780 - i * LINE_HEIGHT} Td "
            f"<{''.join(f'{codes[c]:04x}' for c in piece)}> Tj ET\n"
            for i, line in enumerate(lines)
            for x, piece in line
            if piece
        )
        objects.append(stream(content.encode()))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % len(objects)
        )
        kids.append(len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        len(kids),
    )
    return file_of(objects)


def stream(content: bytes) -> bytes:
    """A stream object."""
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def to_unicode(meanings: dict[int, str], digits: int = 4) -> bytes:
    """A ToUnicode table: what the codes of a font, of so many digits, stand for."""
    rows = "".join(
        f"<{code:0{digits}x}> <{text.encode('utf-16-be').hex()}>\n"
        for code, text in meanings.items()
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        f"1 begincodespacerange <{0:0{digits}x}> <{'f' * digits}> endcodespacerange\n"
        f"{len(meanings)} beginbfchar\n{rows}endbfchar\nendcmap end end"
    ).encode()


def file_of(objects: Sequence[bytes], info: int = 0) -> bytes:
    """A file of these objects, of which the first is the catalogue.

    Args:
        objects: Numbered from 1.
        info: Number of the one with the file's title, if any.
    """
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    told = b"/Info %d 0 R" % info if info else b""
    out += b"trailer<</Root 1 0 R%s/Size %d>>\n" % (told, len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF" % start
    return bytes(out)
