"""How lines that were wrapped are joined: with a space, or without where a word was divided."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Final

import regex

from assistant.language import is_one_word
from assistant.language.lexicon import alternatives

_DIVIDED: Final = regex.compile(r"(?:^|[^\p{L}\p{Nd}])([\p{Latin}\p{Nd}]+)-$")
_NUMBERED: Final = regex.compile(r"\p{Nd}-$")
_REST: Final = regex.compile(r"[\p{Latin}\p{Nd}]+")
_SUSPENDED: Final = regex.compile(
    rf"(?:{alternatives(lambda words: words.documents.suspended)})\b", regex.IGNORECASE
)
_WORD: Final = regex.compile(r"\p{Latin}+(?:-\p{Latin}+)*")
#: A word over the end of a line, which says nothing of how it is written.
_BROKEN: Final = regex.compile(r"\p{Latin}+-\s*\n\s*\p{Latin}+")
_SYLLABLE: Final = regex.compile(r"\p{Hangul}")
#: Korean lines of a document that are looked at to tell whether its lines break within words,
#: and the share of them that must.
_SAMPLE, _SHARE = 60, 0.15
#: A line of this share of the usual length may have been wrapped.
_FULL = 0.8
#: Characters on each side of a break that are looked at.
_CONTEXT = 24


class LineJoiner:
    """Joins the wrapped lines of one document.

    Args:
        text: The document, with its lines.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def is_full(self, line: str) -> bool:
        """Whether a line is about as long as the document's lines are, and so may be wrapped."""
        return len(line) >= _FULL * self._usual_length

    def joint(self, before: str, line: str) -> tuple[str, str]:
        """``before`` without a hyphen that only divided a word, and what comes before ``line``.

        Args:
            before: The text so far, without white space at its end.
            line: The line that goes on with it, without white space around it.
        """
        if before.endswith("-"):
            return self._at_hyphen(before, line)
        divided = bool(before) and _is_korean(before, line) and self._breaks_words
        return before, "" if divided and _is_divided(before, line) else " "

    def _at_hyphen(self, before: str, line: str) -> tuple[str, str]:
        rest = _REST.match(line)
        if _NUMBERED.search(before) and rest:
            return before, ""  # "2031-" and "2032", also "제3-" and "5조"
        whole = before[:-1]
        if whole and _is_korean(whole, line) and _SYLLABLE.match(whole[-1]):
            return (whole, "") if _is_divided(whole, line) else (before, " ")
        head = _DIVIDED.search(before)
        if not head or not rest or _SUSPENDED.match(line):
            return before, " "
        if self._keeps_hyphen(head[1], rest[0]):
            return before, ""
        return before[:-1], ""

    def _keeps_hyphen(self, head: str, rest: str) -> bool:
        """Whether a word is written with a hyphen: as the rest of the document writes it."""
        if not rest[0].islower() and not (head + rest).isupper():
            return True
        known, head, rest = self._words, head.lower(), rest.lower()
        if f"{head}-{rest}" in known:
            return True
        return head + rest not in known and head in known and rest in known

    @cached_property
    def _usual_length(self) -> float:
        return median([len(line) for line in self._text.split("\n") if line.strip()] or [0])

    @cached_property
    def _words(self) -> frozenset[str]:
        whole = _BROKEN.sub(" ", self._text)
        return frozenset(word.lower() for word in _WORD.findall(whole))

    @cached_property
    def _breaks_words(self) -> bool:
        lines = [line for line in map(str.strip, self._text.split("\n")) if line]
        breaks = [pair for pair in pairwise(lines) if _is_korean(*pair)]
        sample = breaks[:: max(1, len(breaks) // _SAMPLE)]
        divided = sum(_is_divided(*pair) for pair in sample)
        return divided > 0 and divided >= _SHARE * len(sample)


def _is_korean(before: str, line: str) -> bool:
    """Whether a break may be one within a Korean word."""
    ends = _SYLLABLE.match(before[-1]) or before[-1].isdecimal()
    return bool(ends and _SYLLABLE.match(line))


def _is_divided(before: str, line: str) -> bool:
    if before[-1].isdecimal():
        return True  # a number and its unit
    return is_one_word(before[-_CONTEXT:], line[:_CONTEXT])
