"""Plain answers in Korean."""

from __future__ import annotations

from typing import Final

from assistant.language.words import VerdictWords

VERDICT: Final = VerdictWords(
    yes=r"예|네(?=[,.!]|$)", no="아니요|아니오|아닙니다", labels="답변?|질문"
)
