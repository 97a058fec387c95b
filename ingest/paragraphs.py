"""Paragraphs and items of an article that is cut in several passages, as readers cite them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from assistant.language.document_words import Paragraphs
from assistant.language.lexicon import LEXICON
from ingest.headings import Block

_STYLES = tuple(words.places.paragraphs for words in LEXICON.values())


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


def _cited(
    style: Paragraphs, place: str, paragraphs: set[str | None], items: set[str | None]
) -> str:
    if len(paragraphs) > 1:
        return place
    (paragraph,) = paragraphs
    if paragraph:
        place = style.cited.format(place=place, n=paragraph)
    if len(items) == 1 and (item := next(iter(items))):
        cited = style.item_cited.format(place=place, n=item)
        if style.branch and style.branch in item:
            # An inserted item is cited as the number that it follows, then its own.
            inserted = item.replace(style.branch, style.item_mark + style.branch, 1)
            return cited.replace(f"{item}{style.item_mark}", inserted)
        return cited
    return place


def _number(mark: str) -> str:
    """The number as it stands; that of a circled digit in plain ones."""
    return mark if mark.isdecimal() else str(int(unicodedata.numeric(mark)))
