"""The quantities that a text states, comparable across Korean, Arabic and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Final, Literal

import regex

from assistant.language.calendars import Calendar
from assistant.language.dates import DateReading, read_dates
from assistant.language.folding import FoldedText, fold
from assistant.language.lexicon import LEXICON, alternatives
from assistant.language.numbers import with_decimal_marks
from assistant.language.reading import Reading, plus, ratio, times
from assistant.language.sentences import Span

Kind = Literal["number", "percent", "date"]


@dataclass(frozen=True)
class Quantity:
    """A number, a percentage or a date that a text states.

    Attributes:
        value: The number, or the percentage (``5`` for 5 %). Fractions are rounded to 28 digits.
            Of a date, its stated parts as the number ``YYYYMMDD``, ``00`` for those left out.
        kind: What it is.
        span: Where it stands in the text.
        year: Of a date, where it is stated.
        month: Of a date, 1 to 12, where it is stated.
        day: Of a date, where it is stated.
        calendar: Of a date, which calendar the parts belong to. A complete Hijri date is given
            as the Gregorian day that it means; one without day or month cannot be.
    """

    value: Decimal
    kind: Kind
    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None
    calendar: Calendar = "gregorian"


@dataclass(frozen=True)
class Statement:
    """Everything that one stretch of text may state.

    Attributes:
        meanings: What it may mean, the likeliest first; at least one.
        grammatical: Whether it merely looks like a count ("one of").
    """

    meanings: tuple[Quantity, ...]
    grammatical: bool


# Behind a number these make a percentage; they are masked before words are read, since "in the
# hundred" has a number word in it.
_PERCENT: Final = regex.compile(rf"٪|%p|{alternatives(lambda words: words.numbers.percent)}")
_PER_MILLE: Final = regex.compile(alternatives(lambda words: words.numbers.per_mille))
_PERCENT_BEHIND: Final = regex.compile(r"\s?\)?\s?(?:\([^()]{1,30}\)\s?)?%+")
_PER_MILLE_BEHIND: Final = regex.compile(r"\s?\)?\s?‰+")
_PERCENT_AHEAD: Final = regex.compile(r"(?<![\p{N})]\s?)%+$")
_TO: Final = regex.compile(rf"\s?(?:[-~–—∼〜]|{alternatives(lambda words: words.numbers.to)})\s?")
_JOINED: Final = alternatives(lambda words: words.numbers.joined)
_BETWEEN: Final = regex.compile(
    rf"(?<!\p{{L}})(?i:{alternatives(lambda words: words.numbers.between)})\s$"
)
# The "and" of an Arabic number in words is a part of it.
_AND: Final = regex.compile(rf"\s(?:(?:{_JOINED})\s?)?")
# From a number without a word of its own to the percentage that its clause goes on with.
_SHARED: Final = regex.compile(rf"\s(?:{_JOINED})(?!\p{{L}})[^.,;:،؛\n]{{0,40}}")
#: Characters within which "between" stands before a number.
RANGE_REACH: Final = 12
_SCALES: Final = {
    name: value for words in LEXICON.values() for name, value in words.numbers.scales.items()
}
_SCALE_AT_END: Final = regex.compile(
    rf"(?<!\p{{L}})(?i:{'|'.join(sorted(_SCALES, key=len, reverse=True))})$"
)
_FRACTION: Final = regex.compile(
    r"(?<![\d/.,])(?:(\d{1,2})\s+)?(\d{1,3})\s?/\s?(\d{1,3})(?![\d/]|[.,]\d)"
)
_MASK: Final = "\0"


def quantities_in(text: str) -> list[Quantity]:
    """The quantities in a text, in the order in which they begin.

    Reads digits of every script, number words of Korean, Arabic and English, percentages, and
    Gregorian and Hijri dates. Words that merely look like a count ("one of", 하나, أحد, "first",
    the name of a month by itself) are left out. Where a text can mean two things (삼십일 is 30
    days or 31, 3/12/2026 is two dates) this is the likelier one.
    """
    return [s.meanings[0] for s in statements_in(text) if not s.grammatical]


def is_range(left: str, between: str) -> bool:
    """Whether two numbers are the ends of a range: "5 to 10", "between 5 and 10".

    Args:
        left: What stands before the first, folded; the last words are enough.
        between: What stands between both, folded.
    """
    if _TO.fullmatch(between):
        return True
    return bool(_AND.fullmatch(between) and _BETWEEN.search(left[-RANGE_REACH:]))


@lru_cache(maxsize=2048)  # the same sources are asked about each sentence of an answer
def statements_in(text: str) -> tuple[Statement, ...]:
    """Everything that each stretch of a text may state, in the order in which they begin."""
    folded = fold(with_decimal_marks(text))
    plain = _PERCENT.sub(lambda match: "%" * len(match[0]), folded.text)
    plain = masked = _PER_MILLE.sub(lambda match: "‰" * len(match[0]), plain)
    dates = list(read_dates(masked))
    found = [(date.start, _dated(date, folded)) for date in dates]
    masked = _without(masked, dates)
    readings: list[Reading] = []
    for read in _READERS:
        some = list(read(masked))
        readings += some
        masked = _without(masked, some)
    readings.sort(key=lambda reading: reading.start)
    found += _counted(_with_shared_scales(readings, plain), masked, folded)
    return tuple(statement for _, statement in sorted(found, key=lambda item: item[0]))


def _without(text: str, readings: Sequence[Reading] | Sequence[DateReading]) -> str:
    """A text in which what was read is masked, so that nothing is read twice."""
    parts, end = [], 0
    for start, stop in sorted({(reading.start, reading.end) for reading in readings}):
        parts += [text[end:start], _MASK * (stop - start)]
        end = stop
    return "".join([*parts, text[end:]])


def _read_fractions(text: str) -> Iterator[Reading]:
    """2/3 and 3½, but not 24/7 nor 2026/27."""
    for match in _FRACTION.finditer(text):
        above, below = int(match[2]), int(match[3])
        if 0 < above < below <= 100:
            yield Reading(
                *match.span(), (plus(ratio(above, below), int(match[1] or 0)),), in_words=False
            )


#: Numbers in the order in which they are read: digits whatever stands beside them come last.
_READERS: Final = (
    LEXICON["ko"].numbers.read,
    _read_fractions,
    LEXICON["ar"].numbers.read,
    LEXICON["en"].numbers.read,
)


def _dated(reading: DateReading, folded: FoldedText) -> Statement:
    span = folded.span(reading.start, reading.end)
    meanings = []
    for date in reading.dates:
        plain = date.in_calendar("gregorian")
        year, month, day = plain.year, plain.month, plain.day
        value = Decimal((year or 0) * 10000 + (month or 0) * 100 + (day or 0))
        meanings.append(Quantity(value, "date", span, year, month, day, plain.calendar))
    return Statement(tuple(meanings), reading.grammatical)


def _with_shared_scales(readings: Sequence[Reading], text: str) -> list[Reading]:
    """Numbers, of which the first of "5 to 10 million" has the scale of the second."""
    found: list[Reading] = []
    for reading, after in zip_longest(readings, readings[1:]):
        scale = _shared_scale(text, reading, after) if after else 1
        values = tuple(times(value, scale) for value in reading.values)
        found.append(reading if scale == 1 else replace(reading, values=values))
    return found


def _shared_scale(text: str, first: Reading, second: Reading) -> int:
    own = _scale_of(text, first)
    scale = _scale_of(text, second)
    if not _is_range_between(text, first, second.start):
        return 1
    # Of 3백~5백만 and 2천5백~3천만 the first has a unit of its own, and shares the 만 alone.
    within = scale.startswith(own)
    shared = _SCALES.get(scale, 1) // _SCALES.get(own, 1) if within else _SCALES.get(scale[-1:], 1)
    # "500 to 1 million" begins with 500.
    return shared if times(first.values[0], shared) < second.values[0] else 1


def _scale_of(text: str, reading: Reading) -> str:
    match = _SCALE_AT_END.search(text[reading.start : reading.end])
    return match[0].lower() if match else ""


def _is_range_between(text: str, first: Reading, start: int) -> bool:
    """Whether a number and the next one, which starts somewhere, are the ends of a range."""
    left = text[max(0, first.start - RANGE_REACH) : first.start]
    return is_range(left, text[first.end : start])


def _counted(
    readings: Sequence[Reading], masked: str, folded: FoldedText
) -> list[tuple[int, Statement]]:
    """Numbers and percentages; of "5-10 %" both ends are percentages, and the 8 of "8 or 10 %"
    may be one."""
    found: list[tuple[int, Statement]] = []
    # Where the next number starts, and of what it is so many parts; 0 for a plain number.
    next_start, next_parts = len(masked), 0
    for reading in reversed(readings):
        start, end, parts = reading.start, reading.end, 0
        may_share = False
        if behind := _PERCENT_BEHIND.match(masked, end):
            parts, end = 100, behind.end()
        elif behind := _PER_MILLE_BEHIND.match(masked, end):
            parts, end = 1000, behind.end()
        elif ahead := _PERCENT_AHEAD.search(masked[:start]):
            parts, start = 100, ahead.start()
        elif reading.percent:
            parts = 100
        elif next_parts and _is_range_between(masked, reading, next_start):
            parts = next_parts
        elif next_parts:
            may_share = _SHARED.fullmatch(masked, end, next_start) is not None
        span = folded.span(start, end)
        meanings = [_number(value, parts, span) for value in reading.values]
        if may_share:
            meanings += [_number(value, next_parts, span) for value in reading.values]
        found.append((start, Statement(tuple(meanings), reading.grammatical and not parts)))
        next_start, next_parts = start, parts or (next_parts if may_share else 0)
    return found


def _number(value: Decimal, parts: int, span: Span) -> Quantity:
    if parts:
        return Quantity(_plain(times(value, ratio(100, parts))), "percent", span)
    return Quantity(_plain(value), "number", span)


def _plain(value: Decimal) -> Decimal:
    """The same value, a whole number without a fraction of zeros."""
    whole = value.to_integral_value()
    return whole if whole == value else value
