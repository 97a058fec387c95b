"""The title of a document as it is printed on its first page: the largest text there."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

import regex

from ingest.readers.layout import Word, on_line

#: A title is at least this many times as high as the page's text, and lines of one title differ
#: by no more than this share.
_LARGER, _SAME = 1.15, 0.08
#: Lines and characters of a title at most.
_LINES, _LENGTH = 4, 200
_LETTER: Final = regex.compile(r"\p{L}")


def largest(words: Sequence[Word]) -> str | None:
    """The largest text of a page, if it is larger than the others and may be a title.

    Args:
        words: The words of the page in the order of its text.
    """
    lines = _lines(words)
    heights = [height for height, line in lines for _ in line]
    titles = [height for height, line in lines if len(_LETTER.findall(" ".join(line))) >= 2]
    if not titles:
        return None
    highest = max(titles)
    if len(lines) > 1 and highest < _LARGER * median(heights):
        return None
    same = [abs(height - highest) <= _SAME * highest for height, _ in lines]
    at = same.index(True)
    found: list[str] = []
    for is_same, (_, line) in zip(same[at:], lines[at:], strict=True):
        if not is_same:
            break
        found.append(" ".join(line))
    title = " ".join(found)
    return title if len(found) <= _LINES and len(title) <= _LENGTH else None


def _lines(words: Sequence[Word]) -> list[tuple[float, list[str]]]:
    """The lines of a text, each with the height of its words."""
    lines: list[list[Word]] = []
    for word in words:
        if lines and on_line(lines[-1][-1], word):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [(median(w.top - w.bottom for w in line), [w.text for w in line]) for line in lines]
