"""Question words of Arabic."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Questions

QUESTIONS: Final = Questions(
    contents=(
        r"(?<!\p{L})(?:ما|ماذا|هو|هي|(?:ال)?نص|تنص|ينص|تقول|يقول|جاء|ورد|(?:ال)?مضمون|(?:ال)?محتوي|معني|فحوي"
        r"|اشرح|اعرض|اذكر|لخص|اقتبس|علي|عليه|عن|في|لي|من فضلك|(?:ال)?ماده|و)(?!\p{L})"
    ),
    how_many=r"(?<!\p{L})[بلوف]?كم(?!\p{L})",
    amount=(
        r"(?<!\p{L})[بلوف]?كم(?!\p{L})"
        r"|(?<!\p{L})ما (?:هو |هي )?(?:ال)?(?:مقدار|مده|نسبه|عدد|مبلغ|سن|سقف|حد|اقصي|اعلي|اطول)"
        r"(?!\p{L})"
    ),
    asks=r"^هل\s",
)
