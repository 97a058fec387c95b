"""Paragraphs and items of an article that is cut in several passages, as readers cite them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from ingest.structure import Block


@dataclass(frozen=True)
class _Style:
    """How laws of one language number the parts of an article.

    Attributes:
        article: What a locator of an article matches.
        paragraph, item: What a block begins with; ``n`` is the number.
        cited: How a paragraph of an article is cited.
        item_cited: The same for an item, where items are cited apart from paragraphs.
    """

    article: regex.Pattern[str]
    paragraph: regex.Pattern[str]
    cited: str
    item: regex.Pattern[str] | None = None
    item_cited: str = ""


_STYLES = (
    # 법제처: 제15조제2항제3호
    _Style(
        article=regex.compile(r"(?:부칙 )?제\s?\p{Nd}+\s?조"),
        paragraph=regex.compile(r"\s*(?P<n>[①-⑳㉑-㉟㊱-㊿])"),
        cited="{place}제{n}항",
        item=regex.compile(r"\s*(?P<n>\p{Nd}{1,3}(?:의\p{Nd}{1,2})?)\."),
        item_cited="{place}제{n}호",
    ),
    _Style(
        article=regex.compile(r"المادة\s"),
        paragraph=regex.compile(r"\s*\(?(?P<n>\p{Nd}{1,2})\s?[-–.)]"),
        cited="{place}، الفقرة {n}",
    ),
    _Style(
        article=regex.compile(r"(?:Article|Section|Art\.|§)\s"),
        paragraph=regex.compile(r"\s*(?:\((?P<n>\p{Nd}{1,2})\)|(?P<n>\p{Nd}{1,2})[.)]\s)"),
        cited="{place}({n})",
    ),
)


def places(place: str, groups: Sequence[Sequence[Block]]) -> list[str]:
    """Where each part of a section stands.

    A part that lies in one paragraph of an article, or in one item, is cited by it; one that
    goes over several is cited by the article.

    Args:
        place: Locator of the section.
        groups: The blocks of each part, in order.

    Example:
        >>> places("제15조", [[Block("① 대학은 …"), Block("② 총장은 …")], [Block("③ 위원회는 …")]])
        ['제15조', '제15조제3항']
    """
    style = next((style for style in _STYLES if style.article.match(place)), None)
    if style is None or len(groups) < 2:
        return [place] * len(groups)
    found = []
    paragraph = item = None
    for group in groups:
        paragraphs, items = set(), set()
        for block in group:
            if match := style.paragraph.match(block.text):
                paragraph, item = _number(match["n"]), None
            elif style.item and (match := style.item.match(block.text)):
                item = match["n"]
            paragraphs.add(paragraph)
            items.add(item)
        found.append(_cited(style, place, paragraphs, items))
    return found


def _cited(style: _Style, place: str, paragraphs: set[str | None], items: set[str | None]) -> str:
    if len(paragraphs) > 1:
        return place
    (paragraph,) = paragraphs
    if paragraph:
        place = style.cited.format(place=place, n=paragraph)
    if len(items) == 1 and (item := next(iter(items))):
        branch = item.replace("의", "호의", 1) if "의" in item else None
        cited = style.item_cited.format(place=place, n=item)
        return cited.replace(f"{item}호", branch) if branch else cited
    return place


def _number(mark: str) -> str:
    """The number as it stands; that of a circled digit in plain ones."""
    return mark if mark.isdecimal() else str(int(unicodedata.numeric(mark)))
