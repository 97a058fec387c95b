"""Number formats of spreadsheets (ECMA-376, 18.8.31): a number as the sheet shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

import regex

#: Formats that files name by number only, as far as every language of Excel agrees on them.
BUILT_IN: Final[Mapping[int, str]] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
# What a format is made of: quoted and escaped text, brackets, padding, and the rest.
_TOKEN = regex.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_.|\*.'
    r"|(?P<general>(?i:General))|(?P<noon>AM/PM|A/P)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+)"
    r"|(?P<exponent>[eE][+-])|(?P<digits>[0#?][0#?,.]*|\.[0#?]+)|(?P<sign>.)",
    regex.S,
)
_ELAPSED = regex.compile(r"[hms]+", regex.I)
_CONDITION = regex.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)$")
_CURRENCY = regex.compile(r"\$(?P<sign>[^-]*)")
# Sheets know no time zones.
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
#: Excel shows no more digits of a number.
_DIGITS = 15
_TESTS: Final = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__,
    "=": float.__eq__, "<>": float.__ne__,
}  # fmt: skip

_Token = tuple[str, str]


def shown(number: float, code: str, *, since_1904: bool = False) -> str:
    """A number as a sheet shows it.

    Days are given in full and as ISO 8601 where the format puts numbers alone in another order:
    nobody can tell whether 03/04/2026 is in March. Formats that cannot be read, and fractions,
    give the number itself.

    Args:
        number: The number that is stored.
        code: The format: ``0.0%``, ``"€"#,##0.00``, ``yyyy-mm-dd``.
        since_1904: Whether days are counted from 1904.
    """
    if code.casefold() == "general":
        return general(number)
    tokens, magnitude = _section(code, number)
    kinds = _kinds(tokens)
    if kinds & {"date", "elapsed"}:
        return _day(number, tokens, since_1904)
    if "digits" in kinds and ("sign", "/") not in tokens:
        return _number(magnitude, tokens)
    if "digits" not in kinds and "general" not in kinds and kinds & {"text", "sign"}:
        literal = "".join(text for kind, text in tokens if kind == "text")
        if ("sign", "@") not in tokens:
            return literal.strip()
    return "".join(
        general(magnitude) if kind in {"general", "digits"} else text
        for kind, text in (tokens if "general" in kinds else [("general", "")])
        if kind in {"general", "text"}
    ).strip()


def general(number: float) -> str:
    """A number without a format."""
    if number.is_integer() and abs(number) < 10**_DIGITS:
        return str(int(number))
    return f"{number:.{_DIGITS}g}"


@lru_cache(maxsize=512)
def _kinds(tokens: tuple[_Token, ...]) -> frozenset[str]:
    return frozenset(kind for kind, _ in tokens)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[_Token, ...], ...]:
    """The sections of a format, for positive and negative numbers, zero and text."""
    found: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if kind == "sign" and text == ";":
            found.append([])
        elif kind in {"quoted", "escaped"}:
            found[-1].append(("text", text))
        elif kind == "bracket":
            found[-1] += _of_brackets(text)
        elif kind == "sign" and text not in "%@/":
            found[-1].append(("text", text))
        elif kind:
            found[-1].append((kind, text))
    return tuple(tuple(section) for section in found)


def _of_brackets(text: str) -> list[_Token]:
    if _ELAPSED.fullmatch(text):
        return [("elapsed", text.lower())]
    if _CONDITION.match(text):
        return [("condition", text)]
    currency = _CURRENCY.match(text)
    return [("text", currency["sign"])] if currency else []  # else a colour or a locale


def _section(code: str, number: float) -> tuple[tuple[_Token, ...], float]:
    """The section for a number, and the number as that section shows it."""
    sections = _sections(code)[:3]
    if len(sections) == 1 and "condition" not in _kinds(sections[0]):
        return sections[0], number
    conditions = [next((t for k, t in s if k == "condition"), None) for s in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            match = _CONDITION.match(condition) if condition else None
            if match is None or _TESTS[match[1]](number, float(match[2])):
                return section, number
        return sections[-1], number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


@dataclass(frozen=True)
class _Plan:
    """How numbers of one section of a format are written."""

    before: str
    behind: str
    exponent: bool
    grouped: bool
    scale: int  # powers of ten
    places: int  # behind the point, at most
    needed: int  # behind the point, at least
    zeros: int  # before the point, at least


@lru_cache(maxsize=512)
def _plan(tokens: tuple[_Token, ...]) -> _Plan:
    digits = [i for i, (kind, _) in enumerate(tokens) if kind == "digits"]
    pattern = "".join(tokens[i][1] for i in digits)
    percents = sum(token == ("sign", "%") for token in tokens)
    # Commas behind the last digit divide by a thousand each.
    thousands = len(pattern) - len(pattern.rstrip(","))
    whole, _, fraction = pattern.rstrip(",").partition(".")

    def said(part: tuple[_Token, ...]) -> str:
        return "".join(t for kind, t in part if kind == "text" or (kind, t) == ("sign", "%"))

    return _Plan(
        before=said(tokens[: digits[0]]).lstrip(),
        behind=said(tokens[digits[0] :]).rstrip(),
        exponent=any(kind == "exponent" for kind, _ in tokens),
        grouped="," in whole,
        scale=2 * percents - 3 * thousands,
        places=sum(c in "0#?" for c in fraction),
        needed=fraction.rstrip("#?").count("0"),
        zeros=whole.count("0"),
    )


def _number(number: float, tokens: tuple[_Token, ...]) -> str:
    plan = _plan(tokens)
    try:
        value = Decimal(repr(number)).scaleb(plan.scale)
        if plan.exponent:
            first = next(text for kind, text in tokens if kind == "digits")
            return f"{plan.before}{value:.{_decimals(first)}E}{plan.behind}"
        rounded = value.quantize(Decimal(1).scaleb(-plan.places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return general(number)
    text = f"{abs(rounded):{',' if plan.grouped else ''}.{plan.places}f}"
    whole, point, fraction = text.partition(".")
    while len(fraction) > plan.needed and fraction.endswith("0"):
        fraction = fraction[:-1]
    minus = "-" if rounded < 0 else ""
    whole = whole.rjust(plan.zeros, "0") + (point + fraction if fraction else "")
    return f"{minus}{plan.before}{whole}{plan.behind}"


def _decimals(pattern: str) -> int:
    return sum(c in "0#?" for c in pattern.partition(".")[2])


def _day(number: float, tokens: tuple[_Token, ...], since_1904: bool) -> str:
    try:
        # Seconds are as fine as sheets show; floats are a little off them.
        seconds = timedelta(seconds=round(number * 86_400))
        moment = (_EPOCH_1904 if since_1904 else _EPOCH) + seconds
    except (OverflowError, ValueError):
        return general(number)
    parts = _with_minutes(tokens)
    letters = "".join(text[0] for kind, text in parts if kind == "date")
    if {"y", "m", "d"} <= set(letters) and not _is_clear(parts, letters):
        clock = moment.isoformat(sep=" ", timespec="minutes")
        return clock if set(letters) & {"h", "n", "s"} else clock[:10]
    noon = any(kind == "noon" for kind, _ in parts)
    return "".join(_of_moment(kind, text, moment, seconds, noon) for kind, text in parts).strip()


def _with_minutes(tokens: tuple[_Token, ...]) -> list[_Token]:
    """The tokens, in small letters; an ``m`` beside hours or seconds is of minutes: ``n``."""
    parts = [(kind, text.lower() if kind == "date" else text) for kind, text in tokens]
    timed = [i for i, (kind, _) in enumerate(parts) if kind in {"date", "elapsed"}]
    for before, at, after in zip([None, *timed], timed, [*timed[1:], None], strict=False):
        kind, text = parts[at]
        follows_hours = before is not None and parts[before][1][0] == "h"
        precedes_seconds = after is not None and parts[after][1][0] == "s"
        if kind == "date" and text in {"m", "mm"} and (follows_hours or precedes_seconds):
            parts[at] = (kind, "n" * len(text))
    return parts


def _is_clear(parts: list[_Token], letters: str) -> bool:
    """Whether a day cannot be taken for another one: the year comes first, or its parts have
    names (``3월``, ``March``)."""
    named = any(kind == "text" and regex.search(r"\p{L}", text) for kind, text in parts)
    month = any(kind == "date" and text.startswith("mmm") for kind, text in parts)
    return letters.startswith("y") or named or month


def _of_moment(kind: str, text: str, moment: datetime, since: timedelta, noon: bool) -> str:
    if kind == "elapsed":
        total = int(since.total_seconds())
        worth = {"h": 3600, "m": 60, "s": 1}[text[0]]
        return str(total // worth).zfill(len(text))
    if kind == "noon":
        return "AM" if moment.hour < 12 else "PM"
    if kind != "date":
        return text if kind in {"text", "sign"} else ""
    hour = (moment.hour % 12 or 12) if noon else moment.hour
    numbers = {"d": moment.day, "m": moment.month, "h": hour, "n": moment.minute}
    match text[0], len(text):
        case "y", length:
            return f"{moment.year:04}" if length > 2 else f"{moment.year % 100:02}"
        case "m", length if length > 2:
            name = _MONTHS[moment.month - 1]
            return name if length == 4 else name[:1] if length == 5 else name[:3]
        case "d", length if length > 2:
            name = _DAYS[moment.weekday()]
            return name if length > 3 else name[:3]
        case "s", length:
            return str(moment.second).zfill(length)
        case letter, length:
            return str(numbers[letter]).zfill(min(length, 2))
