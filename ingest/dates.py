"""Days as numbers (20260911), from what front matter says in either calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import regex

from assistant.language.calendars import Calendar, PartialDate, day_number
from assistant.language.dates import read_dates
from assistant.language.folding import fold

#: Before it, days without a calendar's name are in the Hijri calendar: no rule in force is older.
_GREGORIAN_YEARS = range(1500, 10_000)
_COMPACT = regex.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")


def as_day(value: Any) -> int | None:
    """A date as a number, or None for what is no date.

    Args:
        value: A date, or text such as ``2026-09-11``, ``2026년 9월 11일``, ``11 September 2026``,
            ``15 ربيع الأول 1447هـ`` (Umm al-Qura calendar), ``20260911``, in digits of any script.
            Of several days the first counts.
    """
    if isinstance(value, datetime | date):
        return _number(value.year, value.month, value.day)
    text = fold(str(value)[:100]).text
    if match := _COMPACT.search(text):
        return _number(*map(int, match.groups()))
    for reading in sorted(read_dates(text), key=lambda reading: reading.start):
        day = reading.dates[0]
        if day.year and day.month and day.day:
            return _in_gregorian(day)
    return None


def _number(year: int, month: int, day: int) -> int | None:
    calendar: Calendar = "gregorian" if year in _GREGORIAN_YEARS else "hijri"
    stated = PartialDate(year, month, day, calendar)
    return _in_gregorian(stated) if stated.is_possible else None


def _in_gregorian(stated: PartialDate) -> int | None:
    day = stated.in_calendar("gregorian")
    if day.calendar != "gregorian" or not (day.year and day.month and day.day):
        return None
    return day_number(date(day.year, day.month, day.day))
