"""The numbers of paragraphs and of list items, which are no amounts."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.quantities import quantities_in
from assistant.language.sentences import Span

# All that may be one, since little is lost when an amount is taken for one: "(1)", "①", "3-".
_LIST_MARK: Final = regex.compile(
    r"(?m)^[\W\d]{0,4}?(?:\d{1,3}[.)\-–](?!\d)|\(\w{1,3}\))|[\u2460-\u24ff\u2776-\u2793]"
)
# What can be nothing else, since it is taken away: at the beginning of a line. A date or a range
# may stand there as well ("15. 3. 2024", "5 - 7 days"), and so may a word that begins with a number
# ("3-year"). What stands in brackets is left alone: Arabic laws write amounts so.
_LISTED: Final = regex.compile(
    r"^[^\S\n]*(?:"
    r"(?<number>\p{Nd}{1,2})[^\S\n]?(?:"
    r"[)）\]]|[.][^\S\n]*+(?!\p{Nd})|[-–—](?=\s)(?![^\S\n]*+[(（]?\p{Nd}))"
    r"|[①-⑳⑴-⒇⒈-⒛])[^\S\n]*(?=\S)",
    regex.MULTILINE,
)
#: Characters within which a date that begins behind a number ends.
_LONGEST_DATE: Final = 24


def list_marks_in(text: str) -> list[Span]:
    """Where what may be the number of a paragraph or of a list item stands in a text."""
    return [Span(*match.span()) for match in _LIST_MARK.finditer(text)]


def without_list_numbers(text: str) -> str:
    """A text without the numbers of list items at the beginning of its lines ("2. ", "3) ", "٦- ",
    "① "), which look like amounts to who is told to copy amounts."""

    def kept(found: regex.Match[str]) -> str:
        behind = text[found.start() : found.end() + _LONGEST_DATE]
        dates = [q for q in quantities_in(behind) if q.kind == "date"]
        in_a_date = found["number"] and any(q.span.start <= len(found[0]) for q in dates)
        # Behind half a sentence it is a part of it: "at most\n12. The chair …"
        *_, before = text[: found.start()].rstrip().rsplit("\n", 1)
        goes_on = before[-1:].isalpha() and not _LISTED.match(before)
        return str(found[0]) if in_a_date or goes_on else ""

    return str(_LISTED.sub(kept, text))
