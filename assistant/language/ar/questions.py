"""Question words of Arabic."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Questions

QUESTIONS: Final = Questions(
    how_many=r"(?<!\p{L})[بلوف]?كم(?!\p{L})",
    amount=(
        r"(?<!\p{L})[بلوف]?كم(?!\p{L})"
        r"|(?<!\p{L})ما (?:هو |هي )?(?:ال)?(?:مقدار|مده|نسبه|عدد|مبلغ|سن|سقف|حد|اقصي|اعلي|اطول)"
        r"(?!\p{L})"
    ),
    asks=r"^هل\s",
)
