"""Whether a text denies or forbids: "may not", "할 수 없다", "لا يجوز"; and the reverse of it."""

from __future__ import annotations

from typing import Literal

import regex

from assistant.codes import Language
from assistant.language.lexicon import LEXICON, alternatives

# Vowel marks and tatweel, which are seldom written.
_MARKS = regex.compile(r"[\p{Mn}\u0640]")
_IDIOM = regex.compile(alternatives(lambda words: words.negation.idioms), regex.IGNORECASE)
# Bounds are no denials: "not more than 30 days".
_BOUND = regex.compile(alternatives(lambda words: words.negation.bound), regex.IGNORECASE)
# Denied twice: a duty ("must not fail to").
_TWICE = regex.compile(alternatives(lambda words: words.negation.twice), regex.IGNORECASE)
_DENIAL = regex.compile(alternatives(lambda words: words.negation.denial), regex.IGNORECASE)
_MAIN = regex.compile(alternatives(lambda words: words.negation.main), regex.IGNORECASE)
_ONLY = regex.compile(alternatives(lambda words: words.negation.only), regex.IGNORECASE)
_YES = regex.compile(
    rf"^\W*(?:{alternatives(lambda words: words.verdict.yes)})(?=[\s,.،!]|$)", regex.IGNORECASE
)
# With a mark behind it: "لا يجوز" forbids.
_NO = regex.compile(
    rf"^\W*(?:{alternatives(lambda words: words.verdict.no)})(?=[,.،!]|$)", regex.IGNORECASE
)


def denies(text: str) -> bool:
    """Whether a text says that something is not so or not allowed; two denials affirm."""
    return len(_DENIAL.findall(_once(_plain(text)))) % 2 == 1


def contradicts_verdict(text: str) -> bool:
    """Whether a sentence says yes and denies it in its main clause, or says no and has nothing
    that denies or restricts."""
    said, reason = verdict(text), _plain(without_verdict(text))
    if said == "no":
        return not (_DENIAL.search(reason) or _ONLY.search(reason))
    return said == "yes" and _MAIN.search(_once(reason)) is not None


def _plain(text: str) -> str:
    """A text without marks and without what only looks like a denial."""
    return str(_IDIOM.sub(" ", _MARKS.sub("", text)))


def _once(text: str) -> str:
    """A text without bounds, and without what is denied twice."""
    return str(_TWICE.sub(" ", _BOUND.sub(" ", text)))


def turned(text: str, language: Language) -> str | None:
    """A text with its first denial or permission turned round; None where it has none."""
    for pattern, other in LEXICON[language].negation.turns:
        found, times = regex.subn(pattern, other, text, count=1)
        if times:
            return str(found)
    return None


def without_verdict(text: str) -> str:
    """A sentence without the plain yes or no that it begins with."""
    return str(_NO.sub("", _YES.sub("", text)))


def verdict(text: str) -> Literal["yes", "no"] | None:
    """Whether a sentence begins with a plain yes or no."""
    if _YES.search(text):
        return "yes"
    return "no" if _NO.search(text) else None
