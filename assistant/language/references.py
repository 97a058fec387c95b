"""References to articles: "제15조의2", "المادة الخامسة عشرة", "Art. 15" in one form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from assistant.language.arabic import normalize_arabic, ordinal, words_in
from assistant.language.numbers import unify_digits

# "제15조의2"; after a law's name also "저작권법 15조", where no sum of money (3조 원) can be meant.
_KOREAN = regex.compile(
    r"(?:제\s?|(?<=[법률령칙정약]\s?))(?P<number>\d{1,5})\s?조(?:\s?의\s?(?P<branch>\d{1,3}))?"
)
_ENGLISH = regex.compile(
    r"(?:\b(?:articles?|art\.|sections?|sec\.)|§)\s?(?P<number>\d{1,5})(?!\d|[.,]\d)", regex.I
)
# The words after it are read as an ordinal number; "bis" marks an inserted article.
_ARABIC = regex.compile(
    r"\b(?:ال|لل|بال|وال|فال|كال)?ماد[هة]\s*(?:رقم\s*)?"
    r"(?:[(\[]?\s?(?P<number>\d{1,5})\s?[)\]]?|(?P<words>(?:\p{L}+\s*){1,7}))"
    r"(?P<branch>\s*[(\[]?\s?مكرر)?"
)
_BIS = "مكرر"


def article_references(text: str) -> list[str]:
    """The articles that a text refers to, in order, each as often as it is named.

    Returns:
        Article numbers in digits: ``"15"``; inserted articles as ``"15-2"`` (제15조의2) or
        ``"15-bis"`` (المادة الخامسة عشرة مكرر). Which document is meant is not told here.
    """
    normal = unify_digits(unicodedata.normalize("NFKC", text))
    found = [*_korean(normal), *_english(normal), *_arabic(normal)]
    return [reference for _, reference in sorted(found, key=lambda item: item[0])]


def without_references(text: str) -> str:
    """A text without the references to articles in it: what is said beside them."""
    normal = unify_digits(unicodedata.normalize("NFKC", text))
    normal = _ENGLISH.sub(" ", _KOREAN.sub(" ", normal))
    if any(True for _ in _arabic(normal)):
        normal = _ARABIC.sub(_rest_of_arabic, normalize_arabic(normal))
    return " ".join(normal.split())


def article_of(locator: str) -> str | None:
    """The article number that a passage's locator names first, or None."""
    return next(iter(article_references(locator)), None)


def _korean(text: str) -> Iterator[tuple[int, str]]:
    for match in _KOREAN.finditer(text):
        yield match.start(), _numbered(match["number"], match["branch"])


def _english(text: str) -> Iterator[tuple[int, str]]:
    for match in _ENGLISH.finditer(text):
        yield match.start(), _numbered(match["number"], None)


def _arabic(text: str) -> Iterator[tuple[int, str]]:
    for match in _ARABIC.finditer(normalize_arabic(text)):
        if match["number"]:
            yield match.start(), _numbered(match["number"], "bis" if match["branch"] else None)
            continue
        words = words_in(match["words"])
        if (number := ordinal(words)) is not None:
            value, used = number
            bis = words[used : used + 1] == [_BIS] or (used == len(words) and match["branch"])
            yield match.start(), _numbered(str(value), "bis" if bis else None)


def _rest_of_arabic(match: regex.Match[str]) -> str:
    """What follows an ordinal in the words that were matched with it."""
    if not match["words"]:
        return " "
    words = words_in(match["words"])
    number = ordinal(words)
    return " ".join(["", *words[number[1] :], ""]) if number else str(match[0])


def _numbered(number: str, branch: str | None) -> str:
    return str(int(number)) + (f"-{branch}" if branch else "")
