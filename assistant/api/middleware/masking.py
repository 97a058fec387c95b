"""Personal data taken out of what is logged and traced.

Finds e-mail addresses, Korean resident registration numbers, Saudi national and residence ids,
IBANs, payment cards, and telephone numbers, in digits of any script. A masked number that was
none costs nothing here; an unmasked one would stay in the logs.
"""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
import regex
from stdnum import iban, luhn

from assistant.language import unify_digits

_EMAIL = regex.compile(r"[\p{L}\p{Nd}._%+-]+@[\p{L}\p{Nd}-]+(?:\.[\p{L}\p{Nd}-]+)+")
_IBAN = regex.compile(r"\b[A-Z]{2}\p{Nd}{2}(?:[ -]?[A-Z\p{Nd}]){11,30}\b", regex.IGNORECASE)
_RESIDENT = regex.compile(r"(?<!\p{Nd})\p{Nd}{6}[-–‐ ]?[1-8١-٨]\p{Nd}{6}(?!\p{Nd})")
_SAUDI_ID = regex.compile(r"(?<!\p{Nd})[12١٢]\p{Nd}{9}(?!\p{Nd})")
_CARD = regex.compile(r"(?<!\p{Nd})\p{Nd}(?:[ -]?\p{Nd}){12,18}(?!\p{Nd})")
_DIGIT = regex.compile(r"\p{Nd}")
#: A text with fewer digits holds no number that is looked for.
_LEAST_DIGITS = 7
#: Regions whose national way of writing telephone numbers is understood.
_REGIONS = ("KR", "SA")


def mask(text: str) -> str:
    """The text with ``[e-mail]``, ``[iban]``, ``[resident-number]``, ``[saudi-id]``, ``[card]``
    and ``[phone]`` in the place of what was found."""
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    if len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return text
    text = _IBAN.sub(_without_iban, text)
    text = _CARD.sub(_if(_has_check_digit, "[card]"), text)
    text = _RESIDENT.sub(_if(_is_resident_number, "[resident-number]"), text)
    text = _SAUDI_ID.sub(_if(_has_check_digit, "[saudi-id]"), text)
    for region in _REGIONS:
        text = _without_phones(text, region)
    return text


def _if(condition: Callable[[str], bool], label: str) -> Callable[[regex.Match[str]], str]:
    return lambda found: label if condition(found.group()) else found.group()


def _digits(text: str) -> str:
    return "".join(_DIGIT.findall(unify_digits(text)))


def _without_iban(found: regex.Match[str]) -> str:
    """The match without its IBAN, which words may follow: the longest valid beginning."""
    text = found.group()
    for end in range(len(text), 14, -1):
        plain = unify_digits("".join(x for x in text[:end] if x not in " -"))
        if text[end - 1].isalnum() and iban.is_valid(plain, check_country=False):
            return "[iban]" + text[end:]
    return text


def _has_check_digit(text: str) -> bool:
    return bool(luhn.is_valid(_digits(text)))


def _is_resident_number(text: str) -> bool:
    """Whether it begins with a date of birth. Numbers given since 2020 have no check digit."""
    month, day = int(_digits(text)[2:4]), int(_digits(text)[4:6])
    return 1 <= month <= 12 and 1 <= day <= 31


def _without_phones(text: str, region: str) -> str:
    matches = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE)
    found = [m for m in matches if phonenumbers.is_valid_number(m.number)]
    for match in reversed(found):
        text = f"{text[: match.start]}[phone]{text[match.end :]}"
    return text
