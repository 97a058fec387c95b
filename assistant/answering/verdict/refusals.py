"""What is never shown, whatever else speaks for it.

Each refusal is a function that returns the reason against a text, or None; `REFUSALS` is the
registry of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import regex

from assistant.answering.claim import Rejection, echoes
from assistant.answering.verdict.markup import markup_in
from assistant.answering.verdict.readings import other_scales
from assistant.language import (
    Language,
    detect,
    quantities_in,
    script_shares,
    split_sentences,
    unsupported_quantities,
)
from assistant.language.abstention import abstains
from assistant.language.lexicon import alternatives
from assistant.language.polarity import verdict

#: A longer sentence, in words or in letters, is none.
_MOST_WORDS: Final = 120
_MOST_LETTERS: Final = 1200
_MOST_MARKS: Final = 6
#: A yes or no of so many words or fewer gives no reason.
_BARE_WORDS: Final = 5
_ASKS: Final = regex.compile(rf"[?？؟]\W*$|{alternatives(lambda words: words.questions.asks)}")
_WORD: Final = regex.compile(r"\p{L}{2,}")
_LATIN_RUN: Final = regex.compile(r"[\p{Latin}\d][\p{Latin}\d&.'’/-]*(?:\s[\p{Latin}\d&.'’/-]+)*")
_LONGEST_NAME: Final = 4
#: What looks like a citation mark and is none: a range, or in other brackets.
_OTHER_MARK: Final = regex.compile(r"[\[【〔［〖「]\s*\p{Nd}[\p{Nd}\s,،;–~-]*[\]】〕］〗」]")
#: The script of each language, and the least share of a sentence's letters in it. Latin names
#: are at home in Korean and Arabic sentences; other scripts are in none.
_SCRIPTS: Final[Mapping[Language, tuple[str, float]]] = {
    "ko": ("Hangul", 0.3),
    "ar": ("Arabic", 0.4),
    "en": ("Latin", 1.0),
}


@dataclass(frozen=True)
class GeneratedText:
    """A text that was generated: a sentence of an answer or of a translation.

    Attributes:
        text: Its words, without citation marks.
        language: The language it should be in.
        sources: The documents that it may have words from: passages, their headings and places.
        question: What was asked; it lends names, and numbers to compare with, but no facts. Empty
            for a translation.
        marks: The citation marks that were generated.
        citable: The numbers that may be cited.
        follows: The answer that the question follows up on; empty where it stands alone.
    """

    text: str
    language: Language
    sources: Sequence[str]
    question: str = ""
    marks: Sequence[int] = ()
    citable: frozenset[int] = field(default_factory=frozenset)
    follows: str = ""


Refusal = Callable[[GeneratedText], str | None]


def says_nothing(text: GeneratedText) -> str | None:
    """It is a mark, a heading or a fragment."""
    if len(_WORD.findall(text.text)) < 1 and not quantities_in(text.text):
        return "it has no word and no number"
    if text.text.endswith((":", "：")):
        return "it announces something and does not say it"
    return None


def about_sources(text: GeneratedText) -> str | None:
    """It answers that the sources do not tell, which is for the gate to say. Where these have such
    a sentence themselves it may be a rule: "costs that the contract does not mention are borne by
    the student"."""
    if not text.question or not abstains(text.text):
        return None
    ruled = any(
        abstains(source[start:end])
        for source in text.sources
        for start, end in split_sentences(source)
    )
    return None if ruled else "it says that the sources do not tell"


def asks(text: GeneratedText) -> str | None:
    """It is a question, where an answer was asked for."""
    if text.question and (_ASKS.search(text.text) or echoes(text.text, text.question)):
        return "it is a question"
    return None


def bare_verdict(text: GeneratedText) -> str | None:
    """It says yes or no and gives no reason: nothing tells whether it is right. Generators affirm
    nearly everything; the quotes answer such a question. A quantity is a reason."""
    few = len(text.text.split()) <= _BARE_WORDS
    if few and verdict(text.text) and not quantities_in(text.text):
        return "it says yes or no and gives no reason"
    return None


def too_long(text: GeneratedText) -> str | None:
    """It is longer than any sentence."""
    if len(text.text) > _MOST_LETTERS or len(text.text.split()) > _MOST_WORDS:
        return f"it has more than {_MOST_WORDS} words"
    return None


