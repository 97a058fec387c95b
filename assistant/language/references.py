"""References to articles: "제15조의2", "المادة الخامسة عشرة", "Art. 15" in one form."""

from __future__ import annotations

import unicodedata

from assistant.language.lexicon import LEXICON
from assistant.language.numbers import unify_digits, without_raised_digits


def article_references(text: str) -> list[str]:
    """The articles that a text refers to, in order, each as often as it is named.

    Returns:
        Article numbers in digits: ``"15"``; inserted articles as ``"15-2"`` (제15조의2) or
        ``"15-bis"`` (المادة الخامسة عشرة مكرر). Which document is meant is not told here.
    """
    normal = unify_digits(unicodedata.normalize("NFKC", without_raised_digits(text)))
    found = [found for words in LEXICON.values() for found in words.places.references(normal)]
    return [reference for _, reference in sorted(found, key=lambda item: item[0])]


def without_references(text: str) -> str:
    """A text without the references to articles in it: what is said beside them."""
    normal = unify_digits(unicodedata.normalize("NFKC", without_raised_digits(text)))
    for language in ("ko", "en", "ar"):
        normal = LEXICON[language].places.without(normal)
    return " ".join(normal.split())


def article_of(locator: str) -> str | None:
    """The article number that a passage's locator names first, or None."""
    return next(iter(article_references(locator)), None)
