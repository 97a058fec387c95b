"""Signs of the fonts Symbol and Wingdings, which have codes of their own (U+F020 to U+F0FF)."""

from __future__ import annotations

from typing import Final

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
_PRIVATE = 0xF000


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
    signs = _WINGDINGS if font.startswith("Wingdings") else _SYMBOL if font == "Symbol" else {}
    if found := signs.get(point & 0xFF if point >= _PRIVATE else point):
        return found
    # Codes for private use mean nothing without the font.
    return chr(point) if 0x20 <= point < 0xE000 else ""
