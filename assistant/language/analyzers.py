"""The terms that lexical search compares, one analyzer for each language.

Korean is cut into morphemes by Kiwi; Arabic letters are normalised and words give a light stem
and character 3-grams; English words are stemmed (Snowball). A run of text in another script
than the language's own (a Latin name in Korean text) is analysed by that script's analyzer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Lock

import regex
import snowballstemmer
from kiwipiepy import Kiwi, Token

from assistant.language.lexicon import LEXICON
from assistant.language.numbers import unify_digits, without_raised_digits
from assistant.language.references import article_references

_RUN = regex.compile(
    r"(?P<ko>\p{Script=Hangul}(?:[\p{Script=Hangul}\s\p{P}]*\p{Script=Hangul})?)"
    r"|(?P<ar>[\p{Script=Arabic}\p{Mn}]+)"
    r"|(?P<en>\p{Script=Latin}[\p{Script=Latin}\p{Mn}'’]*)"
    r"|(?P<num>\d+(?:[.,]\d+)*)"
    r"|(?P<han>\p{Script=Han}+)"
)
# Content morphemes: nouns, verbs, adjectives, roots, numerals, foreign words.
_KOREAN_TAGS = ("NN", "NR", "VV", "VA", "XR", "SL", "SN", "SH", "MAG", "NP")
# Neither Kiwi's lazily built model nor the Snowball stemmer's buffer may be shared by threads.
_lock = Lock()


def analyze(text: str) -> list[str]:
    """The lexical terms of ``text``, in order, repeated as they occur.

    Stable across runs and processes; any Unicode string is accepted.
    """
    normal = unify_digits(unicodedata.normalize("NFKC", without_raised_digits(text))).lower()
    terms = [f"§{article}" for article in article_references(text)]
    for match in _RUN.finditer(normal):
        match match.lastgroup:
            case "ko":
                terms += _korean(match[0])
            case "ar":
                terms += _arabic(match[0])
            case "en":
                terms += _english(match[0])
            case _:
                terms.append(match[0].replace(",", ""))
    return terms


def is_one_word(before: str, after: str) -> bool:
    """Whether Korean text that was divided between two syllables was divided within a word.

    Args:
        before, after: What stands on both sides; a few words of each are enough.
    """
    with _lock:
        _, spaces = _kiwi().glue([before, after], return_space_insertions=True)
    return not spaces[0]


def morphemes(text: str) -> list[Token]:
    """The morphemes of Korean text, with their tags and places."""
    with _lock:
        return list(_kiwi().tokenize(text))


def word_of(parts: Sequence[tuple[str, str]]) -> str:
    """The Korean word that morphemes with their tags make together, without a space in it."""
    with _lock:
        return str(_kiwi().join([(form, tag, False) for form, tag in parts]))


@lru_cache
def _kiwi() -> Kiwi:
    return Kiwi()


@lru_cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(language)


def _korean(text: str) -> Iterator[str]:
    for token in morphemes(text):
        if token.tag.startswith(_KOREAN_TAGS):
            yield token.form


def _arabic(word: str) -> Iterator[str]:
    letters = LEXICON["ar"].letters
    plain = letters.fold(word)
    if plain in letters.stops or not plain:
        return
    with _lock:
        stem = _stemmer("arabic").stemWord(plain)
    yield stem
    for i in range(len(plain) - 2):
        yield f"~{plain[i : i + 3]}"


def _english(word: str) -> Iterator[str]:
    plain = word.strip("'’").removesuffix("'s").removesuffix("’s")
    if plain and plain not in LEXICON["en"].letters.stops:
        with _lock:
            yield _stemmer("english").stemWord(plain)
