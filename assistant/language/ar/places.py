"""Articles and the other parts of documents in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language.ar.letters import normalize_arabic
from assistant.language.ar.ordinals import ordinal, words_in
from assistant.language.document_words import Paragraphs, Places
from assistant.language.reading import article_number

# The words after it are read as an ordinal number; "bis" marks an inserted article.
_REFERENCE = regex.compile(
    r"\b(?:ال|لل|بال|وال|فال|كال)?ماد[هة]\s*(?:رقم\s*)?"
    r"(?:[(\[]?\s?(?P<number>\d{1,5})\s?[)\]]?|(?P<words>(?:\p{L}+\s*){1,7}))"
    r"(?P<branch>\s*[(\[]?\s?مكرر)?"
)
_BIS: Final = "مكرر"
# As headings write it: hamza and all.
_ORDINAL: Final = (
    r"(?:ال)?(?:أولى|اولى|أول|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر|حادي|واحد|عشر|ثلاث|أربع|خمس"
    r"|ست|سبع|ثمان|تسع|مائة|مئة|مائت|بعد|مكرر)\p{L}*"
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
            bis = words[used : used + 1] == [_BIS] or (used == len(words) and match["branch"])
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
        (rf"(?:الباب|الكتاب)\s+(?:\p{{Nd}}+|{_ORDINAL})[^.\n]{{0,80}}$", 10),
        (rf"الفصل\s+(?:\p{{Nd}}+|{_ORDINAL})[^.\n]{{0,80}}$", 20),
        (
            rf"المادة\s+\(?\s?(?:\p{{Nd}}+|{_ORDINAL}(?:\s+(?:و?{_ORDINAL}))*)\s?\)?"
            r"(?:\s?[:：–-]\s*[^.\n]{0,80})?[\s.:]*$",
            40,
        ),
    ),
    locator=rf"المادة\s+\(?\s?(?:\p{{Nd}}+|{_ORDINAL}(?:\s+و?{_ORDINAL})*)",
    heads=r"(?:المادة|الباب|الفصل)\s",
    paragraphs=Paragraphs(
        article=regex.compile(r"المادة\s"),
        paragraph=regex.compile(r"\s*\(?(?P<n>\p{Nd}{1,2})\s?[-–.)]"),
        cited="{place}، الفقرة {n}",
    ),
)
