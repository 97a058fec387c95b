"""Sentences of Korean, Arabic and English policy text, as spans into the text itself."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

import regex

from assistant.language.lexicon import alternatives


class Span(NamedTuple):
    """A half-open range of character offsets ``[start, end)``."""

    start: int
    end: int


# A sentence ends at final punctuation (with closing quotes and brackets, and a citation mark
# that belongs to it) before white space, or at a line break. A list item is a unit of its own.
_BOUNDARY: Final = regex.compile(
    r"""
      (?P<stop>[.!?؟。！？…]+["'”’»」』)\]]*(?:\s?\[\d+\])*)(?=\s|$)
    | (?P<line>\n\s*)
    """,
    regex.VERBOSE,
)
# Letters that number the items of a list.
_MARKS: Final = alternatives(lambda words: words.letters.list_marks)
_ABBREVIATION: Final = regex.compile(
    rf"(?:^|[\s(\[\"'“])(?:{alternatives(lambda words: words.letters.abbreviations)}"
    rf"|\p{{Nd}}{{1,3}}|[ivxlc]{{1,5}}|{_MARKS})\.$"
)
# "1." or "가." opens a list item at the start of a line; in running text a number before a full
# stop may well end a sentence ("in 2028."), and then only three digits or fewer look like a mark.
_ITEM_MARK: Final = regex.compile(
    rf"^\s*(?:[-*•]\s*)?(?:\p{{Nd}}{{1,3}}|{_MARKS}|[ivxlc]{{1,5}})\.$"
)
_REFERENCE: Final = regex.compile(rf"(?:{alternatives(lambda words: words.places.reference_end)})$")
_CELL: Final = " | "
_CELL_AHEAD: Final = regex.compile(r"[^\n]{0,2000} \| ")
_ENDS_IN_NUMBER: Final = regex.compile(r"\p{Nd}\.$")
# "2026. 3. 15.", and to what day: Korean offices put a stop behind each part of a date.
_DOTTED_DATE: Final = regex.compile(
    r"(?<!\p{Nd}|\.)(?:\p{Nd}{4}|['’]\p{Nd}{2})\.\s?\p{Nd}{1,2}\."
    r"(?:\s?\p{Nd}{1,2}\.|(?=\s?[\p{Hangul}(~–—∼〜-]))"
    r"(?:[^.\n]{0,14}?[-~–—∼〜]\s?(?:\p{Nd}{4}\.\s?)?\p{Nd}{1,2}\.(?:\s?\p{Nd}{1,2}\.)?)?"
)
_GOES_ON: Final = regex.compile(r"\s*[\p{Hangul}(~∼〜–—-]")
_INITIALS: Final = regex.compile(r"\p{Latin}\.\p{Latin}\.$")
_SMALL_LETTER: Final = regex.compile(r"[^\S\n]+[a-z]")


def split_sentences(text: str) -> list[Span]:
    """Split ``text`` into sentences.

    Args:
        text: Plain text or light Markdown in any of the three languages, or a mix.

    Returns:
        Spans in order, without surrounding white space, never empty. Concatenating the text
        of the spans loses nothing but white space.
    """
    spans: list[Span] = []
    start = 0
    dates = [Span(*match.span()) for match in _DOTTED_DATE.finditer(text)]
    for match in _BOUNDARY.finditer(text):
        if match.end() <= start:
            continue
        if match["line"] is None and (
            _in_a_date(text, match.end("stop"), dates)
            or not _ends_sentence(text, start, match.end("stop"))
        ):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _in_a_date(text: str, stop: int, dates: Sequence[Span]) -> bool:
    i = bisect_left(dates, stop, key=lambda date: date.end)
    if i == len(dates) or dates[i].start >= stop:
        return False
    return stop < dates[i].end or bool(_GOES_ON.match(text, stop))


def _ends_sentence(text: str, start: int, end: int) -> bool:
    # A row of a table is one statement, however many sentences its cells have.
    if text.find(_CELL, start, end) >= 0 or _CELL_AHEAD.match(text, end):
        return False
    head = text[start:end]
    if not head.endswith("."):
        return True
    line = head.rsplit("\n", 1)[-1]
    if _ITEM_MARK.match(line) or _REFERENCE.search(head):
        return False
    if _INITIALS.search(head) and _SMALL_LETTER.match(text, end):  # "9 a.m. and"
        return False
    if _ENDS_IN_NUMBER.search(head):
        return True
    return not _ABBREVIATION.search(head)


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    left = len(raw) - len(raw.lstrip())
    stripped = raw.strip()
    if stripped:
        spans.append(Span(start + left, start + left + len(stripped)))
