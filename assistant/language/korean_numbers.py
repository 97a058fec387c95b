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

from assistant.language.numbers import NUMBER, plain_number
from assistant.language.reading import Reading, plus, ratio, times

_DIGITS: Final = {c: n for n, c in enumerate("일이삼사오육칠팔구", start=1)}
_UNITS: Final = {"십": 10, "백": 100, "천": 1000}
_SCALES: Final = {"만": 10**4, "억": 10**8, "조": 10**12}
_SINO: Final = "일이삼사오육칠팔구"
_MONEY: Final = "원|달러|유로|엔|위안|리얄"
# 조 is an article of a law unless an amount goes on behind it.
_TRILLION: Final = rf"조(?=\s?(?:{_MONEY}|[\d,]+[십백천]?\d*[억만]|[{_SINO}십백천]+[억만]))"
_ITEM: Final = rf"(?:{NUMBER}|[{_SINO}])?(?:[십백천만억]|{_TRILLION})"
_GAP: Final = r"(?:(?<=[만억조])\s)?"
_RUN = regex.compile(
    rf"{_ITEM}(?:{_GAP}{_ITEM})*(?:(?<=[만억조])\s\d{{3,4}}(?![\d년])|\d[\d,]*(?!\d)"
    rf"|(?<=[만억조])\s[{_SINO}](?=\s?(?:{_MONEY}|명|개|건))|[{_SINO}])?"
)
_PIECE = regex.compile(rf"(?:(?P<n>{NUMBER})|(?P<d>[{_SINO}]))?(?P<u>[십백천만억조])?")

_PARTICLES: Final = (
    r"(?:이내|이상|이하|미만|초과|까지|부터|동안|간|의|을|를|은|는|이|가|에서|에게|에|으로|로|씩|마다|당|전|후|"
    r"짜리|정|과|와|도|인|및|이다|입니다|이며|이고|이나|이라|보다|중|내|여|만)"
)
_END: Final = rf"{_PARTICLES}{{0,3}}(?!\p{{Hangul}})"
_START: Final = r"(?<![\p{L}\p{N}])"
_COUNTER: Final = (
    rf"(?:{_MONEY}|명|인|개월|개소|개국|개년|개|주일|주간|주년|주|년간|년|일간|일|시간|분|초|회|차례|차|번|권|부|"
    r"건|점|학점|학기|학년|세|살|배|조|항|호|장|절|편|곳|가지|종|매|쪽|페이지|%)"
)
_COUNTED = regex.compile(rf"\s?{_COUNTER}{_END}")
_FREE = regex.compile(_END)
# With two or more units, or two or more tens, a numeral is no other word.
_LONG = regex.compile(
    rf"[{_SINO}]?[천백십][{_SINO}]?[백십].*|[{_SINO}][천백십]+[{_SINO}]?[만억].*|[{_SINO[1:]}]십[{_SINO}]?"
)
_SINGLE = regex.compile(
    rf"{_START}([{_SINO}])(?:(?:개월|년|주일|\s(?:개월|년|일|회|주|시간|명|학기)){_END}"
    rf"|(?=\s?%))"
)
_DAYS = regex.compile(rf"{_START}(하루|이틀|사흘|나흘|닷새|열흘|보름){_END}")
_DAY_COUNTS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "열흘": 10, "보름": 15}
_PER = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])((?:{NUMBER})[십백천만]*|[{_SINO}십백천만]+)\s?분의\s?"
    rf"((?:{NUMBER})[십백천만]*|[{_SINO}십백천만]+)"
)
_HALF = regex.compile(rf"{_START}절반")

_TENS: Final = {
    "열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80,
    "아흔": 90,
}  # fmt: skip
_ONES: Final = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_ONE_OF: Final = "|".join(_ONES)
_NATIVE = regex.compile(
    rf"{_START}(?:(?P<ten>{'|'.join(_TENS)})(?P<one>{_ONE_OF})?|(?P<one>{_ONE_OF})|(?P<score>스무))"
)
# Words that are nothing but numbers stand alone; the others need a counter.
_CLEAR: Final = frozenset(
    "다섯 여섯 일곱 여덟 아홉 스물 서른 마흔 예순 일흔 여든 아흔 셋 넷".split()
)
_NATIVE_COUNTER: Final = (
    r"명|사람|분|번|차례|달|개월|가지|개|학기|과목|시간|시|살|해|주|곳|군데|건|점|대|장|편|권|부|통|쪽|줄|배|"
    r"단계|종류|회|마리|벌|자리|곱절|주일|나라"
)
_SPACED_COUNTER = regex.compile(rf"\s(?:{_NATIVE_COUNTER}){_END}")
# 한 before other nouns is "who did": 위반을 한 사람.
_ONE_COUNTER = regex.compile(
    rf"\s(?:명|번|차례|달|개월|가지|개|학기|과목|시간|살|해|주|권|부|장|배|회){_END}"
)
_JOINED_COUNTER = regex.compile(rf"(?:명|번|달|가지|차례|학기|사람|배|개|개월){_END}")
# 한번 is "once, some time", 한편 "meanwhile", 세배 a bow at New Year.
_NO_COUNT: Final = frozenset({"한번", "한편", "한분", "한대", "한장", "한배", "세배", "한개"})
_ORDINAL = regex.compile(r"\s?(?:번째|째)")
_BOUNDED = regex.compile(r"\s?(?:이상|이하|미만|초과|까지)")


