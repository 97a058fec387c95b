"""Dates as Korean, Arabic and English texts write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import regex

from assistant.language.calendars import PartialDate


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


_ENGLISH: Final = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "May|MAY", "june?", "july?",
    "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
# Gregorian months: the international names, then the Levantine ones, then the Maghreb's.
_ARABIC: Final = (
    "يناير|كانون الثاني|جانفي", "فبراير|شباط|فيفري", "مارس|اذار", "ابريل|نيسان|افريل",
    "مايو|ايار|ماي", "يونيو|يونيه|حزيران|جوان", "يوليو|يوليه|تموز|جويليه",
    "اغسطس|اب|اوت", "سبتمبر|ايلول", "اكتوبر|تشرين الاول", "نوفمبر|تشرين الثاني",
    "ديسمبر|كانون الاول",
)  # fmt: skip
_HIJRI: Final = (
    "محرم|المحرم", "صفر", "ربيع الاول", "ربيع (?:الاخر|الثاني)", "جمادي? (?:الاولي|الاول)",
    "جمادي? (?:الاخره|الاخر|الثانيه|الثاني)", "رجب", "شعبان", "رمضان", "شوال",
    "ذ[وي] القعده", "ذ[وي] الحجه",
)  # fmt: skip


def _months(names: tuple[str, ...], prefix: str) -> str:
    """A group for each month, named ``prefix`` and its number."""
    return "|".join(f"(?P<{prefix}{n}>{name})" for n, name in enumerate(names, start=1))


_E: Final = (
    rf"(?<!\p{{L}})(?:(?i:{_months(_ENGLISH[:4], 'e')})|(?P<e5>May|MAY)|"
    + "(?i:"
    + "|".join(f"(?P<e{n}>{name})" for n, name in enumerate(_ENGLISH[5:], start=6))
    + r"))(?!\p{L})\.?"
)
_GREGORIAN_AR: Final = _months(_ARABIC, "g")
_A: Final = (
    rf"(?:شهر )?(?<!\p{{L}})(?:{_GREGORIAN_AR})(?!\p{{L}})"
    rf"(?:\s?[/(\-]\s?(?:{'|'.join(_ARABIC)})(?!\p{{L}})\)?)?"
)
_H: Final = rf"(?:شهر )?(?<!\p{{L}})(?:{_months(_HIJRI, 'h')})(?!\p{{L}})"
_YEAR: Final = r"(?P<year>(?:1[2-9]|20|21)\d\d)(?!\d)"
_DAY: Final = r"(?<![\d.,/])(?P<day>[12]\d|3[01]|0?[1-9])"
_OF_YEAR: Final = r"(?:\s?،)?\s(?:من )?(?:(?:ال)?(?:عام|سنه) |لعام |لسنه )?"
_ERA: Final = r"(?:\s?(?P<era>ه|م|AH|هجري|هجريه|ميلادي|ميلاديه)(?!\p{L}))?"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_TO: Final = r"(?:\s?(?:-|–|—|~|∼|〜|to|and|until|الي|حتي)\s?)"

_PATTERNS: Final = tuple(
    regex.compile(pattern)
    for pattern in (
        # 2026-03-31, 2026. 3. 31., 2026/3/31, 1446/3/12هـ
        rf"(?<![\d.,/-]){_YEAR}\s?(?P<mark>[-./])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?"
        rf"(?P<day>\d{{1,2}})(?!\d)(?:(?<=\. \d{{1,2}})\.)?{_ERA}",
        # 31/3/2026, 31.03.2026, 12/3/1446هـ
        rf"(?<![\d.,/-])(?P<one>\d{{1,2}})\s?(?P<mark>[-./])\s?(?P<two>\d{{1,2}})\s?(?P=mark)\s?"
        rf"{_YEAR}{_ERA}",
        # 2026년 3월 31일, 3월 31일, 2026년
        r"(?<!\d)(?P<year>(?:1[2-9]|20|21)\d\d)\s?(?:년|학년)도?"
        r"(?:\s?(?P<month>1[0-2]|0?[1-9])\s?월(?:\s?(?P<day>[12]\d|3[01]|0?[1-9])\s?일)?)?",
        r"(?<!\d)(?P<month>1[0-2]|0?[1-9])\s?월(?:\s?(?P<day>[12]\d|3[01]|0?[1-9])\s?일)?",
        # 31 March 2026, 1-5 March; March 31, 2026; March 2026
        rf"{_DAY}{_ORDINAL}(?:{_TO}(?P<last>[12]\d|3[01]|0?[1-9]){_ORDINAL})?"
        rf"(?:\s(?:day\s)?of\s|\s|-){_E}(?:(?:\s?,)?[\s-](?:of\s)?{_YEAR})?",
        rf"{_E}\s(?:the\s)?(?P<day>[12]\d|3[01]|0?[1-9]){_ORDINAL}(?![\d%])"
        rf"(?:{_TO}(?P<last>[12]\d|3[01]|0?[1-9]){_ORDINAL}(?!\d))?(?:(?:\s?,)?\s{_YEAR})?",
        rf"{_E}(?:\s?,)?\s(?:of\s)?{_YEAR}",
        # ٣١ مارس ٢٠٢٦, ١٢ ربيع الأول ١٤٤٦هـ, رمضان 1446
        rf"{_DAY}(?:{_TO}(?P<last>[12]\d|3[01]|0?[1-9]))?\s(?:من )?(?:{_A}|{_H})"
        rf"(?:{_OF_YEAR}{_YEAR}{_ERA})?",
        rf"(?:{_A}|{_H}){_OF_YEAR}{_YEAR}{_ERA}",
        # 1446هـ, 2026م
        rf"(?<![\d.,/-]){_YEAR}\s?(?P<era>ه|هجري|هجريه|AH)(?!\p{{L}})",
    )
)
_MONTH_ALONE: Final = (
    regex.compile(_E),
    regex.compile(rf"(?:{_A}|{_H})"),
)
# "3월 1일부터 5일까지", "2026. 3. 1. ~ 3. 31.": the second date leaves out what was said.
_CONTINUED: Final = (
    regex.compile(r"\s?(?:부터|에서)?\s?[~∼〜–-]?\s?(?P<date>(?P<day>[12]\d|3[01]|0?[1-9])\s?일)(?=까지|\)|\s|$|[.,])"),
    regex.compile(r"\s?(?:부터)?\s?[~∼〜–-]\s?(?P<date>(?P<month>1[0-2]|0?[1-9])\.\s(?P<day>[12]\d|3[01]|0?[1-9])(?!\d)\.?)"),
)  # fmt: skip
_HIJRI_ERAS: Final = frozenset("ه AH هجري هجريه".split())
_GREGORIAN_ERAS: Final = frozenset("م ميلادي ميلاديه".split())


def read_dates(text: str) -> Iterator[DateReading]:
    """The dates in a folded text; both days of "1-5 March" have its span."""
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
            date = replace(first, month=month, day=int(match["day"]))
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
