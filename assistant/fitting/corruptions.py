"""Right sentences made wrong by rule, and without what is no part of them."""

from __future__ import annotations

import random
import zlib

import regex

from assistant.language.lexicon import alternatives

_END = regex.compile(r"[.。\s]+$")
_NOTE = regex.compile(r"\s*(?:<[^<>]{1,40}>|\([^()]{1,40}\)|\[[^\[\]]{1,40}\])")
_MARK = alternatives(lambda words: words.letters.list_marks)
_LEADING = regex.compile(
    rf"^(?:[①-⑮]|\(?\p{{Nd}}{{1,2}}[.)\\–-]+|\*\*[^*]+\*\*|(?:{_MARK})\.|[-•*])\s*"
)
_DIGITS = regex.compile(r"\p{Nd}+")
_CHANGES = (-10, -5, -2, -1, 1, 2, 3, 5, 10, 20)


def chance(seed: str) -> random.Random:
    """Choices by chance, always the same ones for a seed."""
    return random.Random(zlib.crc32(seed.encode()))  # noqa: S311  # nosec B311


def plain(text: str) -> str:
    """A sentence without notes in brackets, the number of its item and its full stop."""
    return _END.sub("", _LEADING.sub("", _NOTE.sub("", text.replace("*", "")))).strip()


def changed_number(text: str, draw: random.Random) -> str | None:
    """The text with one of its numbers in digits changed, or None where it has none."""
    found = list(_DIGITS.finditer(text))
    if not found:
        return None
    chosen = draw.choice(found)
    value = int(chosen[0])
    other = value
    while other == value or other < 0:
        other = value + draw.choice(_CHANGES)
    return f"{text[: chosen.start()]}{other}{text[chosen.end() :]}"


def shuffled(text: str, draw: random.Random) -> str:
    """The text with its words in disorder, from a place in its first third on."""
    words = text.split()
    start = draw.randrange(max(1, len(words) // 3))
    middle = words[start:]
    draw.shuffle(middle)
    return " ".join(words[:start] + middle)
