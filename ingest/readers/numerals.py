"""The numbers that word processors write before paragraphs: ③, iv, (나), ج."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

# Letters are given as code points: no words are read with them.
_INITIALS = (0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 15, 16, 17, 18)
#: 가, 나, 다, …: the fourteen plain initial consonants, each with the first vowel.
_GANADA: Final = [chr(0xAC00 + 588 * initial) for initial in _INITIALS]
#: ㄱ, ㄴ, ㄷ, …
_JAMO: Final = [chr(0x3130 + n) for n in (1, 4, 7, 9, 17, 18, 21, 23, 24, 26, 27, 28, 29, 30)]
#: أ, ب, ت, …: in the order of dictionaries.
_ALPHABET: Final = [
    chr(0x600 + n)
    for n in (
        *(0x23, 0x28, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35),
        *(0x36, 0x37, 0x38, 0x39, 0x3A, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4A),
    )
]
#: أ, ب, ج, د, …: in the order of their values as numbers.
_ABJAD: Final = [
    chr(0x600 + n)
    for n in (
        *(0x23, 0x28, 0x2C, 0x2F, 0x47, 0x48, 0x32, 0x2D, 0x37, 0x4A, 0x43, 0x44, 0x45, 0x46),
        *(0x33, 0x39, 0x41, 0x35, 0x42, 0x31, 0x34, 0x2A, 0x2B, 0x2E, 0x30, 0x36, 0x38, 0x3A),
    )
]
#: 일, 이, 삼, … and the signs of China, both without a sign for ten and above.
_SINO_KOREAN: Final = [chr(n) for n in (0xC77C, 0xC774, 0xC0BC, 0xC0AC, 0xC624, 0xC721, 0xCE60,
                                        0xD314, 0xAD6C)]  # fmt: skip
_KOREAN_TEN: Final = chr(0xC2ED)
_CHINESE: Final = list("一二三四五六七八九")
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
#: Where a list of letters is at its end, the letter is doubled; no list is longer than this.
_LONGEST: Final = 1000


def _letters(series: list[str]) -> Callable[[int], str]:
    """As Word counts on after the last letter: aa, bb, …"""
    return lambda n: series[(n - 1) % len(series)] * ((n - 1) // len(series) + 1)


def _circle(first: int, last: int) -> Callable[[int], str]:
    return lambda n: chr(first + n - 1) if n <= last else f"({n})"


def _circled(n: int) -> str:
    """①: three blocks of Unicode have them."""
    if n <= 20:
        return chr(0x2460 + n - 1)
    return chr((0x3251 - 21 if n <= 35 else 0x32B1 - 36) + n) if n <= 50 else f"({n})"


def roman(n: int) -> str:
    """A number above zero in small Roman numerals."""
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (n // worth)
        n %= worth
    return text


def _tens(digits: list[str], ten: str) -> Callable[[int], str]:
    def written(n: int) -> str:
        if n > 99:
            return str(n)
        tens, ones = divmod(n, 10)
        return (
            (digits[tens - 1] if tens > 1 else "")
            + (ten if tens else "")
            + (digits[ones - 1] if ones else "")
        )

    return written


def _ordinal(n: int) -> str:
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


_LATIN = [chr(n) for n in range(ord("a"), ord("z") + 1)]
#: By the names of ECMA-376 (ST_NumberFormat).
_WORD: Final[Mapping[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalZero": "{:02}".format,
    "decimalFullWidth": lambda n: "".join(chr(0xFEE0 + ord(digit)) for digit in str(n)),
    "numberInDash": "- {} -".format,
    "ordinal": _ordinal,
    "lowerLetter": _letters(_LATIN),
    "upperLetter": lambda n: _letters(_LATIN)(n).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda n: roman(n).upper(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _circle(0x2474, 20),
    "decimalEnclosedFullstop": _circle(0x2488, 20),
    "ganada": _letters(_GANADA),
    "chosung": _letters(_JAMO),
    "koreanDigital": _tens(_SINO_KOREAN, _KOREAN_TEN),
    "koreanCounting": _tens(_SINO_KOREAN, _KOREAN_TEN),
    "koreanDigital2": _tens(_CHINESE, "十"),
    "chineseCounting": _tens(_CHINESE, "十"),
    "ideographDigital": _tens(_CHINESE, "十"),
    "arabicAlpha": _letters(_ALPHABET),
    "arabicAbjad": _letters(_ABJAD),
}
#: By the names of HWPX, where they are others.
_HANGUL: Final[Mapping[str, str]] = {
    "DIGIT": "decimal",
    "CIRCLED_DIGIT": "decimalEnclosedCircle",
    "ROMAN_CAPITAL": "upperRoman",
    "ROMAN_SMALL": "lowerRoman",
    "LATIN_CAPITAL": "upperLetter",
    "LATIN_SMALL": "lowerLetter",
    "HANGUL_SYLLABLE": "ganada",
    "HANGUL_JAMO": "chosung",
    "HANGUL_PHONETIC": "koreanDigital",
    "IDEOGRAPH": "koreanDigital2",
}
#: Letters in circles, by HWPX's names: (first code point, how many there are).
_CIRCLED_LETTERS: Final = {
    "CIRCLED_LATIN_CAPITAL": (0x24B6, 26),
    "CIRCLED_LATIN_SMALL": (0x24D0, 26),
    "CIRCLED_HANGUL_SYLLABLE": (0x326E, 14),
    "CIRCLED_HANGUL_JAMO": (0x3260, 14),
    "CIRCLED_IDEOGRAPH": (0x3280, 10),
}


def written(number: int, style: str) -> str:
    """A number in a style of counting, by Word's name for it or HWPX's.

    An unknown style, or a number that a style has no sign for, is written in digits; the style
    ``none`` writes nothing.
    """
    if style == "none":
        return ""
    if not 0 < number <= _LONGEST:
        return str(number)
    if style in _CIRCLED_LETTERS:
        return _circle(*_CIRCLED_LETTERS[style])(number)
    return _WORD.get(_HANGUL.get(style, style), str)(number)
