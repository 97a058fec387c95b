"""Bounds that a text puts on its numbers: "at least 3.0", "3.0점 이상", "لا يقل عن ٣"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.language import Language, numbers_in
from assistant.language.lexicon import LEXICON, alternatives
from assistant.language.words import Bound

_BoundPattern = tuple[regex.Pattern[str], Bound]
#: Of bounds in two languages before one number, that of the first one here counts.
_ORDER: Final[tuple[Language, ...]] = ("en", "ar", "ko")


def _before() -> Iterator[_BoundPattern]:
    for language in _ORDER:
        for bound, words in LEXICON[language].bounds.before.items():
            yield regex.compile(rf"(?:{words})[^\p{{Nd}}.;؛]*$", regex.I), bound


def _after() -> Iterator[_BoundPattern]:
    # "Not exceeding" has "exceeding" in it.
    kinds: tuple[tuple[str, Bound], ...] = (
        (alternatives(lambda words: words.bounds.after.get("least", "")), "least"),
        (alternatives(lambda words: words.bounds.after.get("most", "")), "most"),
        (alternatives(lambda words: words.bounds.not_over), "most"),
        (alternatives(lambda words: words.bounds.after.get("over", "")), "over"),
        (alternatives(lambda words: words.bounds.after.get("under", "")), "under"),
    )
    for words, bound in kinds:
        yield regex.compile(rf"[^\p{{Nd}}.,;،؛]*?(?:{words})", regex.I), bound


_BEFORE: Final = tuple(_before())
_AFTER: Final = tuple(_after())
# The end of a scale: "3.0 out of 4.3", "4.3점 만점에 3.0점", "٣٫٠ من ٤٫٣", "3.0/4.3".
_SCALE_BEFORE = regex.compile(
    rf"(?:{alternatives(lambda words: words.bounds.scale_before)}"
    rf"|\p{{Nd}}\s?(?:{alternatives(lambda words: words.bounds.scale_between)}|/\s?))$",
    regex.I,
)
_SCALE_AFTER = regex.compile(rf"\s?(?:{alternatives(lambda words: words.bounds.scale_after)})")
_NUMBER = regex.compile(r"\p{Nd}[\p{Nd},.٬٫]*")
#: How far from its number a bound may stand, in characters, with no other number between.
_REACH = 36
_REACH_AFTER = 20


def bounds_in(text: str) -> dict[str, set[Bound]]:
    """The bounds that a text puts on each number that it writes in digits.

    Returns:
        Numbers in the form of `numbers_in`, each with its bounds; an empty set where it is
        stated without one at least once.
    """
    found: dict[str, set[Bound]] = {}
    spans = _number_spans(text)
    for i, (start, end) in enumerate(spans):
        left = text[max(0, start - _REACH, spans[i - 1][1] if i else 0) : start]
        right = text[
            end : min(end + _REACH_AFTER, spans[i + 1][0] if i + 1 < len(spans) else len(text))
        ]
        for number in numbers_in(text[start:end]):
            found.setdefault(number, set()).update(_bounds(left, right))
    return found


def scales_in(text: str) -> dict[str, set[bool]]:
    """For each number that a text writes in digits, in the form of `numbers_in`: whether it is
    the end of a scale ("3.0 out of 4.3"), or both where it stands for both."""
    found: dict[str, set[bool]] = {}
    for start, end in _number_spans(text):
        scale = _SCALE_BEFORE.search(text[:start]) or _SCALE_AFTER.match(text[end:])
        for number in numbers_in(text[start:end]):
            found.setdefault(number, set()).add(scale is not None)
    return found


def _number_spans(text: str) -> list[tuple[int, int]]:
    """Where the numbers in digits stand, without the punctuation after them."""
    return [(m.start(), m.start() + len(m[0].rstrip(",.٬٫"))) for m in _NUMBER.finditer(text)]


def _bounds(left: str, right: str) -> set[Bound]:
    # The first that matches counts: "not more than" has "more than" in it.
    for pattern, bound in _BEFORE:
        if pattern.search(left):
            return {bound}
    for pattern, bound in _AFTER:
        if pattern.match(right):
            return {bound}
    return set()
