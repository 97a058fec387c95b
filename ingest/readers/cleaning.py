"""Text as it should have been written: one Unicode form, and no invisible characters."""

from __future__ import annotations

import unicodedata

import regex

from assistant.language.ar.letters import LIGATURES

#: Latin ligatures such as ﬁ, and Arabic letters in the shapes of old typesetting (isolated,
#: initial, medial, final, ligatures).
_PRESENTATION = regex.compile(r"[\uFB00-\uFB06\uFB50-\uFDFF\uFE70-\uFEFC]+")
# Direction marks, zero-width spaces and joiners that some programs strew over a text. The
# zero-width non-joiner (U+200C) stays: Persian words are spelled with it.
_INVISIBLE = regex.compile(r"[\u00AD\u200B\u200D-\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]")
# A word that was divided at the end of a line.
_DIVIDED = regex.compile(r"\u00AD[ \t]*\n[ \t]*")
# Control characters but tab and line feed. NUL cannot be stored by every database.
_CONTROL = regex.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]")


def clean(text: str) -> str:
    """``text`` in NFC, with plain letters, line feeds, and nothing invisible.

    Presentation forms are folded to the letters that they show (NFKC, for them alone: it would
    change numbers such as ① elsewhere). Ideographic and no-break spaces become spaces.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _DIVIDED.sub("", text)
    text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    text = text.replace("\u00a0", " ").replace("\u3000", " ")
    return unicodedata.normalize("NFC", fold_presentation_forms(text))


def fold_presentation_forms(text: str) -> str:
    """Presentation forms and Latin ligatures as the letters that they show."""
    return str(_PRESENTATION.sub(lambda m: "".join(map(_folded, m[0])), text))


def _folded(character: str) -> str:
    if character in LIGATURES:
        return LIGATURES[character]
    # Vowel marks standing alone decompose to a space and the mark; the space is not meant.
    return unicodedata.normalize("NFKC", character).lstrip(" ") or character
