"""Whether a question can be understood without the conversation before it."""

from __future__ import annotations

from typing import Literal

import regex

from assistant.language import Language, analyze
from assistant.language.lexicon import LEXICON

Dependence = Literal["none", "possible", "certain"]

#: With so few words of its own a question names no subject.
_NO_SUBJECT = 1
#: With more words of its own than these a question without any reference stands alone.
_SHORT = 3


def dependence(question: str, language: Language) -> Dependence:
    """Whether a question refers to what was said before.

    Args:
        question: As it was typed.
        language: The language that it is in.

    Returns:
        ``certain`` where it points back (pronouns, demonstratives, "and for…?") or names no
        subject; ``possible`` where it is short and may or may not mean what was spoken of;
        ``none`` where it stands alone.
    """
    words = content_words(question, language)
    if len(words) <= _NO_SUBJECT or _refers(question, language, len(words)):
        return "certain"
    return "possible" if len(words) <= _SHORT else "none"


def content_words(text: str, language: Language) -> list[str]:
    """The lexical terms of a text that say what it is about, without those that only ask."""
    asking = LEXICON[language].follow_ups.asking
    return [term for term in analyze(text) if not term.startswith("~") and term not in asking]


def _refers(question: str, language: Language, words: int) -> bool:
    known = LEXICON[language].follow_ups
    whole = known.fold(question)
    rest = whole
    for pattern, replacement in known.no_reference:
        rest = pattern.sub(replacement, rest)
    begins = rest if known.openings_in_rest else whole
    return bool(
        (known.opening and known.opening.search(begins))
        or known.reference.search(rest)
        or (known.pronoun and _points_back(known.pronoun, rest, language))
        or (words <= _SHORT and known.short_opening and known.short_opening.search(begins))
    )


def _points_back(pronoun: regex.Pattern[str], text: str, language: Language) -> bool:
    """Whether there is a pronoun that nothing before it in the question can be meant by."""
    found = pronoun.search(text)
    return found is not None and len(content_words(text[: found.start()], language)) < 2
