"""What the assistant says in its own words, natively in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.language import Language


@dataclass(frozen=True)
class Phrases:
    """One language's phrases; each is a field, so that a missing one cannot go unnoticed.

    ``original`` says of each language that a quote is in it.
    """

    quoted: str
    quoted_item: str
    quoted_foreign: str
    translation: str
    not_found: str
    nearest: str
    other_language: str
    generator_unavailable: str
    original: Mapping[Language, str]


@lru_cache
def phrases(language: Language) -> Phrases:
    """The phrases of a language."""
    file = files("assistant.answering.wording") / "catalogue" / f"{language}.toml"
    return Phrases(**tomllib.loads(file.read_text("utf-8")))
