"""One form of a text for reading numbers in it, with the way back to the text itself."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

from assistant.language.ar.letters import normalize_arabic
from assistant.language.numbers import unify_digits
from assistant.language.sentences import Span

# Marks of direction and joining, which stand inside of Arabic dates and change nothing.
_INVISIBLE = regex.compile(r"\p{Cf}")
# Most of a text is ASCII or composed Hangul, which folds to itself.
_PLAIN_OR_GRAPHEME = regex.compile(
    r"(?P<plain>[\x20-\x7e\uac00-\ud7a3]+(?=[\x20-\x7e\uac00-\ud7a3\n]|$))|\X"
)
# Spaces that separate thousands; NFKC would make ordinary spaces of them.
_KEPT = "\u00a0\u202f"


@dataclass(frozen=True)
class FoldedText:
    """A text in compatibility form: digits 0-9, Arabic letters unified, invisible marks gone.

    Attributes:
        text: The folded text. Case is as it was.
        starts: For each character of ``text``, where in the original what it comes from begins.
        ends: Where that ends.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Where the folded characters ``[start, end)`` stand in the original; never empty."""
        return Span(self.starts[start], self.ends[end - 1])


def fold(text: str) -> FoldedText:
    """Fold a text of any script; decomposed letters (Korean file names) are composed."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _PLAIN_OR_GRAPHEME.finditer(text):
        start, end = match.span()
        if match["plain"]:
            parts.append(match[0])
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            folded = _folded(match[0])
            parts.append(folded)
            starts += [start] * len(folded)
            ends += [end] * len(folded)
    return FoldedText("".join(parts), tuple(starts), tuple(ends))


@lru_cache(maxsize=8192)  # a text has few different graphemes
def _folded(grapheme: str) -> str:
    if grapheme.isascii() or grapheme in _KEPT:
        return grapheme
    plain = unicodedata.normalize("NFKC", grapheme)
    if plain != grapheme and any(c.isdigit() for c in plain) and not grapheme[0].isdecimal():
        # ① and ½ are numbers beside their neighbours; a raised digit is a power or a footnote.
        raised = unicodedata.decomposition(grapheme[0]).startswith(("<super>", "<sub>"))
        return " " if raised else f" {plain.replace('⁄', '/')} "
    return unify_digits(normalize_arabic(str(_INVISIBLE.sub("", plain))))
