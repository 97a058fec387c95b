"""Which of the three languages a text is in: by script first, then by a detector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex
from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from assistant.codes import LANGUAGES, Language
from assistant.language.lexicon import LEXICON
from assistant.language.scripts import script_shares

#: The detector chooses among languages of one script, so that each candidate list stays short.
_LATIN = "ENGLISH FRENCH GERMAN SPANISH PORTUGUESE ITALIAN DUTCH TURKISH INDONESIAN VIETNAMESE"
_ARABIC = "ARABIC PERSIAN URDU"
#: A text shorter than this many characters is not given to the detector: too little to go by.
_DETECTOR_MIN_CHARS = 24
#: How sure the detector must be before a text counts as not one of the three languages.
_DETECTOR_MIN_CONFIDENCE = 0.6
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]*")
#: So many words in small letters are a sentence, or the most of one, and no name.
_SENTENCE_WORDS = 3


@dataclass(frozen=True)
class Detection:
    """The language to treat a text as, and whether the text really is in it.

    Attributes:
        language: ``ko``, ``ar`` or ``en``; ``en`` stands in for every other language.
        supported: False when the text is in another language than these three.
    """

    language: Language
    supported: bool = True


def as_language(code: str | None) -> Language | None:
    """``code`` as one of the three languages (``ar-SA`` is ``ar``), or None."""
    base = (code or "").replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else None


def detect(text: str, default: Language = "en") -> Detection:
    """Detect the language of a question or a document.

    A tenth of Hangul among the letters makes a text Korean, since Korean documents are full of
    Latin names and never the reverse; likewise for Arabic script when it is a third or more.

    Args:
        text: Any text; only the first 2,000 characters are looked at.
        default: What a text without letters is taken for.
    """
    sample = text[:2000]
    shares = script_shares(sample)
    if not any(shares.values()):
        return Detection(default)
    if shares["Hangul"] >= 0.1 and shares["Hangul"] >= shares["Arabic"]:
        return Detection("ko")
    if shares["Arabic"] >= 0.3:
        return Detection("ar") if _is(sample, _ARABIC, "ARABIC") else Detection("en", False)
    if shares["Other"] > 0.5:
        return Detection("en", False)
    return Detection("en", _is(sample, _LATIN, "ENGLISH"))


def shows_language(text: str) -> bool:
    """Whether a question tells which language its reader wants.

    Names, abbreviations and numbers do not ("TOEFL iBT?", "2026?"): people write them in Latin
    letters in every language. What does is any letter of Hangul or Arabic, an English function
    word, or a run of words in small letters.
    """
    sample = text[:2000]
    shares = script_shares(sample)
    if any(share for script, share in shares.items() if script != "Latin"):
        return True
    words = _WORD.findall(sample)
    if any(word.lower() in LEXICON["en"].letters.stops for word in words):
        return True
    small = [word for word in words if len(word) > 1 and word.islower()]
    return len(small) >= _SENTENCE_WORDS


def _is(text: str, candidates: str, expected: str) -> bool:
    """Whether ``text`` is in ``expected``, or too short or unclear to say otherwise."""
    if len(text.strip()) < _DETECTOR_MIN_CHARS:
        return True
    best = _detector(candidates).compute_language_confidence_values(text)[0]
    return best.language.name == expected or best.value < _DETECTOR_MIN_CONFIDENCE


@lru_cache
def _detector(candidates: str) -> LanguageDetector:
    languages = [getattr(LinguaLanguage, name) for name in candidates.split()]
    return LanguageDetectorBuilder.from_languages(*languages).build()
