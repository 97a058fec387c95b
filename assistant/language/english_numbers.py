"""Numbers that English writes as words, and digits with English scale words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import regex

from assistant.language.numbers import NUMBER, plain_number
from assistant.language.reading import Reading, plus, ratio, times

_SMALL: Final = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: n * 10
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES: Final = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
# Behind digits only. A joined "m" may be metres.
_SUFFIXES: Final = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_PARTS: Final = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
_ORDINALS: Final = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
        "twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_MULTIPLES: Final = {"once": 1, "twice": 2, "thrice": 3}
# "one" counts something before these; elsewhere it stands for a noun.
_UNITS: Final = frozenset(
    "second minute hour day night week month year quarter semester term decade century time copy "
    "credit point percent course class page person member student applicant instalment installment "
    "dollar riyal won euro pound megabyte gigabyte kilometre kilometer metre meter additional "
    "calendar academic working business full single further".split()
)
_DETERMINERS: Final = frozenset("the these those both any other last next first".split())
_TOKEN = regex.compile(rf"(?P<number>{NUMBER})|[A-Za-z]+")
_JOINED = regex.compile(r"\s+|\s?[-‐‑]\s?")
_HALF_ENDS = regex.compile(r"\s?-?\s?(?:year|month|term|brother|sister|way|hearted|heartedly)")


class _Token(NamedTuple):
    word: str
    number: Decimal | None
    start: int
    end: int


def read_english(text: str) -> Iterator[Reading]:
    """The numbers in a folded text: English words, and digits whatever stands beside them."""
    tokens = [
        _Token(
            match[0].lower(),
            Decimal(plain_number(match["number"])) if match["number"] else None,
            *match.span(),
        )
        for match in _TOKEN.finditer(text)
    ]
    parser = _Parser(text, tokens)
    i = 0
    while i < len(tokens):
        found, i = parser.read(i)
        if found is not None:
            yield found


class _Parser:
    def __init__(self, text: str, tokens: Sequence[_Token]) -> None:
        self._text = text
        self._tokens = tokens

    def read(self, i: int) -> tuple[Reading | None, int]:
        """What begins at a token, and the token behind it."""
        for attempt in (self._fraction, self._number, self._other):
            found = attempt(i)
            if found is not None:
                return found
        return None, i + 1

    def _word(self, i: int) -> str:
        """The word of a token that is joined to the one before it, else an empty string."""
        if not 0 <= i < len(self._tokens):
            return ""
        gap = self._text[self._tokens[i - 1].end : self._tokens[i].start] if i else ""
        return self._tokens[i].word if not i or _JOINED.fullmatch(gap) else ""

    def _reading(
        self, i: int, end: int, *values: Decimal, grammatical: bool = False
    ) -> tuple[Reading, int]:
        tokens = self._tokens[i:end]
        digits = any(token.number is not None for token in tokens)
        start, stop = tokens[0].start, tokens[-1].end
        return Reading(start, stop, values, grammatical, in_words=not digits), end

    def _fraction(self, i: int) -> tuple[Reading, int] | None:
        """Half, a third of, two-thirds, half a million."""
        first, second, third = self._tokens[i].word, self._word(i + 1), self._word(i + 2)
        if first == "half":
            before = self._word(i) and self._tokens[i - 1].word if i else ""
            if before in _ORDINALS or _HALF_ENDS.match(self._text, self._tokens[i].end):
                return None
            if second == "a" and (scale := _scale(third)):
                return self._reading(i, i + 3, times(Decimal("0.5"), scale))
            return self._reading(i, i + 1, Decimal("0.5"))
        if first == "a" and second in _PARTS and (second == "half" or third == "of"):
            return self._reading(i, i + 2, ratio(1, _PARTS[second]))
        count = _SMALL.get(first, 0)
        if count == 1 and second in _PARTS and third not in {"party", "parties", "person"}:
            return self._reading(i, i + 2, ratio(1, _PARTS[second]))
        if count > 1 and second.endswith("s") and second != "seconds":
            part = _PARTS.get(second) or _PARTS.get(second.removesuffix("s"))
            if part and part > count and (part != 4 or third == "of"):
                return self._reading(i, i + 2, ratio(count, part))
        return None

    def _number(self, i: int) -> tuple[Reading, int] | None:
        value, end = self._cardinal(i)
        if value is None:
            return None
        token = self._tokens[i]
        if end == i + 1 and token.number is not None and not self._gap(end):
            suffix = self._tokens[end].word if end < len(self._tokens) else ""
            if suffix in _SUFFIXES:
                return self._reading(i, end + 1, times(value, _SUFFIXES[suffix]), value)
        if (
            self._word(end) == "and"
            and self._word(end + 1) == "a"
            and self._word(end + 2) == "half"
        ):
            return self._reading(i, end + 3, plus(value, Decimal("0.5")))
        ordinal = _ORDINALS.get(self._word(end), 0) if token.number is None else 0
        if value in _TENS.values() and 0 < ordinal < 10:
            return self._reading(i, end + 1, plus(value, ordinal))
        return self._reading(i, end, value, grammatical=self._is_grammatical(i, end))

    def _gap(self, i: int) -> str:
        return (
            self._text[self._tokens[i - 1].end : self._tokens[i].start]
            if 0 < i < len(self._tokens)
            else ""
        )

    def _is_grammatical(self, i: int, end: int) -> bool:
        """Whether a number word need not count: "one of", "this one", "the two"."""
        if end != i + 1 or self._tokens[i].number is not None:
            return False
        word, after = self._tokens[i].word, self._word(end)
        if word == "one":
            return after.removesuffix("s") not in _UNITS and not regex.match(
                r"\s?\(\p{Nd}", self._text[self._tokens[i].end :]
            )
        before = self._tokens[i - 1].word if i and self._word(i) else ""
        return word == "two" and before in _DETERMINERS and after not in _UNITS

    def _cardinal(self, i: int) -> tuple[Decimal | None, int]:
        """The cardinal number at a token: groups below a thousand with falling scales."""
        total, limit, begin = Decimal(0), 10**15, i
        value, end = None, i
        while True:
            group, i = self._group(i, first=value is None)
            if group is None:
                break
            scale = _scale(self._word(i))
            if scale is None or scale >= limit:
                if value is None or (
                    group < min(limit, 1000) and self._tokens[i - 1].number is None
                ):
                    value, end = plus(total, group), i
                break
            i += 1
            limit = scale
            total = plus(total, times(group, scale))
            value, end = total, i
            if self._word(i) == "and":
                i += 1
        return (value, end) if end > begin else (None, begin)

    def _group(self, i: int, *, first: bool) -> tuple[Decimal | None, int]:
        """A number below a thousand, or digits; "a" only before hundred, thousand, dozen."""
        word = self._tokens[i].word if first else self._word(i)
        if not word:
            return None, i
        if (number := self._tokens[i].number) is not None:
            value, i = number, i + 1
        elif word in {"a", "an"} and (self._word(i + 1) == "hundred" or _scale(self._word(i + 1))):
            value, i = Decimal(1), i + 1
        else:
            below, i = self._below_hundred(word, i)
            if below is None:
                return None, i
            value = below
        if self._word(i) == "hundred":
            value, i = times(value, 100), i + 1
            skip = 1 if self._word(i) == "and" else 0
            rest, after = self._below_hundred(self._word(i + skip), i + skip)
            if rest is not None:
                value, i = plus(value, rest), after
        return value, i

    def _below_hundred(self, word: str, i: int) -> tuple[Decimal | None, int]:
        if word in _SMALL:
            return Decimal(_SMALL[word]), i + 1
        if word not in _TENS:
            return None, i
        unit = _SMALL.get(self._word(i + 1), 0)
        if 0 < unit < 10:
            return Decimal(_TENS[word] + unit), i + 2
        return Decimal(_TENS[word]), i + 1

    def _other(self, i: int) -> tuple[Reading, int] | None:
        """Twice, ordinals and the article before a unit, which means one."""
        word = self._tokens[i].word
        if word in _MULTIPLES:
            return self._reading(i, i + 1, Decimal(_MULTIPLES[word]), grammatical=word == "once")
        if word in _ORDINALS:
            value = _ORDINALS[word]
            return self._reading(i, i + 1, Decimal(value), grammatical=value <= 10)
        if word in {"a", "an", "per", "each"} and self._word(i + 1) in _UNITS:
            return self._reading(i, i + 1, Decimal(1), grammatical=True)
        return None


def _scale(word: str) -> int | None:
    return 12 if word == "dozen" else _SCALES.get(word)
