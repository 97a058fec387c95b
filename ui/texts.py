"""Every text that a person sees on the page, one catalogue (`texts.*.toml`) a language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from assistant.api.schemas import Direction, LanguageCode, Outcome

FailureKind = Literal[
    "unreachable", "busy", "too_long", "rejected", "not_allowed", "interrupted", "failed"
]
LANGUAGES: tuple[LanguageCode, ...] = get_args(LanguageCode)
#: Each language's name in itself, for the language switch.
ENDONYMS: dict[LanguageCode, str] = {"ko": "한국어", "ar": "العربية", "en": "English"}

_Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Texts:
    """The texts of one language. ``{number}`` and ``{page}`` stand for what is filled in."""

    language: LanguageCode
    tagline: _Text
    language_switch: _Text
    question: _Text
    placeholder: _Text
    send: _Text
    stop: _Text
    clear: _Text
    starters_title: _Text
    starters: tuple[_Text, _Text, _Text]
    searching: _Text
    answering: _Text
    stopped: _Text
    evidence: _Text
    citation: Annotated[str, Field(pattern=r"\{number\}")]
    page: Annotated[str, Field(pattern=r"\{page\}")]
    nearest_documents: _Text
    # A dict whose keys are limited and whose size is known has all of the keys.
    languages: Annotated[dict[LanguageCode, _Text], Field(min_length=len(LANGUAGES))]
    outcomes: Annotated[dict[Outcome, _Text], Field(min_length=len(get_args(Outcome)))]
    failures: Annotated[dict[FailureKind, _Text], Field(min_length=len(get_args(FailureKind)))]

    @property
    def direction(self) -> Direction:
        """The direction of these texts."""
        return direction_of(self.language)


@cache
def load_texts(language: LanguageCode) -> Texts:
    """Load the catalogue of ``language``.

    Raises:
        pydantic.ValidationError: A text is missing, empty or unknown; the error names it.
    """
    path = Path(__file__).with_name(f"texts.{language}.toml")
    return TypeAdapter(Texts).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))


def direction_of(language: LanguageCode) -> Direction:
    """The direction in which ``language`` is written."""
    return "rtl" if language == "ar" else "ltr"


def choose_language(asked: str | None, accept_language: str) -> LanguageCode:
    """The page's first language.

    Args:
        asked: The address's ``lang`` parameter; it wins if it is one of the three.
        accept_language: The browser's ``Accept-Language`` header (RFC 9110, section 12.5.4).
    """
    weighted: list[tuple[float, str]] = [(2.0, asked or "")]
    for entry in accept_language.split(","):
        tag, _, parameter = entry.strip().partition(";")
        weighted.append((_weight(parameter), tag))
    for weight, tag in sorted(weighted, key=lambda pair: -pair[0]):
        primary = tag.strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if language == primary and weight > 0:
                return language
    return "en"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
