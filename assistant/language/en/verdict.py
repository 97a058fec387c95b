"""Plain answers in English."""

from __future__ import annotations

from typing import Final

from assistant.language.words import VerdictWords

VERDICT: Final = VerdictWords(yes="yes", no="no", labels="answer|question", verbs="is")
