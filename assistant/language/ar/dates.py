"""Dates in Arabic, in both calendars: ٣١ مارس ٢٠٢٦, ١٢ ربيع الأول ١٤٤٦هـ."""

from __future__ import annotations

from typing import Final

from assistant.language.words import DateParts, Dates

# The international names, then the Levantine ones, then the Maghreb's.
_GREGORIAN: Final = (
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


# A second name of the same month may follow: "مارس/آذار".
_GREGORIAN_MONTH: Final = (
    rf"(?:شهر )?(?<!\p{{L}})(?:{_months(_GREGORIAN, 'g')})(?!\p{{L}})"
    rf"(?:\s?[/(\-]\s?(?:{'|'.join(_GREGORIAN)})(?!\p{{L}})\)?)?"
)
_HIJRI_MONTH: Final = rf"(?:شهر )?(?<!\p{{L}})(?:{_months(_HIJRI, 'h')})(?!\p{{L}})"
_MONTH: Final = rf"(?:{_GREGORIAN_MONTH}|{_HIJRI_MONTH})"
_OF_YEAR: Final = r"(?:\s?،)?\s(?:من )?(?:(?:ال)?(?:عام|سنه) |لعام |لسنه )?"


def _patterns(parts: DateParts) -> tuple[str, ...]:
    return (
        rf"{parts.day}(?:{parts.to}{parts.last})?\s(?:من )?{_MONTH}"
        rf"(?:{_OF_YEAR}{parts.year}{parts.era})?",
        rf"{_MONTH}{_OF_YEAR}{parts.year}{parts.era}",
    )


DATES: Final = Dates(
    patterns=_patterns,
    months=(_MONTH,),
    to="و?(?:الي|حتي)",
    hijri=("ه", "هجري", "هجريه"),
    gregorian=("م", "ميلادي", "ميلاديه"),
)
