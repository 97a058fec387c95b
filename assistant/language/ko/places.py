"""Articles and the other parts of documents in Korean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language.document_words import Division, Paragraphs, Places
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
        Division(
            r"부\s*칙(?=\s*(?:$|[<(\[〈]|제\s?\d+\s?호))", 10, cited=True, name="부칙", anew=True
        ),
        Division(
            r"[\[<〔【]?\s?별\s?[표지](?:\s?제?\s?\d+(?:의\s?\d+)?(?:\s?호(?:의\s?\d+)?)?)?"
            r"(?:\s?서식)?(?:\s?[\]>〕】]|(?![\p{L}\d]))",
            10,
            cited=True,
            anew=True,
        ),
        Division(r"제\s?\d+\s?편(?:의\s?\d+)?", 10),
        Division(r"제\s?\d+\s?장(?:의\s?\d+)?", 20),
        Division(r"제\s?\d+\s?[절관](?:의\s?\d+)?", 30),
        Division(r"제\s?\d+\s?조(?:\s?의\s?\d+)?", 40, cited=True),
    ),
    # A particle, or the next part of a longer reference.
    referring=(
        r"(?:의|에|에서|은|는|이|가|을|를|와|과|로|으로|도|만|및|부터|까지|ㆍ|·|,|~|-|내지)"
        r"(?:[\s,.]|따|의|서|게|는|도|[가-힣])"
        # Behind a title in brackets the article's text may begin with a reference.
        r"|(?<![)\]】〕>])(?:\s?제\s?\d+\s?[조항호목]|\s중\s)|\s(?:및|또는|내지|각\s?[호항]|본문|단서|전단|후단|부터|까지)(?:\s|에|의|$)"
    ),
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
)
