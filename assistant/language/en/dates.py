"""Dates in English: 31 March 2026, 1-5 March, March 31, 2026."""

from __future__ import annotations

from typing import Final

from assistant.language.words import DateParts, Dates

_MONTHS: Final = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "May|MAY", "june?", "july?",
    "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip


def _months(first: int, last: int) -> str:
    """A group for each month of a part of the year."""
    return "|".join(f"(?P<e{n}>{_MONTHS[n - 1]})" for n in range(first, last + 1))


_HIJRI: Final = (
    "muharram", "safar", "rab[ei]['’]? (?:al-?|i?l-)awwal",
    "rab[ei]['’]? (?:al-?|i?l-)?(?:thani|akhi?r|aakhir)",
    "jumad[ai] (?:al-?|i?l-)(?:[ua]wla|ula|awwal)",
    "jumad[ai] (?:al-?|i?l-)?(?:thani(?:ya)?h?|akhirah?|aakhirah?)", "rajab", "sha['’]?ban",
    "ramadan", "shaww?al", "(?:dhu|dhul|zul) ?(?:al-|-)?qa['’]?dah?",
    "(?:dhu|dhul|zul) ?(?:al-|-)?hijjah?",
)  # fmt: skip
_HIJRI_MONTH: Final = "|".join(f"(?P<h{n}>{name})" for n, name in enumerate(_HIJRI, start=1))
# In any case but for the verb "may".
_MONTH: Final = (
    rf"(?<!\p{{L}})(?:(?i:{_months(1, 4)})|{_months(5, 5)}|(?i:{_months(6, 12)})"
    rf"|(?i:{_HIJRI_MONTH}))(?!\p{{L}})\.?"
)
_ORDINAL: Final = r"(?:st|nd|rd|th)?"


def _patterns(parts: DateParts) -> tuple[str, ...]:
    number = r"[12]\d|3[01]|0?[1-9]"
    return (
        rf"{parts.day}{_ORDINAL}(?:{parts.to}{parts.last}{_ORDINAL})?"
        rf"(?:\s(?:day\s)?of\s|\s|-){_MONTH}(?:(?:\s?,)?[\s-](?:of\s)?{parts.year})?",
        rf"{_MONTH}\s(?:the\s)?(?P<day>{number}){_ORDINAL}(?![\d%])"
        rf"(?:{parts.to}{parts.last}{_ORDINAL}(?!\d))?(?:(?:\s?,)?\s{parts.year})?",
        rf"{_MONTH}(?:\s?,)?\s(?:of\s)?{parts.year}",
    )


DATES: Final = Dates(patterns=_patterns, months=(_MONTH,), to="to|and|until", hijri=("AH",))
