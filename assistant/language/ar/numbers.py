"""Numbers that Arabic writes as words, in all cases and genders, and digits with scale words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from assistant.language.ar.number_words import (
    BEHIND_HALF,
    DUAL_SCALES,
    DUALS,
    ENDS_IN_T,
    FRACTIONS,
    HALVES,
    HUNDREDS,
    MAYBE_DUALS,
    PLURAL_FRACTIONS,
    PRONOUNS,
    RATES,
    SCALES,
    SINGULARS,
    TEN,
    TENS,
    TWO_THIRDS,
    UNITS,
    WORDS,
)
from assistant.language.ar.ordinals import ordinal
from assistant.language.numbers import NUMBER, plain_number
from assistant.language.reading import Reading, plus, ratio, times
from assistant.language.token_reader import NumberRead, Token, TokenReader
from assistant.language.words import Numbers

_ARTICLE: Final = frozenset("ماده الماده للماده بالماده والماده فالماده كالماده".split())
# Ordinary words that a prefix and a number would also make.
_DEFINITE: Final = ("ال", "وال", "بال", "لل", "فال")
_PLURALS: Final = ("الاف", "ملايين", "مليارات", "بلايين", "تريليونات")
_ONE_OF_SCALES: Final = SCALES | {word: two // 2 for word, two in DUAL_SCALES.items()}
_AFTER: Final = "بعد"
_ONCE: Final = "مره"
# "Twice as much", and weakness as well; what is doubled.
_DOUBLE = regex.compile(r"[وفبل]?(?:ضعف(?:ه|ها|هما|هم)?|[يت]ضاعف|مضاعفه?)")
#: One; the one of eleven is another word.
_ONE: Final = ("واحد", "واحده", "واحدا")
#: Behind a majority these say another one than that of more than half: "of two thirds".
_SHARES: Final = {**FRACTIONS, **TWO_THIRDS, **UNITS}
#: Greater ordinals count something; smaller ones may merely number it ("the third chapter").
_SMALL_ORDINAL: Final = 10
_NEVER: Final = frozenset("كميه لميه العامين والعامين لست لسته لالف كالف فالف بست كست فست".split())
# "Half-yearly", "the fourth quarter": periods, not shares.
_NO_SHARE = regex.compile(
    r"\s+(?:سنوي|(?:سنه|السنه|العام)(?!\p{L})|ال(?:سنوي|اول|ثاني|ثالث|رابع|ثان)|شهري|دائر|يومي|سكاني)"
)
# The dual of every noun that ends in ة, and some that are plurals as well.
_MAYBE_DUAL = regex.compile(
    rf"\p{{L}}{{2,}}(?:(?<!{'|'.join(ENDS_IN_T)})تين|(?<!س)تان)"
    rf"|[وبل]?(?:ال)?(?:{'|'.join(MAYBE_DUALS)})ين"
)
_TOKEN = regex.compile(rf"(?:(?<!\p{{L}})(?P<and>و))?(?P<number>{NUMBER})|\p{{Arabic}}+(?<![،؛؟])")


class _Part(NamedTuple):
    value: int
    joined: bool  # by "and"


def read_arabic(text: str) -> Iterator[Reading]:
    """The numbers in a folded text that have an Arabic word in them."""
    tokens = [
        Token(
            match[0],
            Decimal(plain_number(match["number"])) if match["number"] else None,
            match.start("number") if match["number"] else match.start(),
            match.end(),
            bool(match["and"]),
        )
        for match in _TOKEN.finditer(text)
    ]
    yield from _ArabicReader(text, tokens).readings()


def _part(word: str, table: dict[str, int]) -> _Part | None:
    """A word's value in a table, without "and", preposition and article."""
    if word in table:
        return _Part(table[word], False)
    if word in _NEVER:
        return None
    joined = word.startswith(("و", "ف"))
    bare = word[1:] if joined else word
    for plain in (bare, bare.removeprefix("ال"), *_without_preposition(bare)):
        if plain in table:
            return _Part(table[plain], joined)
    return None


