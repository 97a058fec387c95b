"""What the service knows about Korean, Arabic and English text.

Language and direction, sentences, numbers, and the terms that lexical search uses.
Imports nothing else of the project; anything may import it.
"""

from assistant.codes import DIRECTIONS, LANGUAGES, Direction, Language
from assistant.language.analyzers import analyze, is_one_word
from assistant.language.ar.letters import normalize_arabic
from assistant.language.detect import Detection, as_language, detect, shows_language
from assistant.language.lexicon import LEXICON
from assistant.language.numbers import numbers_in, unify_digits
from assistant.language.quantities import Quantity, quantities_in
from assistant.language.quantity_support import unsupported_quantities
from assistant.language.references import article_of, article_references, without_references
from assistant.language.scripts import script_shares
from assistant.language.sentences import Span, split_sentences
from assistant.language.tokens import estimate_tokens
from assistant.language.units import asked_for


def warm_up() -> None:
    """Load the analyzers' and the detector's models, so that the first question need not wait."""
    for words in LEXICON.values():
        analyze(words.letters.sentence)
        detect(words.letters.sentence)


__all__ = [
    "DIRECTIONS",
    "LANGUAGES",
    "Detection",
    "Direction",
    "Language",
    "Quantity",
    "Span",
    "analyze",
    "article_of",
    "article_references",
    "as_language",
    "asked_for",
    "detect",
    "estimate_tokens",
    "is_one_word",
    "normalize_arabic",
    "numbers_in",
    "quantities_in",
    "script_shares",
    "shows_language",
    "split_sentences",
    "unify_digits",
    "unsupported_quantities",
    "warm_up",
    "without_references",
]
