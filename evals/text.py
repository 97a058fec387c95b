"""Text made comparable across spellings, digits and scripts."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from assistant.codes import Language

SCRIPTS: dict[Language, str] = {"ko": "Hangul", "ar": "Arabic", "en": "Latin"}

#: Citation marks as the API writes them: [1], [1, 2].
MARK = regex.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")

_GROUPED = regex.compile(r"(?<=\d)[,٬'\u00a0\u202f](?=\d{3}(?!\d))")
_ARABIC_MARKS = regex.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_ARABIC_LETTERS = str.maketrans("أإآٱىة", "اااايه")
#: A number and what it counts, which Korean writes with or without a space.
_COUNTED = regex.compile(r"(?<=\d) (?=\p{Hangul})")
_NOISE = regex.compile(r"(?<!\d)\.|\.(?!\d)|[^\p{L}\p{M}\p{N}.]+")
_PAUSE = r"\W*(?:[,،.!;:؛—–-]|$)"
_YES_AND_NO = {
    word: regex.compile(rf"\W*(?:{pattern})", regex.IGNORECASE)
    for words, pattern in {
        ("yes",): r"yes\b",
        ("no",): rf"no{_PAUSE}",
        ("네", "예"): rf"(?:네|예){_PAUSE}",
        ("아니요", "아니오", "아뇨"): "아니요|아니오|아뇨",
        ("نعم",): r"نعم\b",
        ("لا",): r"ك?لا\b(?!\s+[يت](?:قل|زيد|تجاوز)\b)",
    }.items()
    for word in words
}
_SENTENCE = regex.compile(r"[^\n]+?(?:[.!?؟。…]+(?:\s*\[[\d\s,]+\])*(?=\s|$)|(?=\n)|$)")


def ascii_digits(text: str) -> str:
    """Decimal digits of every script as 0-9, without separators between groups of three."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
    return str(_GROUPED.sub("", plain.replace("٫", ".")))


@lru_cache(maxsize=20_000)
def normalized(text: str) -> str:
    """Text for comparison: NFKC, caseless, one form of Arabic letters and of digits, no marks."""
    plain = ascii_digits(unicodedata.normalize("NFKC", text)).casefold()
    plain = _ARABIC_MARKS.sub("", plain).translate(_ARABIC_LETTERS)
    plain = plain.replace("%", " % ").replace("٪", " % ")
    words = " ".join(_NOISE.sub(lambda m: " % " if "%" in m[0] else " ", plain).split())
    return _COUNTED.sub("", words)


def without_marks(text: str) -> str:
    """A reply without its citation marks."""
    return str(MARK.sub("", text)).strip()


def marked(text: str) -> list[int]:
    """The numbers in a text's citation marks, in order."""
    return [int(n) for found in MARK.finditer(text) for n in found[1].split(",")]


def sentences(text: str) -> list[str]:
    """Sentences with the citation marks that follow them."""
    return [s.strip() for s in _SENTENCE.findall(text) if any(c.isalpha() for c in s)]


def contains(text: str, phrase: str) -> bool:
    """Whether a text says a phrase, however it spells it.

    A number must stand by itself (5명 is not in 15명), and so must Latin letters; Korean and
    Arabic words take endings and prefixes. "Yes" and "no" have to begin a sentence, and to be said
    for themselves: their letters stand in many words (علاقة has لا in it), and neither "there is no
    limit" nor "no later than" is a "no".
    """
    wanted = normalized(phrase)
    if not wanted:
        return False
    if said := _YES_AND_NO.get(wanted):
        return any(said.match(s) for s in sentences(without_marks(text)))
    before = r"(?<![\d.])" if wanted[0].isdigit() else _word_edge(wanted[0], "<!")
    after = r"(?!\.?\d)" if wanted[-1].isdigit() else _word_edge(wanted[-1], "!")
    pattern = before + regex.escape(wanted).replace(r"\ ", " ?") + after
    return regex.search(pattern, normalized(text)) is not None


def _word_edge(character: str, look: str) -> str:
    latin = regex.match(r"\p{Latin}", character)
    return rf"(?{look}\p{{Latin}})" if latin else ""


def script_share(text: str, language: Language) -> float:
    """Share of a text's letters that are of a language's script, from 0 to 1; 1 without letters."""
    letters = regex.findall(r"\p{L}", text)
    if not letters:
        return 1.0
    own = regex.findall(rf"\p{{Script={SCRIPTS[language]}}}", "".join(letters))
    return len(own) / len(letters)


def trigrams(text: str) -> set[str]:
    """Character 3-grams of the normalised text; all of it where it is shorter."""
    plain = normalized(text)
    return {plain[i : i + 3] for i in range(max(1, len(plain) - 2))} if plain else set()


def tokens(text: str) -> list[str]:
    """Words of the normalised text; Arabic words without the article."""
    return [word.removeprefix("ال") for word in normalized(text).split()]
