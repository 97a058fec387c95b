"""Bounds that a text puts on its numbers: "at least 3.0", "3.0점 이상", "لا يقل عن ٣"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.codes import Language
from assistant.language.ar.letters import normalize_arabic
from assistant.language.lexicon import LEXICON, alternatives
from assistant.language.words import Bound

_BoundPattern = tuple[regex.Pattern[str], Bound]
#: Of bounds in two languages before one number, that of the first one here counts.
_ORDER: Final[tuple[Language, ...]] = ("en", "ar", "ko")
#: How far from its number a bound may stand, in characters, with no other number between.
_REACH: Final = 36
#: Characters that the words of a bound may have: "shall not be required to work more than".
_LONGEST: Final = 48

_SOME_WORDS: Final = rf"(?P<gap>[^\p{{Nd}}.,;،؛]{{0,{_REACH}}}?)"
_BETWEEN: Final = alternatives(lambda words: words.bounds.between)
_CURRENCIES: Final = alternatives(lambda words: "|".join(words.units.currencies.values()))
_NO_WORDS: Final = (
    rf"(?P<gap>(?:[\s(\[«“\"]|(?<!\p{{L}})(?:(?:{_BETWEEN})(?!\p{{L}})|{_CURRENCIES}))*?)"
)


def _before_number(words: str, gap: str) -> regex.Pattern[str]:
    # In reverse, so that of the words of a bound those are found that are nearest to the number.
    return regex.compile(rf"(?r)(?<!\p{{L}})(?:{words})(?!\p{{L}}){gap}$", regex.I)


def _before() -> Iterator[_BoundPattern]:
    for language in _ORDER:
        bounds = LEXICON[language].bounds
        for bound, words in bounds.before.items():
            yield _before_number(words, _SOME_WORDS), bound
        for bound, words in bounds.directly.items():
            yield _before_number(words, _NO_WORDS), bound


def _after() -> Iterator[_BoundPattern]:
    for language in _ORDER:
        for bound, words in LEXICON[language].bounds.after.items():
            yield regex.compile(rf"{_SOME_WORDS}(?:{words})", regex.I), bound


_BEFORE: Final = tuple(_before())
_AFTER: Final = tuple(_after())
_AROUND: Final = tuple(
    (_before_number(before, _NO_WORDS), regex.compile(rf"[\s)\]»”\-]*(?:{after})", regex.I), bound)
    for words in LEXICON.values()
    for before, after, bound in words.bounds.around
)
# The end of a scale: "3.0 out of 4.3", "4.3점 만점에 3.0점", "٣٫٠ من ٤٫٣", "3.0/4.3".
_SCALE_BEFORE = regex.compile(
    rf"(?:{alternatives(lambda words: words.bounds.scale_before)}"
    rf"|\p{{Nd}}\s?(?:{alternatives(lambda words: words.bounds.scale_between)}|/\s?))$",
    regex.I,
)
_SCALE_AFTER = regex.compile(rf"\s?(?:{alternatives(lambda words: words.bounds.scale_after)})")


def bound_between(left: str, right: str) -> Bound | None:
    """The bound that is put on a number.

    Args:
        left, right: What stands before and behind it, up to the quantities beside it.
    """
    left = normalize_arabic(left)[-_REACH - _LONGEST :]
    right = normalize_arabic(right)[: _REACH + _LONGEST]
    for before, after, bound in _AROUND:
        if after.match(right) and before.search(left):
            return bound
    return _nearest([(pattern.search(left), bound) for pattern, bound in _BEFORE]) or _nearest(
        [(pattern.match(right), bound) for pattern, bound in _AFTER]
    )


def _nearest(found: list[tuple[regex.Match[str] | None, Bound]]) -> Bound | None:
    """Of bounds on one side of a number the nearest, of those that are as near the first."""
    distances = [(len(match["gap"].strip()), bound) for match, bound in found if match]
    return min(distances, key=lambda item: item[0])[1] if distances else None


def ends_scale(left: str, right: str) -> bool:
    """Whether a quantity is the end of a scale ("3.0 out of 4.3").

    Args:
        left, right: All that stands before and behind it.
    """
    return bool(_SCALE_BEFORE.search(left) or _SCALE_AFTER.match(right))
