"""Bounds that a text puts on its numbers: "at least 3.0", "3.0점 이상", "لا يقل عن ٣"."""

from __future__ import annotations

from typing import Literal

import regex

from assistant.language import numbers_in

Bound = Literal["least", "most", "over", "under"]

# (pattern, bound); words that stand before a number and words that stand after it. Koreans say
# it after, Arabs before and after, English speakers mostly before.
_BEFORE: tuple[tuple[str, Bound], ...] = (
    (r"(?:at least|no(?:t)? (?:less|fewer|lower|earlier) than|a minimum of|minimum|from)", "least"),
    (r"(?:at most|no(?:t)? (?:more|later|longer|higher|greater) than|not exceed(?:ing)?|up to"
     r"|a maximum of|maximum|within"
     r"|(?:not|never|cannot)(?: \w+){1,3} (?:more|longer|later|greater|over) than?)", "most"),
    (r"(?:more than|over|above|exceed(?:s|ing)?|longer than|greater than)", "over"),
    (r"(?:less than|fewer than|under|below|shorter than)", "under"),
    (r"(?:(?:لا|ولا|ألا|ألّا|الا) (?:ي|ت)قل\p{L}*(?: \p{L}+){0,2} عن|بحد أدنى|الحد الأدنى"
     r"|على الأقل)", "least"),
    (r"(?:(?:لا|ولا|ألا|ألّا|الا)(?: يجوز أن| يمكن أن)? (?:ي|ت)(?:زيد|تجاوز|جاوز)\p{L}*"
     r"(?:(?: \p{L}+){0,2} (?:على|عن))?|بحد أقصى|الحد الأقصى"
     r"|خلال|في غضون|حتى)", "most"),
    (r"(?:(?:أكثر|أعلى|أطول|أكبر) من|(?:ي|ت)(?:زيد|تجاوز)\p{L}*(?: على| عن)?|تزيد على)", "over"),
    (r"(?:(?:أقل|أدنى|أقصر|أصغر) من|(?:ي|ت)قل\p{L}* عن|دون)", "under"),
    (r"(?:최소|적어도)", "least"),
    (r"(?:최대|최장|최고)", "most"),
)  # fmt: skip
_AFTER: tuple[tuple[str, Bound], ...] = (
    (r"(?:이상|or (?:more|above|higher|longer|later)|at (?:the )?least|على الأقل|فأكثر|فما فوق)",
     "least"),
    (r"(?:이하|이내|까지|안에|or (?:less|fewer|below|lower)|at (?:the )?most|على الأكثر|كحد أقصى"
     r"|فأقل|فما دون)", "most"),
    # "30일을 초과할 수 없다": not more than.
    (r"(?:초과|넘)[^\p{Nd}.,]{0,12}?(?:없|못|아니|않|안)", "most"),
    (r"(?:초과|넘)", "over"),
    (r"(?:미만)", "under"),
)  # fmt: skip
# The end of a scale: "3.0 out of 4.3", "4.3점 만점에 3.0점", "٣٫٠ من ٤٫٣", "3.0/4.3".
_SCALE_BEFORE = regex.compile(
    r"(?:\bout of (?:a (?:possible |maximum (?:of )?)?)?|\p{Nd}\s?(?:من(?: أصل)?\s|/\s?))$", regex.I
)
_SCALE_AFTER = regex.compile(r"\s?점?\s?만점")
_NUMBER = regex.compile(r"\p{Nd}[\p{Nd},.٬٫]*")
#: How far from its number a bound may stand, in characters, with no other number between.
_REACH = 36
_REACH_AFTER = 20


def bounds_in(text: str) -> dict[str, set[Bound]]:
    """The bounds that a text puts on each number that it writes in digits.

    Returns:
        Numbers in the form of `numbers_in`, each with its bounds; an empty set where it is
        stated without one at least once.
    """
    found: dict[str, set[Bound]] = {}
    spans = _number_spans(text)
    for i, (start, end) in enumerate(spans):
        left = text[max(0, start - _REACH, spans[i - 1][1] if i else 0) : start]
        right = text[
            end : min(end + _REACH_AFTER, spans[i + 1][0] if i + 1 < len(spans) else len(text))
        ]
        for number in numbers_in(text[start:end]):
            found.setdefault(number, set()).update(_bounds(left, right))
    return found


def scales_in(text: str) -> dict[str, set[bool]]:
    """For each number that a text writes in digits, in the form of `numbers_in`: whether it is
    the end of a scale ("3.0 out of 4.3"), or both where it stands for both."""
    found: dict[str, set[bool]] = {}
    for start, end in _number_spans(text):
        scale = _SCALE_BEFORE.search(text[:start]) or _SCALE_AFTER.match(text[end:])
        for number in numbers_in(text[start:end]):
            found.setdefault(number, set()).add(scale is not None)
    return found


def _number_spans(text: str) -> list[tuple[int, int]]:
    """Where the numbers in digits stand, without the punctuation after them."""
    return [(m.start(), m.start() + len(m[0].rstrip(",.٬٫"))) for m in _NUMBER.finditer(text)]


def _bounds(left: str, right: str) -> set[Bound]:
    # The first that matches counts: "not more than" has "more than" in it.
    for pattern, bound in _BEFORE:
        if regex.search(pattern + r"[^\p{Nd}.;؛]*$", left, regex.I):
            return {bound}
    for pattern, bound in _AFTER:
        if regex.match(r"[^\p{Nd}.,;،؛]*?" + pattern, right, regex.I):
            return {bound}
    return set()
