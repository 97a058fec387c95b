"""Numbers that Korean writes as words, and digits with Korean scale words.

Hangul syllables that are numerals are syllables of ordinary words too (사업, 이상, 구분), so a
number in Hangul is read only where a counter or a particle stands behind it, or where it is too
long to be anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import regex

from assistant.language.ko.number_words import (
    AGE,
    AND_HALF,
    BOUNDED,
    CLEAR,
    COUNTED,
    DAY_COUNTS,
    DAYS,
    DIGITS,
    FIRST,
    FORMAL,
    FREE,
    HALF,
    JOINED_COUNTER,
    LONG,
    MAJORITY,
    MONEY,
    NATIVE,
    NO_COUNT,
    ONE_COUNTER,
    ONES,
    ORDINAL,
    PER,
    PIECE,
    RUN,
    SCALES,
    SINGLE,
    SPACED_COUNTER,
    TENS,
    UNITS,
)
from assistant.language.numbers import plain_number
from assistant.language.reading import Reading, plus, ratio, times
from assistant.language.words import Numbers


def read_korean(text: str) -> Iterator[Reading]:
    """The numbers in a folded text that have a Korean word in them."""
    taken = [False] * len(text)
    for reader in (_fractions, _formal, _halves, _runs, _singles, _natives):
        for reading in reader(text):
            if not any(taken[reading.start : reading.end]):
                taken[reading.start : reading.end] = [True] * (reading.end - reading.start)
                yield reading


def _fractions(text: str) -> Iterator[Reading]:
    """5분의 1, 삼분의 이, 100분의 5 (which is 5 percent), 절반, 과반수."""
    for match in PER.finditer(text):
        below = _value(match[1])
        above, end = None, match.end()
        while above is None and end > match.start(2):
            above = _value(text[match.start(2) : end])
            end -= above is None
        if not below or above is None:
            continue
        value = ratio(above, below)
        in_words = not regex.search(r"\d", match[0])
        if below in {100, 1000, 10000}:
            value = times(value, 100)
            yield Reading(match.start(), end, (value,), percent=True, in_words=in_words)
        else:
            yield Reading(match.start(), end, (value,), in_words=in_words)
    for match in HALF.finditer(text):
        yield Reading(*match.span(), (Decimal("0.5"),))
    for match in MAJORITY.finditer(text):
        yield Reading(*match.span(), (Decimal("0.5"),), grammatical=True)


def _formal(text: str) -> Iterator[Reading]:
    """Numbers that count nothing: 제3자, 월 1회, 1인당, 첫."""
    for match in FORMAL.finditer(text):
        yield Reading(*match.span("n"), (Decimal(match["n"]),), grammatical=True, in_words=False)
    for match in FIRST.finditer(text):
        yield Reading(*match.span(), (Decimal(1),), grammatical=True)


def _halves(text: str) -> Iterator[Reading]:
    """The one and a half of 1년 반; its unit stays to be read."""
    for match in AND_HALF.finditer(text):
        whole = Decimal(plain_number(match["n"]) if match["n"] else ONES[match["one"]])
        span = match.span("n" if match["n"] else "one")
        yield Reading(*span, (plus(whole, Decimal("0.5")),), in_words=not match["n"])


def _runs(text: str) -> Iterator[Reading]:
    for match in RUN.finditer(text):
        start, end = match.span()
        if AGE.match(text, start):
            continue
        value = _value(match[0])
        if value is None:
            continue
        if regex.search(r"\d", match[0]):
            yield Reading(start, end, (value,), in_words=False)
        elif _stands_free(text, start):
            yield from _in_hangul(text, start, end, value)


def _stands_free(text: str, start: int) -> bool:
    """Whether no word runs into the number, 제 (ordinal) and 금 (amount) excepted.

    "Some" before it (수 천 명, 몇 십 년) makes it no number.
    """
    before = text[max(0, start - 2) : start]
    if before[-1:] in {"제", "금"}:
        before = before[:-1]
    return not regex.search(r"[\p{L}\p{N}]$|(?:수|몇)\s$", before)


def _in_hangul(text: str, start: int, end: int, value: Decimal) -> Iterator[Reading]:
    word = text[start:end]
    counted = COUNTED.match(text, end)
    if word.startswith("만") and not regex.match(rf"\s?(?:{MONEY}|명)", text[end : end + 3]):
        return
    if len(word) > 1 and word.endswith("일") and FREE.match(text, end) and not counted:
        # 삼십일 is thirty days or thirty-one: both are meant to be comparable.
        if LONG.fullmatch(word) or regex.match(
            r"\s?(?:이내|이상|이하|동안|간|까지|전|후)", text[end:]
        ):
            yield Reading(start, end, (plus(value, -1), value))
    elif (LONG.fullmatch(word) and FREE.match(text, end)) or (
        counted and not _is_doubtful(word, counted[0])
    ):
        yield Reading(start, end, (value,))


def _is_doubtful(word: str, counter: str) -> bool:
    """Whether a numeral and its counter make another word: 천장, 이만 (only this), 일만."""
    if word in {"일만", "이만"}:
        return counter.strip()[0] not in "원명"
    return len(word) == 1 and not counter.startswith((" ", "원", "명", "년", "개월", "%"))


def _value(written: str) -> Decimal | None:
    """The value of digits and Sino-Korean numerals in falling order, or None."""
    total = section = Decimal(0)
    unit, scale = 10**4, 10**16
    for piece in PIECE.finditer(written.replace(" ", "").replace("\u00a0", "")):
        if not piece[0]:
            continue
        number = _count(piece)
        name = piece["u"]
        if name in SCALES:
            if SCALES[name] >= scale:
                return None
            scale, unit = SCALES[name], 10**4
            section = plus(section, number or 0) if number or section else Decimal(1)
            total, section = plus(total, times(section, scale)), Decimal(0)
        elif name in UNITS:
            if UNITS[name] >= unit:
                return None
            unit = UNITS[name]
            section = plus(section, times(Decimal(1) if number is None else number, unit))
        elif number is None or unit == 1 or (number >= unit and unit < 10**4):
            return None
        else:
            section, unit = plus(section, number), 1
    return plus(total, section)


def _count(piece: regex.Match[str]) -> Decimal | None:
    if piece["n"]:
        return Decimal(plain_number(piece["n"]))
    return Decimal(DIGITS[piece["d"]]) if piece["d"] else None


def _singles(text: str) -> Iterator[Reading]:
    """One numeral with a counter (삼 년, 육개월), and the names of numbers of days (이틀)."""
    for match in SINGLE.finditer(text):
        if not (
            match[1] == "이" and match[0][1:].strip().startswith(("년", "일", "회", "주", "시"))
        ):
            yield Reading(*match.span(1), (Decimal(DIGITS[match[1]]),))
    for match in DAYS.finditer(text):
        value = DAY_COUNTS[match[1]]
        yield Reading(*match.span(1), (Decimal(value),), grammatical=value == 1)


def _natives(text: str) -> Iterator[Reading]:
    """서른, 스물다섯, 두 명; 하나 and ordinals (두 번째) need not count."""
    for match in NATIVE.finditer(text):
        word, end = match[0], match.end()
        value = Decimal(20 if match["score"] else 0)
        value += TENS.get(match["ten"], 0) + ONES.get(match["one"], 0)
        spaced = (ONE_COUNTER if word == "한" else SPACED_COUNTER).match(text, end)
        joined = JOINED_COUNTER.match(text, end)
        if ORDINAL.match(text, end):
            yield Reading(match.start(), end, (value,), grammatical=True)
        elif spaced or (joined and word + text[end : end + 1] not in NO_COUNT):
            yield Reading(match.start(), end, (value,))
        elif word in {"하나", "둘"}:
            counts = word == "둘" and BOUNDED.match(text, end)
            if FREE.match(text, end):
                yield Reading(match.start(), end, (value,), grammatical=not counts)
        elif word in CLEAR or (match["ten"] and match["one"]):
            if FREE.match(text, end):
                yield Reading(match.start(), end, (value,))
        elif word in {"두", "한"} and regex.match(r"\s\p{Hangul}", text[end : end + 2]):
            yield Reading(match.start(), end, (value,), grammatical=True)


NUMBERS: Final = Numbers(
    read=read_korean,
    # 프로 is "percent", unless it begins a program, a project, a profile.
    percent=(
        r"퍼센트(?:\s?포인트)?|(?<=\d\s?|[십백])프로(?!그램|젝트|그래|세|토|모|필|듀|\p{L}*션)"
    ),
    to="내지|에서",
    joined="와|과|및|또는",
    scales={**UNITS, **SCALES} | {f"{u}{s}": UNITS[u] * SCALES[s] for u in UNITS for s in SCALES},
)
