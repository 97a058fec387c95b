"""How Arabic is written."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import Letters

_MARKS = regex.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه"}
)


#: Characters that stand for words, which NFKC would spell in its own way.
LIGATURES: Final = {"ﷲ": "الله", "ﷺ": "صلى الله عليه وسلم"}


def normalize_arabic(text: str) -> str:
    """Arabic without vowel marks and tatweel, its letter variants unified."""
    return str(_MARKS.sub("", text)).translate(_LETTERS)


LETTERS: Final = Letters(
    fold=normalize_arabic,
    sentence="نتعرّف على لغة هذا النص",
    list_marks="[أ-ي]",
    abbreviations=r"ر\.س|د\.إ|د\.ك|ر\.ق",
    stops=frozenset(
        "في من على الي عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا هل كيف متي اين لا لم لن ان "
        "او ثم كان كانت يكون تكون هو هي هم كل اي بين قد".split()
    ),
)
