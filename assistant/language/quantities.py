"""The quantities that a text states, comparable across Korean, Arabic and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

import regex

from assistant.language.calendars import Calendar
from assistant.language.dates import DateReading, read_dates
from assistant.language.folding import FoldedText, fold
from assistant.language.lexicon import LEXICON, alternatives
from assistant.language.reading import Reading, plus, ratio
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
_PERCENT_BEHIND: Final = regex.compile(r"\s?\)?\s?(?:\([^()]{1,30}\)\s?)?%+")
_PERCENT_AHEAD: Final = regex.compile(r"(?<![\p{N})]\s?)%+$")
_TO: Final = regex.compile(rf"\s?(?:[-~–—∼〜]|{alternatives(lambda words: words.numbers.to)})\s?")
_FRACTION: Final = regex.compile(
    r"(?<![\d/.,])(?:(\d{1,4})\s+)?(\d{1,3})\s?/\s?(\d{1,3})(?![\d/]|[.,]\d)"
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


def is_range(between: str) -> bool:
    """Whether what stands between two numbers makes them the ends of a range: "5 to 10"."""
    return _TO.fullmatch(fold(between).text) is not None


@lru_cache(maxsize=2048)  # the same sources are asked about each sentence of an answer
def statements_in(text: str) -> tuple[Statement, ...]:
    """Everything that each stretch of a text may state, in the order in which they begin."""
    folded = fold(text)
    masked = _PERCENT.sub(lambda match: "%" * len(match[0]), folded.text)
    dates = list(read_dates(masked))
    found = [(date.start, _dated(date, folded)) for date in dates]
    masked = _without(masked, dates)
    readings: list[Reading] = []
    for read in _READERS:
        some = list(read(masked))
        readings += some
        masked = _without(masked, some)
    readings.sort(key=lambda reading: reading.start)
    found += _counted(readings, masked, folded)
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


def _counted(
    readings: Sequence[Reading], masked: str, folded: FoldedText
) -> list[tuple[int, Statement]]:
    """Numbers and percentages; of "5-10 %" both ends are percentages."""
    found: list[tuple[int, Statement]] = []
    after: tuple[int, bool] = (len(masked), False)
    for reading in reversed(readings):
        start, end, kind = reading.start, reading.end, "number"
        if behind := _PERCENT_BEHIND.match(masked, end):
            kind, end = "percent", behind.end()
        elif ahead := _PERCENT_AHEAD.search(masked[:start]):
            kind, start = "percent", ahead.start()
        elif reading.percent or (after[1] and _TO.fullmatch(masked, end, after[0])):
            kind = "percent"
        after = (start, kind == "percent")
        span = folded.span(start, end)
        grammatical = reading.grammatical and kind == "number"
        meanings = tuple(
            Quantity(_plain(value), "percent" if kind == "percent" else "number", span)
            for value in reading.values
        )
        found.append((start, Statement(meanings, grammatical)))
    return found


def _plain(value: Decimal) -> Decimal:
    """The same value, a whole number without a fraction of zeros."""
    whole = value.to_integral_value()
    return whole if whole == value else value
