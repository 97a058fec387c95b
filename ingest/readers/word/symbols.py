"""Signs of the fonts Symbol and Wingdings, which have codes of their own (U+F020 to U+F0FF)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from ingest.readers.opc import value

_SYMBOL: Final = dict(
    zip(
        (0xA3, 0xB3, 0xB1, 0xB4, 0xB0, 0xB7, 0xB9, 0xAE, 0xA5, 0xD7, 0xB8, 0xBB, 0xA2, 0x2D),
        "≤≥±×°•≠→∞⋅÷≈′−",
        strict=True,
    )
) | dict(
    zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)
) | dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True))  # fmt: skip
_WINGDINGS: Final = dict(
    zip(
        (0xFC, 0xFB, 0xFE, 0xFD, 0xA8, 0x6F, 0x6E, 0x6C, 0xA7, 0xE0, 0xD8),
        "✓✗☑☒☐☐■●▪→➢",
        strict=True,
    )
)
_WINGDINGS_2: Final = dict(
    zip((0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0xA3, 0x2A), "✗✓☒☑☒☒☐☐", strict=True)
)
_PRIVATE = 0xF000


_FONTS: Final = {"Symbol": _SYMBOL, "Wingdings": _WINGDINGS, "Wingdings 2": _WINGDINGS_2}


def font_of_signs(run: etree._Element) -> str:
    """The font of signs that a run is written in; empty for any other font."""
    fonts = run.find("{*}rPr/{*}rFonts")
    font = value(fonts, "ascii") or value(fonts, "hAnsi") or ""
    return font if font in _FONTS or font.startswith(("Wingdings", "Webdings")) else ""


def in_signs(text: str, font: str) -> str:
    """A text as the signs of a font that its codes show; without those that are not known."""
    known = font if font in _FONTS else "Wingdings 3"
    return "".join(
        c if c.isspace() else _FONTS.get(known, {}).get(ord(c)) or _kept(c, known) for c in text
    )


def _kept(character: str, font: str) -> str:
    shown = symbol(f"{ord(character):x}", font)
    # A letter in a font of signs is another sign; one that no such font has came from elsewhere.
    return shown if font == "Symbol" or ord(character) > 0xFF else ""


def symbol(code: str, font: str) -> str:
    """The character that a sign (``w:sym``) shows.

    Args:
        code: Hexadecimal, as Word writes it.
        font: The font that it is a sign of.
    """
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    signs = _FONTS.get(font, {})
    code_in_font = point & 0xFF if point >= _PRIVATE else point
    if found := signs.get(code_in_font):
        return found
    if font == "Symbol" and 0x20 <= code_in_font < 0x40:  # digits and points are those of ASCII
        return chr(code_in_font)
    # Codes for private use mean nothing without the font.
    return chr(point) if 0x20 <= point < 0xE000 else ""
