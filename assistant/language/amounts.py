"""Questions that ask for an amount, and sentences that give one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

import regex

from assistant.language import normalize_arabic, quantities_in
from assistant.language.lexicon import alternatives
from assistant.language.polarity import denies
from assistant.language.units import HOW_MANY
from assistant.language.words import Words


def _words(part: Callable[[Words], str]) -> regex.Pattern[str]:
    return regex.compile(alternatives(part), regex.IGNORECASE)


#: What a question may ask for: how much of anything, how long, what sum, what share, when, and
#: how many of something.
Asked = Literal["amount", "duration", "price", "share", "day", "count"]
_ASKS: Final[Mapping[Asked, regex.Pattern[str]]] = {
    "amount": _words(lambda words: words.questions.amount),
    "duration": _words(lambda words: words.questions.duration),
    "price": _words(lambda words: words.questions.price),
    "share": _words(lambda words: words.questions.share),
    "day": _words(lambda words: words.questions.day),
    "count": HOW_MANY,
}
# Amounts without a number: units that stand for one ("a year"), Arabic duals and fractions.
_AMOUNT = _words(lambda words: words.units.amounts)
# What a denial says of an amount: that there is no limit, or nothing to pay.
_LIMIT = _words(lambda words: words.bounds.limits)


def denies_limit(text: str) -> bool:
    """Whether a text denies a limit or a price, which answers a question for an amount, too:
    "there is no limit"."""
    return denies(text) and _LIMIT.search(normalize_arabic(text)) is not None


def asks_for(question: str) -> set[Asked]:
    """The kinds of amounts and dates that a question asks for; a question for a sum asks for an
    amount, too."""
    plain = normalize_arabic(question)
    return {asked for asked, pattern in _ASKS.items() if pattern.search(plain)}


def states_amount(text: str, question: str) -> bool:
    """Whether a text states an amount that the question does not."""
    asked = {(q.kind, q.value) for q in quantities_in(question)}
    if any((q.kind, q.value) not in asked for q in quantities_in(text)):
        return True
    named = {found[0].casefold() for found in _AMOUNT.finditer(normalize_arabic(question))}
    return any(
        found[0].casefold() not in named for found in _AMOUNT.finditer(normalize_arabic(text))
    )
