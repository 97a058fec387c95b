"""Question words and endings of Korean."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Questions

QUESTIONS: Final = Questions(
    how_many="몇",
    amount="몇|며칠|얼마",
    asks=r"(?:나요|까요|가요|니까|는가|은가)\W*$",
)
