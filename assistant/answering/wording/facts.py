"""What a quote in another language states and can be said without translating it: its amounts,
dates, articles and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import regex
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from assistant.answering.wording.phrases import Phrases, form, phrases
from assistant.codes import LOCALES
from assistant.language import Language, Span, article_references
from assistant.language.amounts import amounts_in, asks_for
from assistant.language.measures import Measure
from assistant.language.names import acronyms_in, asks_for_name, names_in
from assistant.language.quantities import Quantity
from assistant.language.ranges import ranges_in
from assistant.language.units import currency_of, durations_in

#: Into so many parts things are divided in words.
_PARTS = 12
#: More would be a list, and no answer.
_MOST = 6
# Where a fact stands in a question it is no part of another one: "2년" of "2022년". Korean
# particles follow it.
_NOT_BEFORE: Final = r"(?<![\p{N}\p{Latin}]|\p{N}[.,٫٬])"
_NOT_BEHIND: Final = r"(?![\p{N}\p{Latin}\p{Arabic}]|[.,٫٬]\p{N})"
#: Numbers that are years of the common era, where years are asked for.
_YEARS: Final = range(1700, 2200)
_DIVIDER: Final = " · "
_DECIMAL: Final = regex.compile(r"\d[.,٫]\d")


def facts_of(
    text: str,
    source: Language,
    language: Language,
    question: str = "",
    asked: Sequence[Span] = (),
) -> list[str]:
    """What a text states, in another language.

    Args:
        text: What is quoted.
        source: Its language.
        language: The language to say it in.
        question: What is asked; what it says itself is not said again, unless it was asked for.
        asked: Where the amounts and dates stand in it that the question asks for.

    Returns:
        At most `_MOST` facts, each once: amounts and dates, those that were asked for first and
        the others as they stand, then the articles and names. Where a name is asked for, names
        come first; else they stand beside other facts only. A number by itself says nothing
        without its sentence and is left out, unless it is what was asked for.
    """
    words = phrases(language)
    kinds = asks_for(question)
    amounts = list(_amounts(text, language, words, asked, years="day" in kinds))
    answers = [said for place, said in amounts if _within(place, asked)]
    stated = [
        *answers,
        *(said for _, said in amounts),
        *(_article(reference, words) for reference in article_references(text)),
    ]
    if asks_for_name(question) and not kinds:
        found = [*names_in(text, english=source == "en"), *stated]
    else:
        found = stated
        # By itself a name that nobody asked for says nothing: "AI".
        if stated:
            found += acronyms_in(text) if source == "en" else names_in(text, english=False)
    news = [fact for fact in found if fact in answers or not _says(question, fact)]
    return list(dict.fromkeys(news))[:_MOST]


def joined(facts: Sequence[str]) -> str:
    """Facts in one line."""
    return _DIVIDER.join(facts)


def _says(question: str, fact: str) -> bool:
    pattern = f"{_NOT_BEFORE}{regex.escape(fact.casefold())}{_NOT_BEHIND}"
    return regex.search(pattern, question.casefold()) is not None


def _within(place: int, spans: Sequence[Span]) -> bool:
    return any(start <= place < end for start, end in spans)


def _amounts(
    text: str, language: Language, words: Phrases, asked: Sequence[Span], years: bool
) -> Iterator[tuple[int, str]]:
    """Where an amount or a date begins, and what it says; a number without a unit only where it
    was asked for, as a year where years were."""
    measures = amounts_in(text)
    wholes = {d.parts[0]: d.parts for d in durations_in(text) if len(d.parts) > 1}
    ranges = {last.quantity: first for first, last in ranges_in(text) if first in measures}
    # The first end is said with the last.
    taken = {first.quantity for first in ranges.values()}
    for measure in measures:
        if measure.quantity in taken:
            continue
        parts = wholes.get(measure.quantity, (measure.quantity,))
        taken.update(parts)
        first = ranges.get(measure.quantity)
        of_whole = [m for m in measures if m.quantity in parts]
        said = [_amount(text, m, language, words, first) for m in of_whole]
        place = measure.quantity.span.start
        if said == [None] and measure.quantity.kind == "number" and _within(place, asked):
            said = [_bare(measure.quantity.value, language, years)]
        if not all(said):
            continue
        amount = words.and_also.join(part for part in said if part)
        if first:
            amount = f"{_number(first.quantity.value, language)}–{amount}"
        bound = next((m.bound for m in of_whole if m.bound), None)
        said_whole = words.bounds[bound].format(amount=amount) if bound else amount
        yield place, said_whole


def _bare(value: Decimal, language: Language, years: bool) -> str:
    """A number that answers by itself."""
    if years and value in _YEARS:
        return format_skeleton("y", date(int(value), 1, 1), locale=Locale.parse(LOCALES[language]))
    return _number(value, language)


def _amount(
    text: str, measure: Measure, language: Language, words: Phrases, first: Measure | None
) -> str | None:
    """A quantity with what it counts, or what the first end of its range counts; None where that
    is not known."""
    quantity = measure.quantity
    if quantity.kind == "date":
        return _date(quantity, language)
    if quantity.kind == "percent":
        share = quantity.value / 100
        return format_percent(share, locale=LOCALES[language], decimal_quantization=False)
    forms = _forms(text, measure, words)
    if forms is None and first:
        forms = _forms(text, first, words)
    if forms is None:
        said = text[quantity.span.start : quantity.span.end]
        return None if _DECIMAL.search(said) else _fraction(quantity.value)
    return form(forms, quantity.value, language).format(n=_number(quantity.value, language))


def _forms(text: str, measure: Measure, words: Phrases) -> Mapping[str, str] | None:
    """What is counted, in the forms of its plurals."""
    if currency := currency_of(text, measure.quantity):
        return words.currencies[currency]
    return words.units[measure.unit] if measure.unit else None


def _fraction(value: Decimal) -> str | None:
    """A plain fraction, as two thirds are; None for any other number."""
    near = Fraction(value).limit_denominator(_PARTS)
    plain = 0 < near < 1 and abs(near - Fraction(value)) < Fraction(1, 10**9)
    return f"{near.numerator}/{near.denominator}" if plain else None


def _number(value: Decimal, language: Language) -> str:
    return format_decimal(value, locale=LOCALES[language], decimal_quantization=False)


def _date(quantity: Quantity, language: Language) -> str | None:
    """A date; None for a part of one in a calendar that cannot be converted, or for a month."""
    locale = Locale.parse(LOCALES[language])
    if quantity.calendar != "gregorian":
        return None
    year, month, day = quantity.year, quantity.month, quantity.day
    try:
        whole = date(year or 2000, month or 1, day or 1)
    except ValueError:
        return None
    if year and month and day:
        return format_date(whole, "long", locale)
    for known, skeleton in ((year and month, "yMMMM"), (month and day, "MMMMd"), (year, "y")):
        if known:
            return format_skeleton(skeleton, whole, locale=locale)
    return None


def _article(reference: str, words: Phrases) -> str:
    number, _, branch = reference.partition("-")
    if branch == "bis":
        return words.articles["bis"].format(number=number)
    if branch:
        return words.articles["branch"].format(number=number, branch=branch)
    return words.articles["article"].format(number=number)
