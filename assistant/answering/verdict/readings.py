"""Readings of two texts side by side: other units, bounds and scales, unknown names, words."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TypeVar

import regex

from assistant.language import Language, analyze, quantities_in
from assistant.language.measures import Measure, by_value, values_on_scales

ItemT = TypeVar("ItemT")

_NAME = regex.compile(r"\p{Lu}[\p{Latin}\d&.-]*\p{Latin}")
_BETWEEN_CLAUSES = regex.compile(r"(?<=[,،;؛:)])\s+|\s+(?=\()")
_LATIN_WORD = regex.compile(r"\p{Latin}[\p{Latin}\d&.-]*\p{Latin}")


def other_units(text: str, source: str) -> int:
    """How many numbers of a text stand with a unit that the source does not give them ("4 months"
    for "4 times"). A number that the source has without a unit may stand for anything."""
    return _others(
        lambda measure: measure.unit,
        text,
        source,
        lambda said, known: None not in known and bool(said - known - {None}),
    )


def other_bounds(text: str, source: str) -> int:
    """How many quantities of a text stand with another bound than the source puts on them ("at
    most" for "at least")."""
    return _others(
        lambda measure: measure.bound,
        text,
        source,
        lambda said, known: known != {None} and bool(said - known - {None}),
    )


def added_bounds(text: str, source: str) -> int:
    """How many quantities of a text stand with a bound where the source puts none on them ("at
    most 5" for "5")."""
    return _others(
        lambda measure: measure.bound,
        text,
        source,
        lambda said, known: known == {None} and said != {None},
    )


def other_scales(text: str, source: str) -> int:
    """How many quantities a text states as a value where the source has them as the end of a scale
    only, and not the value on it: "3.0 out of 4.3" does not support "4.3"."""
    said = by_value(text, lambda measure: measure.ends_scale)
    known = by_value(source, lambda measure: measure.ends_scale)
    return sum(
        False in said.get(end, ()) and known[end] == {True} and not values & said.keys()
        for end, values in values_on_scales(source).items()
    )


def _others(
    part: Callable[[Measure], ItemT],
    text: str,
    source: str,
    differ: Callable[[set[ItemT], set[ItemT]], bool],
) -> int:
    known = by_value(source, part)
    return sum(
        value in known and differ(said, known[value])
        for value, said in by_value(text, part).items()
    )


def unknown_names(language: Language, text: str, known: str) -> list[str]:
    """The names in Latin letters that are not known; in Korean and Arabic all words in Latin
    letters."""
    if language == "en":
        names = list(_NAME.findall(text))
        # An English sentence begins with a capital.
        names = names[1:] if names and text.startswith(names[0]) else names
    else:
        names = list(_LATIN_WORD.findall(text))
    folded = known.casefold()
    return [name for name in names if name.casefold() not in folded]


def content_words(text: str) -> set[str]:
    """The content words of a text, without its numbers."""
    for quantity in reversed(quantities_in(text)):
        text = text[: quantity.span.start] + text[quantity.span.end :]
    return {word for word in analyze(text) if not word.startswith("~")}


def share(words: Set[str], among: Set[str]) -> float:
    """Share of the words that are among others; 1 where there are none."""
    return len(words & among) / len(words) if words else 1.0


def bearing_clauses(text: str, words: Set[str]) -> str:
    """The clauses of a text that have the words, the fewest that are needed for it; all of it
    where it has none of them."""
    clauses = [(clause, content_words(clause)) for clause in _BETWEEN_CLAUSES.split(text)]
    left, chosen = set(words), set[int]()
    while True:
        best = max(range(len(clauses)), key=lambda i: len(clauses[i][1] & left))
        if not clauses[best][1] & left:
            return " ".join(clauses[i][0] for i in sorted(chosen)) or text
        chosen.add(best)
        left -= clauses[best][1]
