"""Names of people, bodies and places: questions that ask for one, and names in Latin letters."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.ar.letters import normalize_arabic
from assistant.language.en.names import JOINERS, OPENERS
from assistant.language.lexicon import alternatives

_ASKS: Final = regex.compile(alternatives(lambda words: words.questions.name), regex.IGNORECASE)
_ONE: Final = r"\p{Lu}[\p{Latin}\d&’'-]*[\p{Latin}\d]"
_JOINED: Final = rf"(?: (?:(?:{JOINERS}) )?{_ONE})"
# In another language's text whatever begins with a capital is a name.
_FOREIGN: Final = regex.compile(rf"(?<!\p{{Latin}}){_ONE}{_JOINED}*")
_ACRONYM: Final = regex.compile(r"(?<![\p{L}\d])\p{Lu}[\p{Lu}\d&-]*\p{Lu}[\d]*(?![\p{L}\d])")
# In English the first word of a sentence has one, too: there it takes two.
_ENGLISH: Final = regex.compile(
    rf"(?<![\p{{L}}\d])(?:(?<=[\p{{Ll}}\d,;)] ){_ONE}{_JOINED}*|{_ONE}{_JOINED}+"
    rf"|{_ACRONYM.pattern})"
)
_OPENING: Final = regex.compile(rf"^(?:(?:{OPENERS}) )+")


def asks_for_name(question: str) -> bool:
    """Whether a question asks who, where, or what something is called."""
    return _ASKS.search(normalize_arabic(question)) is not None


def acronyms_in(text: str) -> list[str]:
    """What is written in Latin capitals alone, as it stands."""
    return [match[0] for match in _ACRONYM.finditer(text)]


def names_in(text: str, english: bool) -> list[str]:
    """Names in Latin letters, as they stand.

    Args:
        text: A text in any language.
        english: Whether it is English, where not every capital begins a name.
    """
    if not english:
        return [match[0] for match in _FOREIGN.finditer(text)]
    found = (_OPENING.sub("", match[0]) for match in _ENGLISH.finditer(text))
    return [name for name in found if name]
