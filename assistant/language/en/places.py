"""Articles and the other parts of documents in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language.document_words import Paragraphs, Places
from assistant.language.reading import article_number

_REFERENCE = regex.compile(
    r"(?:\b(?:articles?|art\.|sections?|sec\.)|§)\s?(?P<number>\d{1,5})(?!\d|[.,]\d)", regex.I
)


def _references(text: str) -> Iterator[tuple[int, str]]:
    for match in _REFERENCE.finditer(text):
        yield match.start(), article_number(match["number"], None)


def _without(text: str) -> str:
    return str(_REFERENCE.sub(" ", text))


PLACES: Final = Places(
    references=_references,
    without=_without,
    divisions=(
        (r"part\s+(?:\p{Nd}+|[ivxlc]+)\b[^.\n]{0,80}$", 10),
        (r"chapter\s+(?:\p{Nd}+|[ivxlc]+)\b[^.\n]{0,80}$", 20),
        (
            r"(?:section|article)\s+(?:\p{Nd}+|[ivxlc]+)\b\s?(?:\([^()\n]{1,80}\)|[:.–-][^.\n]{0,80})?$",
            40,
        ),
    ),
    locator=r"(?:Article|Section|Art\.|§)\s?(?:\p{Nd}+(?:\.\p{Nd}+)*|[IVXLC]+\b)",
    heads=r"(?:article|section|chapter|part)\s",
    paragraphs=Paragraphs(
        article=regex.compile(r"(?:Article|Section|Art\.|§)\s"),
        paragraph=regex.compile(r"\s*(?:\((?P<n>\p{Nd}{1,2})\)|(?P<n>\p{Nd}{1,2})[.)]\s)"),
        cited="{place}({n})",
    ),
)
