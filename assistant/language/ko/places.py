"""Articles and the other parts of documents in Korean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language.document_words import Paragraphs, Places
from assistant.language.reading import article_number

# "제15조의2"; after a law's name also "저작권법 15조", where no sum of money (3조 원) can be meant.
_REFERENCE = regex.compile(
    r"(?:제\s?|(?<=[법률령칙정약]\s?))(?P<number>\d{1,5})\s?조(?:\s?의\s?(?P<branch>\d{1,3}))?"
)


def _references(text: str) -> Iterator[tuple[int, str]]:
    for match in _REFERENCE.finditer(text):
        yield match.start(), article_number(match["number"], match["branch"])


def _without(text: str) -> str:
    return str(_REFERENCE.sub(" ", text))


PLACES: Final = Places(
    references=_references,
    without=_without,
    # "제2조제1항." refers to a place; a sentence ends in a verb.
    reference_end=r"제\s?\p{Nd}+\s?[편장절관조항호목]\.",
    divisions=(
        (r"부칙\s?(?:\([^()\n]{1,80}\)\s?)?<[^<>\n]{1,60}>$", 10),
        (r"제\s?\p{Nd}+\s?편(?:의\s?\p{Nd}+)?(?=\s|$).{0,60}$", 10),
        (r"제\s?\p{Nd}+\s?장(?:의\s?\p{Nd}+)?(?=\s|$).{0,60}$", 20),
        (r"제\s?\p{Nd}+\s?[절관](?:의\s?\p{Nd}+)?(?=\s|$).{0,60}$", 30),
        (r"(?P<head>제\s?\p{Nd}+\s?조(?:의\s?\p{Nd}+)?\s?\([^()\n]{1,80}\))\s*(?P<rest>.*)$", 40),
        (r"제\s?\p{Nd}+\s?조(?:의\s?\p{Nd}+)?[\s.:]*$", 40),
    ),
    locator=r"제\s?\p{Nd}+\s?조(?:의\s?\p{Nd}+)?",
    heads=r"제\s?\p{Nd}+\s?[편장절관조]",
    # As the Ministry of Government Legislation cites: 제15조제2항제3호, 제15조제3호의2.
    paragraphs=Paragraphs(
        article=regex.compile(r"(?:부칙 )?제\s?\p{Nd}+\s?조"),
        paragraph=regex.compile(r"\s*(?P<n>[①-⑳㉑-㉟㊱-㊿])"),
        cited="{place}제{n}항",
        item=regex.compile(r"\s*(?P<n>\p{Nd}{1,3}(?:의\p{Nd}{1,2})?)\."),
        item_cited="{place}제{n}호",
        item_mark="호",
        branch="의",
    ),
    addenda="부칙",
)
