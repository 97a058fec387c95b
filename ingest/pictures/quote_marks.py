"""Where a quote stands on a page of a PDF.

A quote is text as the readers made it: lines and hyphens joined, Arabic put right, columns one
after the other. So it is compared with the page by letters and digits alone, in the one form that
all spellings of them have (`_folded`), and piece by piece where it is not there as a whole.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from assistant.language.ar.letters import LIGATURES

#: Letters in a row that may be the beginning of a piece; and that a piece has at least, for fewer
#: stand on many pages by chance.
_SEED: Final = 6
_PIECE: Final = 14
#: Letters that may differ between two pieces which are one all the same.
_GAP: Final = 12
#: Letters at the top and at the bottom of a page that may be its running heads and notes.
_EDGE: Final = 250
#: Share of a quote, or of a page, that has to be found.
_SHARE: Final = 0.6
_TATWEEL: Final = "\u0640"


@dataclass(frozen=True)
class _Piece:
    """A part of a quote and of a page that are the same: where they begin and end."""

    start: int
    end: int
    page_start: int
    page_end: int


@dataclass(frozen=True)
class _Letters:
    """Folded letters, and the number of the character that each is of."""

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str) -> _Letters:
        folded = [(letter, i) for i, c in enumerate(text) for letter in _folded(c)]
        return cls("".join(letter for letter, _ in folded), [i for _, i in folded])


def marked_characters(page: str, quote: str) -> list[int]:
    """The numbers of the characters of a page that show a quote, in their order on the page.

    Args:
        page: The characters of the page's text layer in its own order, with its line ends.
        quote: Text of a passage, which may begin on an earlier page or end on a later one.

    Returns:
        Every place where the whole quote stands; else the pieces of it that are there; nothing
        where too little is.
    """
    wanted = _Letters.of(quote).text
    if not wanted:
        return []
    best: list[int] = []
    for order in _orders(page):
        letters = _Letters.of("".join(page[i] for i in order))
        runs = list(_whole(letters.text, wanted)) or _pieces(letters.text, wanted)
        found = {order[letters.places[i]] for start, end in runs for i in range(start, end)}
        if len(found) > len(best):
            best = sorted(found)
    return best


def _orders(page: str) -> Iterator[Sequence[int]]:
    """The characters of a page as they are, and with Arabic lines turned, as the reader turns
    those that are stored back to front."""
    yield range(len(page))
    lines, start = [], 0
    for line in page.splitlines(keepends=True):
        numbers = range(start, start + len(line))
        turned = any(unicodedata.bidirectional(c) == "AL" for c in line)
        lines.append(numbers[::-1] if turned else numbers)
        start += len(line)
    if any(numbers.step < 0 for numbers in lines):
        yield [i for numbers in lines for i in numbers]


def _whole(page: str, quote: str) -> Iterator[tuple[int, int]]:
    start = page.find(quote)
    while start >= 0:
        yield start, start + len(quote)
        start = page.find(quote, start + len(quote))


def _pieces(page: str, quote: str) -> list[tuple[int, int]]:
    """Where pieces of a quote stand, if they are enough to say that it is this one.

    It is if most of the quote is there, or most of the page is in the quote, or its end stands at
    the top of the page, or its beginning at the bottom.
    """
    pieces = [p for p in _joined(list(_same(page, quote))) if p.end - p.start >= _PIECE]
    found = sum(piece.end - piece.start for piece in pieces)
    enough = found >= _SHARE * min(len(quote), max(len(page), _PIECE))
    if not enough:
        pieces = [
            piece
            for piece in pieces
            if (piece.start <= _GAP and piece.page_end >= len(page) - _EDGE)
            or (piece.end >= len(quote) - _GAP and piece.page_start <= _EDGE)
        ]
    return [(piece.page_start, piece.page_end) for piece in pieces]


def _same(page: str, quote: str) -> Iterator[_Piece]:
    """What a quote and a page have in common, from the quote's beginning to its end: at each
    letter the longest that begins there, and of equally long ones that which goes on."""
    seeds: dict[str, list[int]] = defaultdict(list)
    for i in range(len(page) - _SEED + 1):
        seeds[page[i : i + _SEED]].append(i)
    start, after = 0, 0
    while start <= len(quote) - _SEED:
        best = max(
            (_common(page, at, quote, start, after) for at in seeds[quote[start : start + _SEED]]),
            default=None,
        )
        if best is None:
            start += 1
            continue
        length, _, at = best
        yield _Piece(start, start + length, at, at + length)
        start, after = start + length, at + length


def _common(page: str, at: int, quote: str, start: int, after: int) -> tuple[int, int, int]:
    """How long the text is that begins at two places, how near it is to ``after``, and where."""
    length = _SEED
    longest = min(len(page) - at, len(quote) - start)
    while length < longest and page[at + length] == quote[start + length]:
        length += 1
    return length, -abs(at - after), at


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces with those that go on after a few letters that differ."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and max(piece.start - last.end, abs(piece.page_start - last.page_end)) <= _GAP:
            page_end = max(piece.page_end, last.page_end)
            joined[-1] = replace(last, end=piece.end, page_end=page_end)
        else:
            joined.append(piece)
    return joined


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    """The letters and digits of a character in the form in which they are compared: decomposed
    (Hangul to its letters, presentation forms and ligatures to theirs), without marks and case."""
    plain = LIGATURES.get(character) or unicodedata.normalize("NFKD", character)
    return "".join(
        c for c in plain.casefold() if unicodedata.category(c)[0] in "LN" and c != _TATWEEL
    )
