"""Questions that were meant as statements."""

from __future__ import annotations

import regex

from assistant.language.analyzers import morphemes, word_of
from assistant.language.lexicon import LEXICON

_QUESTIONS = LEXICON["ko"].questions
_ASKS = regex.compile(_QUESTIONS.asks)
_ASKED = regex.compile(_QUESTIONS.asked)
#: The last word, with what stands behind it: a full stop and citation marks, no question mark.
_LAST = regex.compile(r"(?P<word>\S*\p{Hangul})(?P<rest>[.。]?\s*(?:\[\p{Nd}+\]\s*)*)$")
_STATES = (_QUESTIONS.states, "EF")


def as_statement(text: str) -> str:
    """Korean text whose last verb asks, as one that states: "20%를 넘으면 안 되나요." as
    "20%를 넘으면 안 됩니다."

    A small model that begins its answer with the words of the question ends it with them, too.
    Text with a question mark, or with a word for what is asked for, is a question, and stays.
    """
    last = _LAST.search(text)
    if not last or not _ASKS.search(last["word"]) or _ASKED.search(text):
        return text
    start = last.start("word")
    parts = [part for part in morphemes(text[: last.end("word")]) if part.start >= start]
    if len(parts) < 2 or parts[-1].tag != "EF" or not _ASKS.search(parts[-1].form):
        return text
    word = word_of([*((part.form, part.tag) for part in parts[:-1]), _STATES])
    return text[:start] + word + last["rest"]
