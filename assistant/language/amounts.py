"""Questions that ask for an amount, and sentences that give one."""

from __future__ import annotations

import regex

from assistant.language import Language, normalize_arabic, quantities_in
from assistant.language.polarity import denies

_ASKS: dict[Language, regex.Pattern[str]] = {
    "en": regex.compile(
        r"\bhow (?:many|much|long|often|old|far|soon|large|high)\b"
        r"|\bwhat (?:percentage|percent|share|amount|sum|number|age|gpa|score|fee|price)\b"
        r"|\bwhat (?:is|are) the (?:fee|price|cost|minimum|maximum)\b",
        regex.IGNORECASE,
    ),
    "ko": regex.compile(r"몇|며칠|얼마"),
    "ar": regex.compile(
        r"(?<!\p{L})[بلوف]?كم(?!\p{L})"
        r"|(?<!\p{L})ما (?:هو |هي )?(?:ال)?(?:مقدار|مده|نسبه|عدد|مبلغ|سن|سقف|حد|اقصي|اعلي|اطول)"
        r"(?!\p{L})"
    ),
}
# Amounts without a number: units that stand for one ("a year", "سنة"), Arabic duals and
# fractions.
_AMOUNT = regex.compile(
    r"\b(?:an?|one|per|each|every) (?:minute|hour|day|week|month|year)\b"
    r"|\b(?:daily|weekly|monthly|yearly|annual(?:ly)?|half|twice|once|double|unlimited|free)\b"
    r"|매[일주월년]|절반|무료|무제한"
    r"|(?<!\p{L})[بلوف]?(?:سنه|عام|شهر|اسبوع|يوم|ساعه|دقيقه|مره)(?!\p{L})"
    r"|(?<!\p{L})(?:سنت|عام|شهر|اسبوع|يوم|ساعت|دقيقت|مرت)[اي]ن(?!\p{L})"
    r"|(?<!\p{L})(?:ال|بال|لل|ب|ل)?(?:نصف|ثلثا?|ثلثين?|ربع|ضعفا?|ضعفين?|مجانا?|مجاني[ه]?)(?!\p{L})",
    regex.IGNORECASE,
)
# What a denial says of an amount: that there is no limit, or nothing to pay.
_LIMIT = regex.compile(
    r"\b(?:limit|maximum|minimum|cap|fee|charge|cost|price|requirement|deadline)"
    r"|제한|한도|상한|하한|최소|최대|수수료|비용|요금|기한"
    r"|(?:حد|حدود|سقف|رسوم|رسم|تكلفه|تكاليف|مقابل|اجر|مهله)(?!\p{L})",
    regex.IGNORECASE,
)


def denies_limit(text: str) -> bool:
    """Whether a text denies a limit or a price, which answers a question for an amount, too:
    "there is no limit"."""
    return denies(text) and _LIMIT.search(normalize_arabic(text)) is not None


def asks_for_amount(question: str) -> bool:
    """Whether a question asks how many, how much or how long."""
    folded = normalize_arabic(question)
    return any(asks.search(folded) for asks in _ASKS.values())


def states_amount(text: str, question: str) -> bool:
    """Whether a text states an amount that the question does not."""
    asked = {(q.kind, q.value) for q in quantities_in(question)}
    if any((q.kind, q.value) not in asked for q in quantities_in(text)):
        return True
    named = {found[0].casefold() for found in _AMOUNT.finditer(normalize_arabic(question))}
    return any(
        found[0].casefold() not in named for found in _AMOUNT.finditer(normalize_arabic(text))
    )
