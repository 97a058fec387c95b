"""The numbers that a text states, in digits or in words."""

from __future__ import annotations

from functools import lru_cache

import regex
from unicode_rbnf import RbnfEngine

from assistant.codes import Language
from evals.text import ascii_digits, normalized

_LANGUAGES: tuple[Language, ...] = ("ko", "ar", "en")
_MAGNITUDES = {
    "천": 10**3, "만": 10**4, "백만": 10**6, "천만": 10**7, "억": 10**8, "조": 10**12,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "الف": 10**3, "الاف": 10**3, "مليون": 10**6, "ملايين": 10**6, "مليار": 10**9,
    "مليارات": 10**9,
}  # fmt: skip
_NUMBER = regex.compile(
    r"(?<![\p{Latin}\d.-])(\d+(?:\.\d+)?)\s*("
    + "|".join(sorted(_MAGNITUDES, key=len, reverse=True))
    + r")?(?![\d])"
)
#: Korean and Arabic say one and two without a numeral: 시험 한 번, سنتان.
_LEAST = 3


def stated_numbers(text: str) -> set[float]:
    """The numbers written with digits, magnitudes such as 만 and million applied.

    Article numbers count; 1 and 2 do not, see `is_stated`.
    """
    found = set()
    for match in _NUMBER.finditer(normalized(ascii_digits(text))):
        value = float(match[1]) * _MAGNITUDES.get(match[2] or "", 1)
        if value >= _LEAST:
            found.add(value)
    return found


def is_stated(number: float, text: str) -> bool:
    """Whether a text states a number, in digits or in words of one of the three languages."""
    if number in stated_numbers(text):
        return True
    if number != int(number) or number > 1000:
        return False
    words = normalized(text)
    return any(regex.search(pattern, words) for pattern in _spelled(int(number)))


@lru_cache(maxsize=2000)
def _spelled(number: int) -> tuple[str, ...]:
    """Patterns of a number's spellings, by Unicode's rules (CLDR RBNF)."""
    forms = set()
    for language in _LANGUAGES:
        result = _engine(language).format_number(number)
        forms |= {(language, normalized(form)) for form in result.text_by_ruleset.values()}
    return tuple(_pattern(language, form) for language, form in sorted(forms))


def _pattern(language: Language, form: str) -> str:
    if language == "ar":  # numerals are inflected: خمسة, خمس; ستون, ستين
        stems = [regex.sub(r"(ون|ين|ه)$", "", word) for word in form.split()]
        return r"\b" + r"\w*\s+".join(stems) + r"\w{0,2}\b"
    return rf"(?<!\p{{L}}){regex.escape(form)}" + (r"\b" if language == "en" else "")


@lru_cache
def _engine(language: Language) -> RbnfEngine:
    return RbnfEngine.for_language(language)
