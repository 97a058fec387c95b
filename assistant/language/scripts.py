"""In which scripts a text is written."""

from __future__ import annotations

from collections.abc import Mapping

import regex

_SCRIPTS = {
    "Hangul": regex.compile(r"\p{Script=Hangul}"),
    "Arabic": regex.compile(r"\p{Script=Arabic}"),
    "Latin": regex.compile(r"\p{Script=Latin}"),
}
# The stroke that lengthens Arabic letters ("بـ 20") is a letter to Unicode, of no script.
_LETTER = regex.compile(r"(?!\u0640)\p{L}")


def script_shares(text: str) -> Mapping[str, float]:
    """Share of the letters of ``text`` in Hangul, Arabic, Latin and any other script.

    Returns:
        ``{"Hangul": …, "Arabic": …, "Latin": …, "Other": …}``, summing to 1, or all zero
        for a text without letters.
    """
    letters = len(_LETTER.findall(text))
    if not letters:
        return dict.fromkeys((*_SCRIPTS, "Other"), 0.0)
    # \p{L} of a script: marks (Arabic vowel signs) are no letters and are not counted.
    shares = {
        name: sum(1 for c in pattern.findall(text) if _LETTER.match(c)) / letters
        for name, pattern in _SCRIPTS.items()
    }
    shares["Other"] = max(0.0, 1.0 - sum(shares.values()))
    return shares
