"""What denies in Arabic."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Negation

NEGATION: Final = Negation(
    denial=(
        r"(?:^|\s)(?:و|ف)?(?:لا|لم|لن|ليس\p{L}*|غير|عدم|دون|بدون|[يت]حظر|[يت]منع|محظور\p{L}*"
        r"|ممنوع\p{L}*)(?=\s|$)"
    ),
    # "Not … but": only so.
    twice=r"(?:لا|لم|لن|ليس)[^.،]{0,30} إلا (?:إذا|بعد|ب|في|من)",
    bound=r"(?:لا|ولا|ألا|ألّا|الا)(?: يجوز أن| يمكن أن)? [يت](?:زيد|تجاوز|جاوز|قل)\p{L}*",
)
