"""Articles and the other parts of documents in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language.ar.letters import normalize_arabic
from assistant.language.ar.ordinals import ordinal, words_in
from assistant.language.document_words import Division, Paragraphs, Places
from assistant.language.reading import article_number

# The words after it are read as an ordinal number; "bis" marks an inserted article.
_REFERENCE = regex.compile(
    r"\b(?:ال|لل|بال|وال|فال|كال)?ماد[هة]\s*(?:رقم\s*)?"
    r"(?:[(\[]?\s?(?P<number>\d{1,5})\s?[)\]]?|(?P<words>(?:\p{L}+\s*){1,7}))"
    r"(?P<branch>\s*[(\[]?\s?مكرر)?"
)
_BIS: Final = "مكرر"
#: In folded letters.
_ORDINAL: Final = (
    r"(?:ال)?(?:اولي|اول|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر|حادي|واحد|عشر|ثلاث|اربع|خمس"
    r"|ست|سبع|ثمان|تسع|مايه|ميه|مايت|ميت|بعد)\p{L}*"
)
_NUMBER: Final = (
    rf"\s*(?:رقم\s*)?[(\[]?\s?(?:\d+|{_ORDINAL}(?:\s+و?{_ORDINAL})*)\s?[)\]]?"
    r"(?:\s*[(\[]?\s?مكرر\p{L}*(?:\s?\d+)?\s?[)\]]?)?"
)


def _references(text: str) -> Iterator[tuple[int, str]]:
    for match in _REFERENCE.finditer(normalize_arabic(text)):
        if match["number"]:
            branch = "bis" if match["branch"] else None
            yield match.start(), article_number(match["number"], branch)
            continue
        words = words_in(match["words"])
        if (number := ordinal(words)) is not None:
            value, used = number
            inserted = " ".join(words[used : used + 1]).startswith(_BIS)
            bis = inserted or (used == len(words) and match["branch"])
            yield match.start(), article_number(str(value), "bis" if bis else None)


def _without(text: str) -> str:
    if any(True for _ in _references(text)):
        return str(_REFERENCE.sub(_rest, normalize_arabic(text)))
    return text


def _rest(match: regex.Match[str]) -> str:
    """What follows an ordinal in the words that were matched with it."""
    if not match["words"]:
        return " "
    words = words_in(match["words"])
    number = ordinal(words)
    return " ".join(["", *words[number[1] :], ""]) if number else str(match[0])


PLACES: Final = Places(
    references=_references,
    without=_without,
    divisions=(
        Division(rf"(?:ال)?ملحق(?:{_NUMBER}|(?=\s*:?\s*$))", 10, cited=True, anew=True),
        Division(rf"(?:الباب|الكتاب)\s{_NUMBER}", 10),
        Division(rf"الفصل\s{_NUMBER}", 20),
        Division(rf"(?:ال)?ماده\s{_NUMBER}", 40, cited=True),
    ),
    # "of", "and", "to", "in", "above": a sentence goes on.
    referring=r"\s*(?:من|الي|في|علي|عن|اعلاه|ادناه|و\p{L}+|حتي|او)(?!\p{L})|\s*[،,]",
    heads=r"(?:ال)?(?:مادة|باب|فصل|ملحق)\s",
    paragraphs=Paragraphs(
        article=regex.compile(r"(?:ال)?مادة\s"),
        paragraph=regex.compile(r"\s*\(?(?P<n>\p{Nd}{1,2})\s?[-–.)]"),
        cited="{place}، الفقرة {n}",
    ),
)
