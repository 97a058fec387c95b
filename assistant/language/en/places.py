"""Articles and the other parts of documents in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language.document_words import Division, Paragraphs, Places
from assistant.language.reading import article_number

# "Article 15-2" was inserted behind Article 15; "Articles 15-20" are six.
_REFERENCE = regex.compile(
    r"(?:\b(?:articles|sections)|(?P<one>\b(?:article|art\.|section|sec\.)|§))\s?"
    r"(?P<number>\d{1,5})(?!\d|[.,]\d)"
    r"(?P<branch>(?(one)-\d{1,2}(?![\d-])|(?!))|\s?(?:bis|ter|quater)\b)?",
    regex.I,
)
#: In headings: digits with their branches, Roman numerals, a capital letter.
_NUMBER: Final = (
    r"(?:\d+(?:\.\d+)*(?:-\d{1,2}(?![\d-])|\s?(?:bis|ter|quater)\b|(?-i:[A-Z])\b)?(?!\d|[.,]\d)"
    r"|[ivxlc]+\b|(?-i:[A-Z])\b)"
)


def _references(text: str) -> Iterator[tuple[int, str]]:
    for match in _REFERENCE.finditer(text):
        branch = match["branch"]
        yield match.start(), article_number(match["number"], branch and branch.strip(" -").lower())


def _without(text: str) -> str:
    return str(_REFERENCE.sub(" ", text))


PLACES: Final = Places(
    references=_references,
    without=_without,
    divisions=(
        Division(
            rf"(?:annex|appendix|schedule|exhibit|attachment)(?:\s+(?:no\.?\s?)?{_NUMBER}|(?=\s*$))",
            10,
            cited=True,
            anew=True,
        ),
        Division(rf"part\s+{_NUMBER}", 10),
        Division(rf"chapter\s+{_NUMBER}", 20),
        Division(rf"(?:(?:section|article)\s+|(?:art|sec)\.\s?|§\s?){_NUMBER}", 40, cited=True),
    ),
    # A sentence goes on in small letters, or with a paragraph's number.
    referring=r"\s*\((?-i:[a-z]|\d{1,2})\)|\s*[,;/]|\s+(?-i:[a-z])|'",
    heads=r"(?:article|section|chapter|part)\s",
    paragraphs=Paragraphs(
        article=regex.compile(r"(?:Article|Section|Art\.|§)\s"),
        paragraph=regex.compile(r"\s*(?:\((?P<n>\p{Nd}{1,2})\)|(?P<n>\p{Nd}{1,2})[.)]\s)"),
        cited="{place}({n})",
    ),
)
