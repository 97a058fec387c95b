"""What the service knows about Korean, Arabic and English text.

Language and direction, sentences, numbers, and the terms that lexical search uses.
Imports nothing else of the project; anything may import it.
"""

from assistant.language.analyzers import analyze
from assistant.language.detect import (
    DIRECTIONS,
    LANGUAGE_NAMES,
    LANGUAGES,
    Detection,
    Direction,
    Language,
    as_language,
    detect,
)
from assistant.language.numbers import numbers_in
from assistant.language.scripts import script_shares
from assistant.language.sentences import Span, split_sentences
from assistant.language.tokens import estimate_tokens

__all__ = [
    "DIRECTIONS",
    "LANGUAGES",
    "LANGUAGE_NAMES",
    "Detection",
    "Direction",
    "Language",
    "Span",
    "analyze",
    "as_language",
    "detect",
    "estimate_tokens",
    "numbers_in",
    "script_shares",
    "split_sentences",
]
