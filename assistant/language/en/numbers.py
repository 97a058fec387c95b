"""Numbers that English writes as words, and digits with English scale words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import regex

from assistant.language.en.number_words import (
    DETERMINERS,
    DOUBLED,
    MULTIPLES,
    ORDINALS,
    PARTS,
    RATES,
    SCALES,
    SMALL,
    SUFFIXES,
    TENS,
    UNITS,
)
from assistant.language.numbers import NUMBER, plain_number
from assistant.language.reading import Reading, plus, ratio, times
from assistant.language.token_reader import NumberRead, Token, TokenReader
from assistant.language.words import Numbers

_TOKEN = regex.compile(rf"(?P<number>{NUMBER})|[A-Za-z]+")
_JOINED = regex.compile(r"\s+|\s?[-‐‑]\s?")
# What makes a majority another one than that of more than half: "a majority of two thirds".
_BEFORE_MAJORITY = regex.compile(r"(?i:thirds|quarters|fifths|%|special|qualified)[\s-]$")
_BEHIND_MAJORITY = regex.compile(r"(?i:\sof\s(?:at\sleast\s)?(?:\p{Nd}|two|three|four))")
#: Characters within which they stand before it.
_REACH: Final = 12
_HALF_ENDS = regex.compile(r"\s?-?\s?(?:year|month|term|time|brother|sister|way|hearted|heartedly)")


def read_english(text: str) -> Iterator[Reading]:
    """The numbers in a folded text: English words, and digits whatever stands beside them."""
    tokens = [
        Token(
            match[0].lower(),
            Decimal(plain_number(match["number"])) if match["number"] else None,
            *match.span(),
        )
        for match in _TOKEN.finditer(text)
    ]
    yield from _EnglishReader(text, tokens).readings()


class _EnglishReader(TokenReader):
    def _attempts(self, i: int) -> Sequence[Callable[[int], NumberRead | None]]:
        return (self._fraction, self._number, self._other)

    def _word(self, i: int) -> str:
        """The word of a token that is joined to the one before it, else an empty string."""
        if not 0 <= i < len(self._tokens):
            return ""
        gap = self._text[self._tokens[i - 1].end : self._tokens[i].start] if i else ""
        return self._tokens[i].word if not i or _JOINED.fullmatch(gap) else ""

    def _fraction(self, i: int) -> NumberRead | None:
        """Half, a third of, two-thirds, half a million."""
        first, second, third = self._tokens[i].word, self._word(i + 1), self._word(i + 2)
        if first == "half":
            before = self._word(i) and self._tokens[i - 1].word if i else ""
            if before in ORDINALS or _HALF_ENDS.match(self._text, self._tokens[i].end):
                return None
            if second == "a" and (scale := _scale(third)):
                return self._reading(i, i + 3, times(Decimal("0.5"), scale))
            return self._of_scale(i, i + 1, Decimal("0.5"))
        if first == "a" and second in PARTS and (second == "half" or third == "of"):
            return self._of_scale(i, i + 2, ratio(1, PARTS[second]))
        count = SMALL.get(first, 0)
        if count == 1 and second in PARTS and third not in {"party", "parties", "person"}:
            return self._of_scale(i, i + 2, ratio(1, PARTS[second]))
        if count > 1 and second.endswith("s") and second != "seconds":
            part = PARTS.get(second) or PARTS.get(second.removesuffix("s"))
            if part and part > count and (part != 4 or third == "of"):
                return self._of_scale(i, i + 2, ratio(count, part))
        return None

    def _of_scale(self, i: int, end: int, share: Decimal) -> NumberRead:
        """A fraction, or what it is of a scale: "a quarter of a million"."""
        behind = end + (self._word(end) == "of")
        behind += self._word(behind) in {"a", "one"}
        scale = _scale(self._word(behind))
        if scale is None:
            return self._reading(i, end, share)
        return self._reading(i, behind + 1, times(share, scale))

    def _number(self, i: int) -> NumberRead | None:
        value, end = self._cardinal(i)
        if value is None:
            return None
        token = self._tokens[i]
        if end == i + 1 and token.number is not None and not self._gap(end):
            suffix = self._tokens[end].word if end < len(self._tokens) else ""
            if suffix in SUFFIXES:
                return self._reading(i, end + 1, times(value, SUFFIXES[suffix]), value)
        if self._is_half_behind(end):
            return self._of_scale(i, end + 3, plus(value, Decimal("0.5")))
        if self._word(end).removesuffix("s") in UNITS and self._is_half_behind(end + 1):
            return self._reading(i, end, plus(value, Decimal("0.5")))[0], end + 4
        ordinal = ORDINALS.get(self._word(end), 0) if token.number is None else 0
        if value in TENS.values() and 0 < ordinal < 10:
            return self._reading(i, end + 1, plus(value, ordinal))
        return self._reading(i, end, value, grammatical=self._is_grammatical(i, end))

    def _is_half_behind(self, i: int) -> bool:
        return [self._word(i + n) for n in range(3)] == ["and", "a", "half"]

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
            return after.removesuffix("s") not in UNITS and not regex.match(
                r"\s?\(\p{Nd}", self._text[self._tokens[i].end :]
            )
        before = self._tokens[i - 1].word if i and self._word(i) else ""
        return word == "two" and before in DETERMINERS and after.removesuffix("s") not in UNITS

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
        if word in SMALL:
            return Decimal(SMALL[word]), i + 1
        if word not in TENS:
            return None, i
        unit = SMALL.get(self._word(i + 1), 0)
        if 0 < unit < 10:
            return Decimal(TENS[word] + unit), i + 2
        return Decimal(TENS[word]), i + 1

    def _other(self, i: int) -> NumberRead | None:
        """Twice, a majority, ordinals, and what means one: daily, the article before a unit."""
        word = self._tokens[i].word
        if word in MULTIPLES:
            return self._reading(i, i + 1, Decimal(MULTIPLES[word]), grammatical=word == "once")
        if word in ORDINALS:
            value = ORDINALS[word]
            return self._reading(i, i + 1, Decimal(value), grammatical=value <= 10)
        if word in {"double", "doubled", "doubles"}:
            counts = word == "double" and self._word(i + 1) in DOUBLED
            return self._reading(i, i + 1, Decimal(2), grammatical=not counts)
        token = self._tokens[i]
        if (
            word == "majority"
            and not _BEFORE_MAJORITY.search(self._text[max(0, token.start - _REACH) : token.start])
            and not _BEHIND_MAJORITY.match(self._text, token.end)
        ):
            return self._reading(i, i + 1, Decimal("0.5"), grammatical=True)
        if word in {"a", "an"} and self._word(i + 1) in UNITS and self._is_half_behind(i + 2):
            return self._reading(i, i + 1, Decimal("1.5"))[0], i + 5
        articles = {"a", "an", "per", "each", "every", "any"}
        if word in RATES or (word in articles and self._word(i + 1) in UNITS):
            return self._reading(i, i + 1, Decimal(1), grammatical=True)
        return None


def _scale(word: str) -> int | None:
    return 12 if word == "dozen" else SCALES.get(word)


NUMBERS: Final = Numbers(
    read=read_english,
    percent=r"(?i:(?<!\p{L})(?:per\s?cent(?:age points?)?|pct|percentage points?)(?!\p{L}))",
    per_mille=r"‰|(?i:(?<!\p{L})per (?:thousand|mille?)(?!\p{L}))",
    to="to",
    between="between",
    joined="and|but|or",
    scales=SCALES,
    rates=RATES,
)
