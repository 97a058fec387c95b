"""Dates as Korean, Arabic and English texts write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

import regex

from assistant.language.calendars import PartialDate
from assistant.language.lexicon import LEXICON, alternatives
from assistant.language.words import DateParts, Words


@dataclass(frozen=True)
class DateReading:
    """A date found in a folded text.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        dates: What it may mean, the likeliest first: 3/12/2026 is two dates.
        grammatical: It can support a date and needs no support: the name of a month alone.
    """

    start: int
    end: int
    dates: tuple[PartialDate, ...]
    grammatical: bool = False


def _eras(eras: Callable[[Words], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(era for words in LEXICON.values() for era in eras(words))


_HIJRI_ERAS: Final = _eras(lambda words: words.dates.hijri)
_GREGORIAN_ERAS: Final = _eras(lambda words: words.dates.gregorian)
_PARTS: Final = DateParts(
    year=r"(?P<year>(?:1[2-9]|20|21)\d\d)(?!\d)",
    day=r"(?<![\d.,/])(?P<day>[12]\d|3[01]|0?[1-9])",
    last=r"(?P<last>[12]\d|3[01]|0?[1-9])",
    to=rf"(?:\s?(?:-|–|—|~|∼|〜|{alternatives(lambda words: words.dates.to)})\s?)",
    era=rf"(?:\s?(?P<era>{'|'.join((*_HIJRI_ERAS, *_GREGORIAN_ERAS))})(?!\p{{L}}))?",
)


#: In the order in which they are looked for: what is read once is not read again.
_PATTERNS: Final = tuple(
    regex.compile(pattern)
    for pattern in (
        # 2026-03-31, 2026. 3. 31., 2026/3/31, 1446/3/12هـ
        rf"(?<![\d.,/-]){_PARTS.year}\s?(?P<mark>[-./])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?"
        rf"(?P<day>\d{{1,2}})(?!\d)(?:(?<=\. \d{{1,2}})\.)?{_PARTS.era}",
        # 31/3/2026, 31.03.2026, 12/3/1446هـ
        rf"(?<![\d.,/-])(?P<one>\d{{1,2}})\s?(?P<mark>[-./])\s?(?P<two>\d{{1,2}})\s?(?P=mark)\s?"
        rf"{_PARTS.year}{_PARTS.era}",
        *LEXICON["ko"].dates.patterns(_PARTS),
        *LEXICON["en"].dates.patterns(_PARTS),
        *LEXICON["ar"].dates.patterns(_PARTS),
        # 1446هـ
        rf"(?<![\d.,/-]){_PARTS.year}\s?(?P<era>{'|'.join(_HIJRI_ERAS)})(?!\p{{L}})",
    )
)
_MONTH_ALONE: Final = tuple(
    regex.compile(month) for words in LEXICON.values() for month in words.dates.months
)
_CONTINUED: Final = tuple(
    regex.compile(date) for words in LEXICON.values() for date in words.dates.continued
)


_BETWEEN: Final = regex.compile(
    rf"(?i:\s?,?\s?(?:[-–—~∼〜]|{alternatives(lambda words: words.dates.to)}"
    rf"|{alternatives(lambda words: words.numbers.joined)})\s?)"
)


def read_dates(text: str) -> Iterator[DateReading]:
    """The dates in a folded text, in order; both days of "1-5 March" have its span."""
    found = sorted(_read(text), key=lambda reading: (reading.start, reading.end))
    for reading, after in zip_longest(found, found[1:]):
        yield _dated_by(reading, after, text) if after else reading


def _dated_by(reading: DateReading, after: DateReading, text: str) -> DateReading:
    """A date with the year of the one behind it: "from 1 March to 31 May 2026"."""
    last = after.dates[0]
    first = reading.dates[0]
    known = last.year and last.month and last.day and first.month and first.day
    if not known or first.year or not _BETWEEN.fullmatch(text, reading.end, after.start):
        return reading
    # From December to February is from another year.
    same = first.calendar == last.calendar and (first.month, first.day) <= (last.month, last.day)
    dated = replace(first, year=last.year)
    return replace(reading, dates=(dated,)) if same and dated.is_possible else reading


def _read(text: str) -> Iterator[DateReading]:
    taken = [False] * len(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if (first := _take(match, _dates_of(match), taken)) is None:
                continue
            yield first
            if "last" in match.re.groupindex and match["last"]:
                last = replace(first.dates[0], day=int(match["last"]))
                yield DateReading(first.start, first.end, (last,))
            yield from _continued(first, text, taken)
    for pattern in _MONTH_ALONE:
        for match in pattern.finditer(text):
            if reading := _take(match, _dates_of(match), taken):
                yield replace(reading, grammatical=True)


def _take(
    match: regex.Match[str], dates: tuple[PartialDate, ...], taken: list[bool]
) -> DateReading | None:
    start, end = match.span("date" if "date" in match.re.groupindex else 0)
    if not dates or any(taken[start:end]):
        return None
    taken[start:end] = [True] * (end - start)
    return DateReading(start, end, dates)


def _continued(reading: DateReading, text: str, taken: list[bool]) -> Iterator[DateReading]:
    first = reading.dates[0]
    if first.day is None:
        return
    for pattern in _CONTINUED:
        if match := pattern.match(text, reading.end):
            month = int(match["month"]) if "month" in pattern.groupindex else first.month
            # From December to February is into another year.
            year = first.year if (month or 0) >= (first.month or 0) else None
            date = replace(first, year=year, month=month, day=int(match["day"]))
            if date.is_possible and (found := _take(match, (date,), taken)):
                yield found
                return


def _dates_of(match: regex.Match[str]) -> tuple[PartialDate, ...]:
    groups = {name: found for name, found in match.groupdict().items() if found}
    year = int(groups["year"]) if "year" in groups else None
    names = [name for name in groups if regex.fullmatch(r"[egh]\d+", name)]
    is_hijri = groups.get("era") in _HIJRI_ERAS or any(name[0] == "h" for name in names)
    if year is not None and year < 1500 and groups.get("era") not in _GREGORIAN_ERAS:
        is_hijri = True
    if "one" in groups:
        one, two = int(groups["one"]), int(groups["two"])
        # Month first is an American habit; Hijri dates are never written so.
        orders: list[tuple[int | None, int | None]] = [(two, one), (one, two)]
        orders = orders[:1] if is_hijri else orders
    else:
        month = int(names[0][1:]) if names else int(groups.get("month", 0)) or None
        orders = [(month, int(groups["day"]) if "day" in groups else None)]
    dates = [PartialDate(year, m, d, "hijri" if is_hijri else "gregorian") for m, d in orders]
    return tuple(dict.fromkeys(date for date in dates if date.is_possible))
