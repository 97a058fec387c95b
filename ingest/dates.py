"""Days as numbers (20260911), from what front matter says in either calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import regex
from hijridate import Hijri

from assistant.language.calendars import day_number
from assistant.language.lexicon import LEXICON
from assistant.language.numbers import unify_digits

_AFTER_YEAR = "".join(words.dates.year_mark for words in LEXICON.values())
_AFTER_MONTH = "".join(words.dates.month_mark for words in LEXICON.values())
_YEAR_FIRST = regex.compile(
    rf"(\d{{4}})\s?[-/.{_AFTER_YEAR}]\s?(\d{{1,2}})\s?[-/.{_AFTER_MONTH}]\s?(\d{{1,2}})"
)
_DAY_FIRST = regex.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})")
_COMPACT = regex.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
#: Years that Hijri dates of laws have, and that no Gregorian date in force has.
_HIJRI_YEARS = range(1343, 1501)


def as_day(value: Any) -> int | None:
    """A date as a number, or None for what is no date.

    Args:
        value: A date, or text such as ``2026-09-11``, ``2026년 9월 11일``, ``1443/11/11 هـ``
            (Umm al-Qura calendar), ``20260911``, in digits of any script.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return day_number(value)
    text = unify_digits(str(value)[:100])
    if match := _YEAR_FIRST.search(text) or _COMPACT.search(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.search(text):
        day, month, year = map(int, match.groups())
    else:
        return None
    try:
        if year in _HIJRI_YEARS:
            hijri = Hijri(year, month, day).to_gregorian()
            return day_number(date(hijri.year, hijri.month, hijri.day))
        return day_number(date(year, month, day))
    except (ValueError, OverflowError):
        return None