def foreign_marks(text: GeneratedText) -> str | None:
    """It cites what does not exist, or consists of marks."""
    if len(text.marks) > _MOST_MARKS:
        return f"it has {len(text.marks)} citation marks"
    for found in _OTHER_MARK.findall(text.text):
        if not any(found in source for source in text.sources):
            return f"{found} is no citation mark"
    unknown = [mark for mark in text.marks if text.citable and mark not in text.citable]
    return f"there is no source {', '.join(map(str, unknown))}" if unknown else None


def markup(text: GeneratedText) -> str | None:
    """It has what a page would render, follow or hide.

    A page that renders Markdown would load an image, and send away what stands in its address.
    """
    return markup_in(text.text, "\n".join(text.sources))


def another_script(text: GeneratedText) -> str | None:
    """It is not written in the script of the reader's language. A name in Latin letters that the
    sources have does not count, however long the sentence beside it is."""
    script, least = _SCRIPTS[text.language]
    said = text.text if script == "Latin" else _without_names(text)
    if not any(character.isalpha() for character in said):
        return None  # a bare number or a name
    shares = script_shares(said)
    if shares[script] < least:
        return f"only {shares[script]:.0%} of its letters are {script}"
    foreign = 1.0 - shares[script] - (shares["Latin"] if script != "Latin" else 0.0)
    return f"{foreign:.0%} of its letters are in a foreign script" if foreign > 1e-9 else None


def another_language(text: GeneratedText) -> str | None:
    """It is written in the reader's script, but in another language. Only a sentence that is long
    enough to tell counts."""
    said = _without_names(text)
    if not any(character.isalpha() for character in said):
        return None
    found = detect(said, text.language)
    if found.language != text.language or not found.supported:
        return "it is in another language"
    return None


def _without_names(text: GeneratedText) -> str:
    known = "\n".join([text.question, *text.sources]).casefold()

    def blank(found: regex.Match[str]) -> str:
        name = found[0].rstrip(".")
        a_name = len(name.split()) <= _LONGEST_NAME and name.casefold() in known
        return "" if a_name else found[0]

    return str(_LATIN_RUN.sub(blank, text.text))


def invented_quantity(text: GeneratedText) -> str | None:
    """It states a number, a percentage or a date that stands nowhere in the sources, in digits of
    any script or in words, in any calendar; see `assistant.language.unsupported_quantities`. A
    quantity that the question alone states may be compared with one of the documents, and no
    more."""
    unknown = unsupported_quantities(text.text, list(text.sources))
    if not unknown:
        return None
    invented = unsupported_quantities(text.text, [text.question, *text.sources])
    if not invented and len(unknown) < len(quantities_in(text.text)):
        return None
    named = ", ".join(text.text[q.span.start : q.span.end] for q in (invented or unknown)[:3])
    return f"the documents do not state {named}"


def scale_end(text: GeneratedText) -> str | None:
    """It gives a number as a value that the documents have as the end of a scale only: "3.0 out of
    4.3" does not support "at least 4.3"."""
    if other_scales(text.text, "\n".join(text.sources)):
        return "it takes the end of a scale for a value"
    return None


def said_before(text: GeneratedText) -> str | None:
    """It gives the amounts of the answer before, and no other: whoever asks "and in Saudi Arabia?"
    has heard what holds in Korea."""
    if not text.follows or not unsupported_quantities(text.text, [text.question]):
        return None
    if unsupported_quantities(text.text, [text.question, text.follows]):
        return None
    return "it says again what the answer before said"


#: All refusals: first what is for the gate to say, then the cheap ones.
REFUSALS: Final[Mapping[str, Refusal]] = {
    "about_sources": about_sources,
    "too_long": too_long,
    "says_nothing": says_nothing,
    "bare_verdict": bare_verdict,
    "asks": asks,
    "foreign_marks": foreign_marks,
    "markup": markup,
    "another_script": another_script,
    "another_language": another_language,
    "invented_quantity": invented_quantity,
    "scale_end": scale_end,
    "said_before": said_before,
}


def refusal_of(text: GeneratedText) -> Rejection | None:
    """The first refusal of a text, or None where nothing forbids to show it."""
    for name, reason_against in REFUSALS.items():
        if reason := reason_against(text):
            return Rejection(name, reason)
    return None
