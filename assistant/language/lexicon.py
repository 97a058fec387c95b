"""The words of the three languages, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from importlib import import_module
from typing import Final

from assistant.codes import Language
from assistant.language.words import Words


def _words_of(language: Language) -> Words:
    """The words of a language. Each record of `Words` stands in the file of its name in the
    language's folder, under that name in capitals."""
    records = {
        part.name: getattr(
            import_module(f"{__package__}.{language}.{part.name}"), part.name.upper()
        )
        for part in fields(Words)
    }
    return Words(**records)


#: In the order in which their parts are combined.
LEXICON: Final[Mapping[Language, Words]] = {
    language: _words_of(language) for language in ("en", "ko", "ar")
}


def alternatives(part: Callable[[Words], str]) -> str:
    """One regular expression of what each language has of a kind."""
    return "|".join(filter(None, map(part, LEXICON.values())))
