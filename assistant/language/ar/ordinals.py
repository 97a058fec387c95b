"""Ordinal numbers that Arabic writes as words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import regex

from assistant.language.ar.letters import normalize_arabic


def _values() -> dict[str, int]:
    units = "اول ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر".split()
    values = {word: n for n, word in enumerate(units, start=1)}
    values |= {f"{word}ه": n for n, word in enumerate(units, start=1)}
    values |= {"اولي": 1, "واحد": 1, "واحده": 1, "حادي": 1, "حاديه": 1, "عشر": 10, "عشره": 10}
    tens = "عشر ثلاث اربع خمس ست سبع ثمان تسع".split()
    for n, word in enumerate(tens, start=2):
        values |= {f"{word}ون": n * 10, f"{word}ين": n * 10}
    for hundred in ("مايه", "ميه"):
        values[hundred] = 100
        for n, word in enumerate(tens[1:], start=3):
            values |= {f"{word}{hundred}": n * 100, f"{word}ي{hundred}": n * 100}
    for stem in ("مايت", "ميت"):
        values |= {f"{stem}ان": 200, f"{stem}ين": 200}
    return values


_VALUES: Final = _values()
#: What may stand between the parts of an ordinal: "after" the hundred.
_JOINER: Final = "بعد"
_WORD = regex.compile(r"\p{L}+")


def ordinal(words: Sequence[str]) -> tuple[int, int] | None:
    """The ordinal number that a sequence of normalised words begins with.

    Args:
        words: Words as `normalize_arabic` gives them, with or without article and "and":
            ``["الخامسه", "والثلاثون", "بعد", "المايه", "من"]``.

    Returns:
        The number and how many words it takes (``(135, 4)``), or None where the first word is
        no number.
    """
    total = used = 0
    ranks: list[int] = []
    for i, word in enumerate(words):
        value = _value(word)
        if value is not None:
            rank = len(str(value))
            # "The first and the second" are two numbers.
            if rank in ranks or (rank == 1 and ranks[-1:] == [2]):
                break
            total, used = total + value, i + 1
            ranks.append(rank)
        elif not (used and word == _JOINER):
            break
    return (total, used) if used else None


def _value(word: str) -> int | None:
    for plain in (word, word.removeprefix("و")):
        value = _VALUES.get(plain, _VALUES.get(plain.removeprefix("ال")))
        if value is not None:
            return value
    return None


def words_in(text: str) -> list[str]:
    """The words of an Arabic text, normalised."""
    return _WORD.findall(normalize_arabic(text))
