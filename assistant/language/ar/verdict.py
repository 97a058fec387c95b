"""Plain answers in Arabic."""

from __future__ import annotations

from typing import Final

from assistant.language.words import VerdictWords

VERDICT: Final = VerdictWords(
    yes=r"نعم|بلى|أجل(?=[,.،!]|$)", no="كلا|لا", labels="الإجابة|الجواب|السؤال", verbs="هي|هو"
)
