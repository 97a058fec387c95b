"""The words of the three languages, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from assistant.codes import Language
from assistant.language import ar, en, ko
from assistant.language.words import Words

#: In the order in which their parts are combined.
LEXICON: Final[Mapping[Language, Words]] = {"en": en.WORDS, "ko": ko.WORDS, "ar": ar.WORDS}


def alternatives(part: Callable[[Words], str]) -> str:
    """One regular expression of what each language has of a kind."""
    return "|".join(filter(None, map(part, LEXICON.values())))
