"""Questions that ask for an amount, and sentences that give one."""

from __future__ import annotations

import regex

from assistant.language import normalize_arabic, quantities_in
from assistant.language.lexicon import alternatives
from assistant.language.polarity import denies
from assistant.language.units import HOW_MANY

_ASKS = regex.compile(alternatives(lambda words: words.questions.amount), regex.IGNORECASE)
_ASKS_DURATION = regex.compile(
    alternatives(lambda words: words.questions.duration), regex.IGNORECASE
)
_ASKS_PRICE = regex.compile(alternatives(lambda words: words.questions.price), regex.IGNORECASE)
_ASKS_SHARE = regex.compile(alternatives(lambda words: words.questions.share), regex.IGNORECASE)
_ASKS_DAY = regex.compile(alternatives(lambda words: words.questions.day), regex.IGNORECASE)
# Amounts without a number: units that stand for one ("a year"), Arabic duals and fractions.
_AMOUNT = regex.compile(alternatives(lambda words: words.units.amounts), regex.IGNORECASE)
# What a denial says of an amount: that there is no limit, or nothing to pay.
_LIMIT = regex.compile(alternatives(lambda words: words.bounds.limits), regex.IGNORECASE)


def denies_limit(text: str) -> bool:
    """Whether a text denies a limit or a price, which answers a question for an amount, too:
    "there is no limit"."""
    return denies(text) and _LIMIT.search(normalize_arabic(text)) is not None


def asks_for_amount(question: str) -> bool:
    """Whether a question asks how many, how much or how long."""
    return _ASKS.search(normalize_arabic(question)) is not None


def asks_for_duration(question: str) -> bool:
    """Whether a question asks how long something lasts."""
    return _ASKS_DURATION.search(normalize_arabic(question)) is not None


def asks_for_price(question: str) -> bool:
    """Whether a question asks for an amount of money."""
    return _ASKS_PRICE.search(normalize_arabic(question)) is not None


def asks_for_share(question: str) -> bool:
    """Whether a question asks for a percentage."""
    return _ASKS_SHARE.search(normalize_arabic(question)) is not None


def asks_for_day(question: str) -> bool:
    """Whether a question asks when, or until when."""
    return _ASKS_DAY.search(normalize_arabic(question)) is not None


def counts_things(question: str) -> bool:
    """Whether a question asks how many there are of something."""
    return HOW_MANY.search(normalize_arabic(question)) is not None


def states_amount(text: str, question: str) -> bool:
    """Whether a text states an amount that the question does not."""
    asked = {(q.kind, q.value) for q in quantities_in(question)}
    if any((q.kind, q.value) not in asked for q in quantities_in(text)):
        return True
    named = {found[0].casefold() for found in _AMOUNT.finditer(normalize_arabic(question))}
    return any(
        found[0].casefold() not in named for found in _AMOUNT.finditer(normalize_arabic(text))
    )