def read_korean(text: str) -> Iterator[Reading]:
    """The numbers in a folded text that have a Korean word in them."""
    taken = [False] * len(text)
    for reader in (_fractions, _runs, _singles, _natives):
        for reading in reader(text):
            if not any(taken[reading.start : reading.end]):
                taken[reading.start : reading.end] = [True] * (reading.end - reading.start)
                yield reading


def _fractions(text: str) -> Iterator[Reading]:
    """5분의 1, 삼분의 이, 100분의 5 (which is 5 percent), 절반."""
    for match in _PER.finditer(text):
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
    for match in _HALF.finditer(text):
        yield Reading(*match.span(), (Decimal("0.5"),))


def _runs(text: str) -> Iterator[Reading]:
    for match in _RUN.finditer(text):
        start, end = match.span()
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
    counted = _COUNTED.match(text, end)
    if word.startswith("만") and not regex.match(rf"\s?(?:{_MONEY}|명)", text[end : end + 3]):
        return
    if len(word) > 1 and word.endswith("일") and _FREE.match(text, end) and not counted:
        # 삼십일 is thirty days or thirty-one: both are meant to be comparable.
        if _LONG.fullmatch(word) or regex.match(
            r"\s?(?:이내|이상|이하|동안|간|까지|전|후)", text[end:]
        ):
            yield Reading(start, end, (plus(value, -1), value))
    elif (_LONG.fullmatch(word) and _FREE.match(text, end)) or (
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
    for piece in _PIECE.finditer(written.replace(" ", "").replace("\u00a0", "")):
        if not piece[0]:
            continue
        number = _count(piece)
        name = piece["u"]
        if name in _SCALES:
            if _SCALES[name] >= scale:
                return None
            scale, unit = _SCALES[name], 10**4
            section = plus(section, number or 0) if number or section else Decimal(1)
            total, section = plus(total, times(section, scale)), Decimal(0)
        elif name in _UNITS:
            if _UNITS[name] >= unit:
                return None
            unit = _UNITS[name]
            section = plus(section, times(Decimal(1) if number is None else number, unit))
        elif number is None or unit == 1 or (number >= unit and unit < 10**4):
            return None
        else:
            section, unit = plus(section, number), 1
    return plus(total, section)


def _count(piece: regex.Match[str]) -> Decimal | None:
    if piece["n"]:
        return Decimal(plain_number(piece["n"]))
    return Decimal(_DIGITS[piece["d"]]) if piece["d"] else None


def _singles(text: str) -> Iterator[Reading]:
    """One numeral with a counter (삼 년, 육개월), and the names of numbers of days (이틀)."""
    for match in _SINGLE.finditer(text):
        if not (
            match[1] == "이" and match[0][1:].strip().startswith(("년", "일", "회", "주", "시"))
        ):
            yield Reading(*match.span(1), (Decimal(_DIGITS[match[1]]),))
    for match in _DAYS.finditer(text):
        value = _DAY_COUNTS[match[1]]
        yield Reading(*match.span(1), (Decimal(value),), grammatical=value == 1)


def _natives(text: str) -> Iterator[Reading]:
    """서른, 스물다섯, 두 명; 하나 and ordinals (두 번째) need not count."""
    for match in _NATIVE.finditer(text):
        word, end = match[0], match.end()
        value = Decimal(20 if match["score"] else 0)
        value += _TENS.get(match["ten"], 0) + _ONES.get(match["one"], 0)
        spaced = (_ONE_COUNTER if word == "한" else _SPACED_COUNTER).match(text, end)
        joined = _JOINED_COUNTER.match(text, end)
        if _ORDINAL.match(text, end):
            yield Reading(match.start(), end, (value,), grammatical=True)
        elif spaced or (joined and word + text[end : end + 1] not in _NO_COUNT):
            yield Reading(match.start(), end, (value,))
        elif word in {"하나", "둘"}:
            counts = word == "둘" and _BOUNDED.match(text, end)
            if _FREE.match(text, end):
                yield Reading(match.start(), end, (value,), grammatical=not counts)
        elif word in _CLEAR or (match["ten"] and match["one"]):
            if _FREE.match(text, end):
                yield Reading(match.start(), end, (value,))
        elif word in {"두", "한"} and regex.match(r"\s\p{Hangul}", text[end : end + 2]):
            yield Reading(match.start(), end, (value,), grammatical=True)
