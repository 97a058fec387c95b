"""Grammars that keep a generator to its sources and to the reader's script, in llama.cpp's GBNF
notation.

A small model drifts from Korean into Chinese and from Arabic into English, and fills what it does
not know with dates and figures that it makes up. Under the grammar of an answer it can write the
letters of the reader's language, and of all else only what the sources or the question have: their
numbers, in figures, as a part of a date, or in the scale that a language counts large sums in; and,
where the language is not written in Latin letters, their names. A text is one line, and has no
square brackets: what it rests on is found out without the generator, and a small one that begins
to write citation marks or lists goes on with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import regex

from assistant.language import Language, article_references
from assistant.language.names import acronyms_in, names_in
from assistant.language.numbers import unify_digits
from assistant.language.quantities import Quantity, statements_in
from assistant.retrieval.evidence import Evidence

#: A text, and its language.
Source = tuple[str, Language]

_LATIN: Final = r"\u00A1-\u024F"
#: Letters of the language's own.
_OWN: Final[dict[Language, str]] = {
    "ko": r"\u3131-\u318E\uAC00-\uD7A3",
    "ar": r"\u0621-\u065F\u066E-\u06D5",
    "en": "a-zA-Z" + _LATIN,
}
# From the space to the slash, the colon to the at sign, and what stands between brackets: ASCII
# without letters, digits, square brackets and the backslash.
_MARKS: Final = r" -/:-@^_`{-~\u2010-\u2027\u2030-\u205E\u20A0-\u20BF\u2103\u2116\u2212"
_OTHER: Final[dict[Language, str]] = {
    "ko": _MARKS + r"\u00B7\u3008-\u3011\u3380-\u33DF",
    "ar": _MARKS + r"\u00AB\u00BB\u060C\u061B\u061F\u066A-\u066D\u06D6-\u06ED",
    "en": _MARKS,
}
#: Marks between two words.
_LONGEST_GAP: Final = 4
_FIGURES: Final = regex.compile(r"\d+(?:[.,٫٬]\d+)*")
_EASTERN: Final = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_WESTERN_MARKS: Final = str.maketrans("٫٬", ".,")
#: What languages count large numbers in: a thousand, 만, a million, 억, a billion, 조.
_SCALES: Final = tuple(Decimal(10) ** power for power in (3, 4, 6, 8, 9, 12))
_MOST_SCALED: Final = 10_000
#: Of a fraction with more digits than this, numerator and denominator are written.
_MOST_DIGITS: Final = 4
_LARGEST_DENOMINATOR: Final = 100
#: Fractions are rounded to 28 digits.
_ROUNDED: Final = Fraction(1, 10**20)
#: Units and addresses, which are no names and stay as they are.
_UNIT: Final = regex.compile(r"(?<=\d ?)\p{Latin}{1,2}(?!\p{L})")
#: What forms, grades and levels are called: single letters that begin no sentence, and numerals.
_LETTER: Final = regex.compile(r"(?<=[\p{Ll}\p{Lo},(]\s?)[A-Z](?![\p{L}'’])[+0]?|[\u2160-\u216B]")
_ADDRESS: Final = regex.compile(r"[\w.+-]+@[\w.-]*\w|(?:https?://|www\.)[\w./?=&%-]*[\w/]")


def answer_grammar(question: str, evidence: Sequence[Evidence], language: Language) -> str:
    """The grammar of an answer.

    Args:
        question: The stand-alone question.
        evidence: What may be used.
        language: The language to answer in.
    """
    quotes = [(f"{e.passage.title}\n{e.told}", e.passage.language) for e in evidence]
    return grammar(language, [(question, language), *quotes])


def grammar(language: Language, sources: Sequence[Source]) -> str:
    """The grammar of a text.

    Args:
        language: To write in.
        sources: Whose numbers and names may be written.
    """
    taken = dict.fromkeys(_numbers((text for text, _ in sources), language))
    if language != "en":
        taken |= dict.fromkeys(_names(sources))
    own, other = _OWN[language], _OTHER[language]
    gap = f"other{{1,{_LONGEST_GAP}}} word?"
    rules = {
        "root": f"other{{0,{_LONGEST_GAP}}} word",
        "word": "own after-own | taken after-taken" if taken else "own after-own",
        "after-own": f"(word | {gap})?",
        "own": f"[{own}]",
        "other": f"[{other}]",
    }
    if taken:
        # Two numbers are never written as one.
        rules["after-taken"] = f"(own after-own | {gap})?"
        rules["taken"] = " | ".join(_quoted(text) for text in taken)
    return "".join(f"{name} ::= {rule}\n" for name, rule in rules.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _numbers(texts: Iterable[str], language: Language) -> Iterator[str]:
    """The figures that texts have, or state in other words."""
    for text in texts:
        for figures in (*_FIGURES.findall(text), *_stated(text)):
            western = unify_digits(figures).translate(_WESTERN_MARKS)
            yield western
            if language == "ar":
                yield western.translate(_EASTERN)


def _stated(text: str) -> Iterator[str]:
    # What merely looks like a count in one language may be one in another: "the second semester"
    # is 2학기.
    for statement in statements_in(text):
        for meaning in statement.meanings:
            yield from _forms(meaning)
    for reference in article_references(text):
        yield from _FIGURES.findall(reference)


def _forms(quantity: Quantity) -> Iterator[str]:
    """Ways to write a quantity in figures."""
    if quantity.kind == "date":
        yield from (str(part) for part in (quantity.year, quantity.month, quantity.day) if part)
        return
    value = quantity.value.normalize()
    if -int(value.as_tuple().exponent) > _MOST_DIGITS:
        share = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        if abs(share - Fraction(value)) < _ROUNDED:
            yield from (str(share.numerator), str(share.denominator))
            return
    yield f"{value:f}"
    yield f"{value:,f}"
    for scale in _SCALES:
        scaled = (value / scale).normalize()
        if 1 <= scaled < _MOST_SCALED and scaled == round(scaled, 2):
            yield f"{scaled:f}"


def _names(sources: Iterable[Source]) -> Iterator[str]:
    """Names in Latin letters, whole and by their words; units and addresses."""
    for text, language in sources:
        for name in (*names_in(text, english=language == "en"), *acronyms_in(text)):
            yield name
            yield from name.split()
        yield from _UNIT.findall(text)
        yield from _LETTER.findall(text)
        yield from _ADDRESS.findall(text)
