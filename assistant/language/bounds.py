"""Bounds that a text puts on its numbers: "at least 3.0", "3.0점 이상", "لا يقل عن ٣"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from assistant.codes import Language
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
#: How far from its number a bound may stand, in characters, with no other number between.
_REACH = 36
_REACH_AFTER = 20


def bound_between(left: str, right: str) -> Bound | None:
    """The bound that is put on a quantity.

    Args:
        left, right: What stands before and behind it, up to the quantities beside it.
    """
    left, right = left[-_REACH:], right[:_REACH_AFTER]
    # The first that matches counts: "not more than" has "more than" in it.
    for pattern, bound in _BEFORE:
        if pattern.search(left):
            return bound
    for pattern, bound in _AFTER:
        if pattern.match(right):
            return bound
    return None


def ends_scale(left: str, right: str) -> bool:
    """Whether a quantity is the end of a scale ("3.0 out of 4.3").

    Args:
        left, right: All that stands before and behind it.
    """
    return bool(_SCALE_BEFORE.search(left) or _SCALE_AFTER.match(right))