@lru_cache(maxsize=8192)
def _may_count(word: str) -> bool:
    """Whether a number may begin with a word: a quick no for nearly all words."""
    if word in _ARTICLE or _is_single(word) or word in HALVES or _DOUBLE.fullmatch(word):
        return True
    if word.startswith(_DEFINITE) and ordinal([word, _AFTER]):
        return True
    bare = (word, *(word.removesuffix(p) for p in PRONOUNS if word.endswith(p)))
    if any(_part(plain, WORDS) for plain in bare) or _part(word, DUALS):
        return True
    return _MAYBE_DUAL.fullmatch(word) is not None


def _is_single(word: str) -> bool:
    """Whether a word names one of what it counts: "a year", "yearly"."""
    return word.removeprefix("و") in SINGULARS or word.removeprefix("و") in RATES


def _without_preposition(word: str) -> list[str]:
    if word.startswith("لل"):
        return [word[2:]]
    return [word[1:], word[1:].removeprefix("ال")] if word[:1] in "بلك" and len(word) > 3 else []


class _ArabicReader(TokenReader):
    def _attempts(self, i: int) -> Sequence[Callable[[int], NumberRead | None]]:
        if self._tokens[i].number is None and not _may_count(self._tokens[i].word):
            return ()
        return (self._article, self._fraction, self._number, self._counted, self._ordinal)

    def _word(self, i: int) -> str:
        """The word of a token that only a space divides from the one before it."""
        if i >= len(self._tokens):
            return ""
        gap = self._text[self._tokens[i - 1].end : self._tokens[i].start]
        return self._tokens[i].word if gap.isspace() else ""

    def _is_near(self, i: int) -> bool:
        """Whether a space and "and" is all that divides digits from the token before them."""
        gap = self._text[self._tokens[i - 1].end : self._tokens[i].start]
        return gap.removesuffix("و").isspace()

    def _is_definite(self, i: int) -> bool:
        return self._tokens[i].word.startswith(_DEFINITE)

    def _find(self, i: int, table: dict[str, int], *, first: bool = False) -> _Part | None:
        word = self._tokens[i].word if first else self._word(i)
        return _part(word, table) if word else None

    def _article(self, i: int) -> NumberRead | None:
        """The number of an article: المادة الخامسة عشرة."""
        if self._tokens[i].word not in _ARTICLE:
            return None
        end = i + 1
        while end < min(i + 8, len(self._tokens)) and self._word(end).isalpha():
            end += 1
        number = ordinal([token.word for token in self._tokens[i + 1 : end]])
        if number is None:
            return None
        return self._reading(i + 1, i + 1 + number[1], Decimal(number[0]))

    def _ordinal(self, i: int) -> NumberRead | None:
        """Ordinals elsewhere ("the third chapter") support a number and need no support."""
        word = self._tokens[i].word
        if not self._is_definite(i):
            return None
        end = i + 1
        while end < min(i + 6, len(self._tokens)) and self._word(end).isalpha():
            end += 1
        words = [
            word.removeprefix("ب").removeprefix("ف"),
            *(t.word for t in self._tokens[i + 1 : end]),
        ]
        number = ordinal(words)
        if number is None:
            return None
        # Only articles are counted as "the thirtieth after the hundredth".
        article = _AFTER in words[: number[1]]
        # Ages and terms of office are written so: "the twenty-first year of age".
        small = number[0] <= _SMALL_ORDINAL
        return self._reading(
            i, i + number[1], Decimal(number[0]), grammatical=small and not article
        )

    def _fraction(self, i: int) -> NumberRead | None:
        """نصف، ثلث، ثلثيها، ثلاثة أرباع."""
        if (count := self._find(i, UNITS, first=True)) and (parts := self._plural_fraction(i + 1)):
            return self._of_scale(i, i + 2, ratio(count.value, parts.value))
        if _NO_SHARE.match(self._text, self._tokens[i].end):
            return None
        word = self._tokens[i].word
        for plain in (word, *(word.removesuffix(p) for p in PRONOUNS if word.endswith(p))):
            if _part(plain, TWO_THIRDS):
                return self._of_scale(i, i + 1, ratio(2, 3))
            share = _part(plain, FRACTIONS)
            if share:
                return self._of_scale(i, i + 1, ratio(1, share.value))
        return None

    def _of_scale(self, i: int, end: int, share: Decimal) -> NumberRead:
        """A fraction, or what it is of a scale: نصف مليون."""
        scale = self._find(end, SCALES)
        if scale is None or scale.joined:
            return self._reading(i, end, share)
        return self._reading(i, end + 1, times(share, scale.value))

    def _plural_fraction(self, i: int) -> _Part | None:
        word = self._word(i)
        bare = (word, *(word.removesuffix(p) for p in PRONOUNS if word.endswith(p)))
        return next((part for plain in bare if (part := _part(plain, PLURAL_FRACTIONS))), None)

    def _number(self, i: int) -> NumberRead | None:
        value, end = self._cardinal(i, 10**15, first=True)
        if value is None or (self._word(end) == _AFTER and self._is_definite(i)):
            return None
        if end == i + 1 and self._tokens[i].number is not None:
            return None  # digits alone are read with the rest of the digits
        if more := self._more(i, end, value):
            return more
        if end > i + 1:
            return self._reading(i, end, value)
        word = self._tokens[i].word
        if value == 1:
            before = self._tokens[i - 1].word if i > 0 else ""
            # "Once" is no count in the other languages either.
            counted = before in SINGULARS and before != _ONCE and not before.startswith(_DEFINITE)
            return self._reading(
                i, end, value, grammatical=not (self._word(i) and counted and "واحد" in word)
            )
        if value == 2 and self._is_definite(i):  # Monday, or "the two"
            return self._reading(i, end, value, grammatical=True)
        if word.endswith("الفا"):  # "a thousand" in one case, "two thousand of" in another
            return self._reading(i, end, Decimal(2000), Decimal(1000))
        if word.removeprefix("و").removeprefix("ال") in {"خمس", "عشر"}:
            return self._reading(i, end, value, ratio(1, value))
        return self._reading(i, end, value)

    def _is_rate(self, i: int) -> bool:
        """Whether a definite noun says how often: "in the week", but not "in the third week"."""
        before = self._tokens[i - 1].word if i and self._word(i) else ""
        if not self._is_definite(i):
            return _part(before, FRACTIONS) is None  # half a year is not one
        after = self._word(i + 1)
        return before == "في" and (not after.startswith("ال") or after.endswith(_ONE))

    def _more(self, i: int, end: int, value: Decimal) -> NumberRead | None:
        """A number that goes on with a share: واحد ونصف، مليونين ونصف مليون، ثلاث سنوات ونصف."""
        share = self._and_share(end)
        scale = self._find(end + 1, SCALES) if share else None
        if share and scale and not scale.joined:
            return self._reading(i, end + 2, plus(value, times(share, scale.value)))
        own = _part(self._tokens[end - 1].word, _ONE_OF_SCALES)
        named = self._word(end + 1).startswith("ال")
        if share := self._and_share(end) if own and not named else self._share_behind(end):
            return self._reading(i, end + 1, plus(value, times(share, own.value if own else 1)))
        if self._word(end).isalpha() and (share := self._share_behind(end + 1)):
            return self._reading(i, end, plus(value, share))[0], end + 2
        return None

    def _and_share(self, i: int) -> Decimal:
        """The half of "and half", else nothing."""
        part = self._find(i, FRACTIONS)
        counts = part is not None and part.joined and not self._is_definite(i)
        return ratio(1, part.value) if part and counts else Decimal(0)

    def _share_behind(self, i: int) -> Decimal:
        """The same, unless it is half of something that is named behind it."""
        after = self._word(i + 1)
        is_free = not after or after in BEHIND_HALF or after.removeprefix("ال") in SINGULARS
        return self._and_share(i) if is_free else Decimal(0)

    def _cardinal(self, i: int, limit: int, *, first: bool) -> tuple[Decimal | None, int]:
        """A cardinal below a limit: groups below a thousand, scales falling, joined by "and"."""
        total: Decimal | None = None
        while i < len(self._tokens):
            scaled = self._scaled(i, first=first)
            if scaled is None:
                break
            value, scale, end, joined = scaled
            if scale >= limit or (total is not None and not joined):
                break
            total = value if total is None else plus(total, value)
            i, limit, first = end, scale, False
            if scale == 1:
                break
        return total, i

    def _scaled(self, i: int, *, first: bool) -> tuple[Decimal, int, int, bool] | None:
        """A group and its scale: value, scale, the token behind it, joined by "and"."""
        for table, factor in ((DUAL_SCALES, 2), (SCALES, 1)):
            part = self._find(i, table, first=first)
            # "Millions of", "thousands" are no numbers.
            if part and not self._tokens[i].word.endswith(_PLURALS):
                return Decimal(part.value), part.value // factor, i + 1, part.joined
        token = self._tokens[i]
        if token.number is not None:
            if not (first or (token.joined and self._is_near(i))):
                return None
            value, end, joined = token.number, i + 1, token.joined
        else:
            group = self._group(i, first=first)
            if group is None:
                return None
            value, end, joined = Decimal(group[0]), group[1], group[2]
        scale = self._find(end, SCALES) or self._scale_behind_bracket(end)
        if scale and not scale.joined:
            return times(value, scale.value), scale.value, end + 1, joined
        return value, 1, end, joined

    def _scale_behind_bracket(self, i: int) -> _Part | None:
        """The million of "(twenty-five) million", as laws write it."""
        if i >= len(self._tokens) or self._tokens[i - 1].number is not None:
            return None
        gap = self._text[self._tokens[i - 1].end : self._tokens[i].start]
        return _part(self._tokens[i].word, SCALES) if gap.strip() == ")" else None

    def _group(self, i: int, *, first: bool) -> tuple[int, int, bool] | None:
        """A number below a thousand: value, the token behind it, joined by "and"."""
        hundred = self._find(i, HUNDREDS, first=first)
        end = i + 1
        if hundred is None:
            unit = self._find(i, UNITS, first=first)
            apart = self._find(i + 1, {"مايه": 100, "ميه": 100, "ميات": 100}) if unit else None
            if unit and apart and not apart.joined and unit.value > 2:
                hundred, end = _Part(unit.value * 100, unit.joined), i + 2
        if hundred is None:
            return self._below_hundred(i, first=first)
        rest = self._below_hundred(end, first=False) if end < len(self._tokens) else None
        if rest and rest[2]:
            return hundred.value + rest[0], rest[1], hundred.joined
        return hundred.value, end, hundred.joined

    def _below_hundred(self, i: int, *, first: bool) -> tuple[int, int, bool] | None:
        if unit := self._find(i, UNITS, first=first):
            ten = self._find(i + 1, TEN)
            if ten and not ten.joined and not self._tokens[i].word.endswith(_ONE):
                return unit.value + 10, i + 2, unit.joined
            tens = self._find(i + 1, TENS)
            if tens and tens.joined:
                return unit.value + tens.value, i + 2, unit.joined
            return unit.value, i + 1, unit.joined
        alone = self._find(i, TENS, first=first) or self._find(i, TEN, first=first)
        return (alone.value, i + 1, alone.joined) if alone else None

    def _counted(self, i: int) -> NumberRead | None:
        """Duals of counted nouns, and a counted noun alone, which may mean one."""
        word = self._tokens[i].word
        share = self._share_behind(i + 1)
        behind = i + 2 if share else i + 1
        if _part(word, DUALS):
            return self._reading(i, i + 1, plus(Decimal(2), share))[0], behind
        if _is_single(word) and self._is_rate(i):
            value = plus(Decimal(1), share)
            return self._reading(i, i + 1, value, grammatical=not share)[0], behind
        if _DOUBLE.fullmatch(word):
            return self._reading(i, i + 1, Decimal(2), grammatical=True)
        if word in HALVES and not self._find(i + 1, _SHARES):
            return self._reading(i, i + 1, Decimal("0.5"), grammatical=True)
        if _MAYBE_DUAL.fullmatch(word):
            return self._reading(i, i + 1, Decimal(2), grammatical=True)
        return None


NUMBERS: Final = Numbers(
    read=read_arabic,
    # "In the hundred".
    percent=r"(?<!\p{L})(?:في\s?ال|بال)(?:مايه|ميه)(?!\p{L})",
    per_mille=r"(?<!\p{L})(?:في\s?ال|بال)الف(?!\p{L})",
    to="الي",
    between="بين",
    joined="و|او",
    scales=SCALES,
    rates=RATES,
)
