"""How Korean is written."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Letters

# Lexical search passes over particles by their part of speech, and needs no words for that.
LETTERS: Final = Letters(fold=str, sentence="언어를 알아봅니다", list_marks="[가-하]")
