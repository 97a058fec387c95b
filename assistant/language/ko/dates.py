"""Dates in Korean: 2026년 3월 31일, 3월 1일부터 5일까지."""

from __future__ import annotations

from typing import Final

from assistant.language.words import DateParts, Dates

_MONTH: Final = r"(?P<month>1[0-2]|0?[1-9])"
_DAY: Final = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_WEEKDAY: Final = r"(?:\s?\([월화수목금토일]\))?"
_MONTH_AND_DAY: Final = rf"{_MONTH}\s?월(?:\s?{_DAY}\s?일)?"


_HIJRI: Final = (
    "무하람|무하르람", "사파르", "라비 ?알 ?아왈", "라비 ?알 ?(?:타니|사니|아키르)",
    "주마다 ?알 ?(?:울라|아왈)", "주마다 ?알 ?(?:타니야|아키라|사니)", "라잡", "샤반|샤으반",
    "라마단", "샤왈",
    "(?:두|둘|줄) ?(?:알 ?)?[카까]다", "(?:두|둘|줄) ?(?:알 ?)?히자",
)  # fmt: skip
_HIJRI_MONTH: Final = "|".join(f"(?P<h{n}>{name})" for n, name in enumerate(_HIJRI, start=1))


def _patterns(_: DateParts) -> tuple[str, ...]:
    return (
        rf"(?<!\d)(?P<year>1[34]\d\d)\s?년\s?(?:{_HIJRI_MONTH})\s?(?:월|달)?(?:\s?{_DAY}\s?일)?",
        rf"(?<!\d)(?P<year>(?:1[2-9]|20|21)\d\d)\s?(?:년|학년)도?(?:\s?{_MONTH_AND_DAY})?",
        rf"(?<!\d){_MONTH_AND_DAY}",
        # "3. 2.(월)", as notices write it: without the weekday it could be anything.
        rf"(?<![\d.,/]\s?){_MONTH}[./]\s?{_DAY}\.?(?=\s?\([월화수목금토일](?:요일)?\))",
    )


DATES: Final = Dates(
    patterns=_patterns,
    # "3월 1일부터 5일까지", "3월 1일부터 4월 5일까지", "2026. 3. 1.(월) ~ 3. 31."
    continued=(
        rf"{_WEEKDAY}\s?(?:부터|에서)?\s?[~∼〜–-]?\s?(?:같은\s달\s)?"
        rf"(?P<date>{_DAY}\s?일)(?=까지|\)|\s|$|[.,])",
        rf"{_WEEKDAY}\s?(?:부터\s?[~∼〜–-]?|[~∼〜–-])\s?"
        rf"(?P<date>{_MONTH}\s?월\s?{_DAY}\s?일)",
        rf"{_WEEKDAY}\s?(?:부터\s?[~∼〜–-]?|[~∼〜–-])\s?(?P<date>{_MONTH}\.\s?{_DAY}(?!\d)\.?)",
    ),
    year_mark="년",
    month_mark="월",
)
