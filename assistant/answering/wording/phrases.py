"""What the assistant says in its own words, natively in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from babel import Locale

from assistant.codes import LOCALES
from assistant.language import Language
from assistant.language.words import Bound, Currency, Unit


@dataclass(frozen=True)
class Phrases:
    """One language's phrases; each is a field, so that a missing one cannot go unnoticed.

    ``original`` says of each language that a quote is in it; ``nearest`` and what is counted
    have a form for each of CLDR's categories of plurals that the language tells apart.
    """

    quoted: str
    no_direct_answer: str
    quoted_item: str
    quoted_foreign: str
    translation: str
    facts: str
    and_also: str
    not_found: str
    nearest: Mapping[str, str]
    several: str
    other_language: str
    generator_unavailable: str
    incomplete: str
    original: Mapping[Language, str]
    units: Mapping[Unit, Mapping[str, str]]
    currencies: Mapping[Currency, Mapping[str, str]]
    bounds: Mapping[Bound, str]
    articles: Mapping[str, str]


def form(forms: Mapping[str, str], count: int | Decimal, language: Language) -> str:
    """What ``count`` things are called."""
    category = Locale.parse(LOCALES[language]).plural_form(count)
    return forms.get(category) or forms["other"]


@lru_cache
def phrases(language: Language) -> Phrases:
    """The phrases of a language."""
    file = files("assistant.answering.wording") / "catalogue" / f"{language}.toml"
    return Phrases(**tomllib.loads(file.read_text("utf-8")))
