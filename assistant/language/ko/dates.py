"""Dates in Korean: 2026년 3월 31일, 3월 1일부터 5일까지."""

from __future__ import annotations

from typing import Final

from assistant.language.words import DateParts, Dates

_MONTH: Final = r"(?P<month>1[0-2]|0?[1-9])"
_DAY: Final = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_MONTH_AND_DAY: Final = rf"{_MONTH}\s?월(?:\s?{_DAY}\s?일)?"


def _patterns(_: DateParts) -> tuple[str, ...]:
    return (
        rf"(?<!\d)(?P<year>(?:1[2-9]|20|21)\d\d)\s?(?:년|학년)도?(?:\s?{_MONTH_AND_DAY})?",
        rf"(?<!\d){_MONTH_AND_DAY}",
    )


DATES: Final = Dates(
    patterns=_patterns,
    # "3월 1일부터 5일까지", "2026. 3. 1. ~ 3. 31."
    continued=(
        rf"\s?(?:부터|에서)?\s?[~∼〜–-]?\s?(?P<date>{_DAY}\s?일)(?=까지|\)|\s|$|[.,])",
        rf"\s?(?:부터)?\s?[~∼〜–-]\s?(?P<date>{_MONTH}\.\s{_DAY}(?!\d)\.?)",
    ),
    year_mark="년",
    month_mark="월",
)
