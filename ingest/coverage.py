"""How much of what a file shows is in the passages of its document, and what is not."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from assistant.codes import RemarkKind
from assistant.index.passage import Passage
from ingest.readers.source import Remark, SourceText

_WORD = regex.compile(r"[\p{L}\p{N}]+")
#: What stands on or between letters without being one: marks, and the Arabic stretching stroke.
_ON_LETTERS = regex.compile(r"[\p{M}\u0640]")
#: Letters by which a place is known in a text without its white space.
_CONTEXT = 8
#: Of what is missing a remark shows the first words of so many places.
_PLACES_SHOWN, _WORDS_SHOWN = 5, 8


@dataclass(frozen=True)
class Missing:
    """Words that follow one another in a file and are in no passage.

    Attributes:
        text: The words.
        page: Their page, from 1, of a format with pages.
    """

    text: str
    page: int | None


@dataclass(frozen=True)
class Coverage:
    """What of a file is in its passages.

    Attributes:
        share: Share of its letters and digits that are, from 0 to 1.
        missing: What is not.
    """

    share: float
    missing: Sequence[Missing] = ()

    def remark(self) -> Remark | None:
        """What is missing, for the quality report."""
        if not self.missing:
            return None
        letters = sum(len("".join(_words(one.text))) for one in self.missing)
        first = (" ".join(one.text.split()[:_WORDS_SHOWN]) for one in self.missing[:_PLACES_SHOWN])
        detail = f"{letters:,} letters and digits are in no passage: “{' … '.join(first)}”"
        pages = sorted({one.page for one in self.missing if one.page})
        return Remark(RemarkKind.MISSING, detail, pages)


def coverage(source: SourceText, passages: Sequence[Passage], title: str) -> Coverage | None:
    """Compare what a file shows with its passages, and with what its reader says that it left out.

    Words are compared as bags, each as the bag of its letters, since a page may be read in another
    order than it is stored in. A word that seems to be missing is looked for again among its
    neighbours without white space: it may only be cut or joined in another way. The time is
    linear in the length of both.

    Args:
        source: What was read.
        passages: What it was cut into, in order.
        title: Title of the document, which is stored with each passage.

    Returns:
        None if nothing but the reader itself can tell what the file shows.
    """
    if source.visible is None:
        return None
    kept = [title, *source.left_out, *_said(passages)]
    return compare(source.visible, kept, paged=bool(source.page_starts))


def compare(shown: Sequence[str], kept: Sequence[str], paged: bool = False) -> Coverage:
    """As `coverage`, of any texts.

    Args:
        shown: What there is to keep, in order; one text for each page if ``paged``.
        kept: What was kept.
        paged: Whether there are pages.
    """
    lacking = _bag(shown) - _bag(kept)
    if not lacking:
        return Coverage(1.0)
    pages = [list(_words(text)) for text in shown]
    places = [
        (number, i)
        for number, page in enumerate(pages)
        for i, word in enumerate(page)
        if _key(word) in lacking
    ]
    contexts = {(number, i): _contexts(pages[number], i) for number, i in places}
    seen = _seen({c for found in contexts.values() for c in found}, kept)
    missing: list[tuple[int, int]] = []
    for number, i in places:
        word = pages[number][i]
        if lacking[_key(word)] > 0 and not _is_excused(contexts[number, i], word, seen):
            lacking[_key(word)] -= 1
            missing.append((number, i))
    letters = sum(len(word) for page in pages for word in page)
    lost = sum(len(pages[number][i]) for number, i in missing)
    runs = [Missing(text, number + 1 if paged else None) for number, text in _runs(missing, pages)]
    return Coverage(1 - lost / letters, runs)


def _said(passages: Sequence[Passage]) -> Iterator[str]:
    """The texts of passages, and each heading once: it stands above several passages."""
    before: tuple[str, ...] = ()
    for passage in passages:
        headings = tuple(passage.headings)
        same = next(
            (i for i, (a, b) in enumerate(zip(before, headings, strict=False)) if a != b),
            min(len(before), len(headings)),
        )
        yield from headings[same:]
        yield passage.text
        before = headings


def _words(text: str) -> Iterator[str]:
    normal = _ON_LETTERS.sub("", unicodedata.normalize("NFKC", text))
    return (match[0] for match in _WORD.finditer(normal))


def _key(word: str) -> str:
    """The bag of a word's letters: PDFs store Arabic words in several orders."""
    return "".join(sorted(word))


def _bag(texts: Iterable[str]) -> Counter[str]:
    words = Counter(word for text in texts for word in _words(text))
    bag: Counter[str] = Counter()
    for word, n in words.items():
        bag[_key(word)] += n
    return bag


def _contexts(words: Sequence[str], i: int) -> tuple[str, str]:
    """`_CONTEXT` letters that end with a word, and as many that begin with it; at the edge of a
    page they reach beyond it to the other side."""
    before, after = "", ""
    left, right = i - 1, i + 1
    while len(before) < _CONTEXT and left >= 0:
        before = words[left] + before
        left -= 1
    while len(after) < _CONTEXT and right < len(words):
        after += words[right]
        right += 1
    around, end = before + words[i] + after, len(before) + len(words[i])
    start = max(0, end - _CONTEXT)
    begin = max(0, min(len(before), len(around) - _CONTEXT))
    return around[start : start + _CONTEXT], around[begin : begin + _CONTEXT]


def _seen(wanted: set[str], kept: Iterable[str]) -> set[str]:
    """Which of some contexts stand in texts without their white space."""
    letters = "".join(word for text in kept for word in _words(text))
    found = {
        part
        for i in range(len(letters) - _CONTEXT + 1)
        if (part := letters[i : i + _CONTEXT]) in wanted
    }
    # Those of a page with fewer letters.
    return found | {part for part in wanted if len(part) < _CONTEXT and part in letters}


def _is_excused(contexts: tuple[str, str], word: str, seen: set[str]) -> bool:
    found = [context in seen for context in contexts]
    return all(found) if len(word) > _CONTEXT else any(found)


def _runs(
    places: Sequence[tuple[int, int]], pages: Sequence[Sequence[str]]
) -> Iterator[tuple[int, str]]:
    """Places that follow one another, as (page, words)."""
    run: list[tuple[int, int]] = []
    for place in [*places, (-1, -1)]:
        if run and place != (run[-1][0], run[-1][1] + 1):
            yield run[0][0], " ".join(pages[number][i] for number, i in run)
            run = []
        run.append(place)
