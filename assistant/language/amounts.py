"""Questions that ask for an amount, and sentences that give one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

import regex

from assistant.language import normalize_arabic
from assistant.language.lexicon import alternatives
from assistant.language.measures import Measure, measures_in
from assistant.language.polarity import denies
from assistant.language.units import HOW_MANY, currency_of, labels_in, named_in
from assistant.language.words import Unit, Words


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
_WHOLE = _words(lambda words: words.units.wholes)
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
    found = {asked for asked, pattern in _ASKS.items() if pattern.search(plain)}
    # Money alone is only talked about: "Who pays the fees?"
    return found if "amount" in found else found - {"price"}


def states_amount(text: str, question: str) -> bool:
    """Whether a text states an amount that the question does not."""
    return (
        bool(new_amounts(text, question))
        or _says_anew(_AMOUNT, text, question)
        or states_whole(text, question)
    )


def states_whole(text: str, question: str) -> bool:
    """Whether a text says that all of a sum is meant, or nothing, and the question does not: "in
    full", "free"."""
    return _says_anew(_WHOLE, text, question)


def _says_anew(words: regex.Pattern[str], text: str, question: str) -> bool:
    named = {found[0].casefold() for found in words.finditer(normalize_arabic(question))}
    return any(found[0].casefold() not in named for found in words.finditer(normalize_arabic(text)))


def amounts_in(text: str) -> list[Measure]:
    """The measures of a text but for the numbers of articles and paragraphs."""
    labels = labels_in(text)
    return [
        measure
        for measure in measures_in(text)
        if not any(start <= measure.quantity.span.start < end for start, end in labels)
    ]


def new_amounts(text: str, question: str) -> list[Measure]:
    """The amounts and dates of a text that the question does not state."""
    known, named = amounts_in(question), named_in(question)
    return [
        measure
        for measure in amounts_in(text)
        if not any(_repeats(text, measure, question, other, named) for other in known)
    ]


def _repeats(text: str, measure: Measure, question: str, known: Measure, named: set[Unit]) -> bool:
    """Whether a measure may be one that the question states itself. Where one of the two has no
    unit it may, unless the unit of the measure is what the question asks for by name."""
    new, old = measure.quantity, known.quantity
    if (new.kind, new.value) != (old.kind, old.value):
        return False
    one = measure.unit or currency_of(text, new)
    other = known.unit or currency_of(question, old)
    return one == other or one is None or (other is None and one not in named)
