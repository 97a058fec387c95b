"""What pages carry besides their text: running heads and feet, page numbers, tables of contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from assistant.language.lexicon import alternatives

#: Lines at the top and at the bottom of a page that may be running heads and feet.
_EDGE = 3
_DIGITS = regex.compile(r"\p{Nd}+")
_PAGE_NUMBER = regex.compile(
    rf"[-–—|\s]*(?:{alternatives(lambda words: words.pages.before_number)})?\s*(\p{{Nd}}{{1,4}})"
    rf"\s*(?:{alternatives(lambda words: words.pages.after_number)})?"
    rf"\s*(?:(?:/|{alternatives(lambda words: words.pages.of_pages)})\s*\p{{Nd}}{{1,4}})?[-–—|\s]*",
    regex.IGNORECASE,
)
_LEADER = regex.compile(
    r"(?=.*\p{L}).{2,}?\s?(?:\.{4,}|…{2,}|[·‧・]{3,}|(?:[.·]\s){4,}|\s{6,})\s*\p{Nd}{1,4}\s*$"
)
_CONTENTS = regex.compile(
    rf"(?:{alternatives(lambda words: words.pages.contents)})\s*:?", regex.IGNORECASE
)
_DIVISION = regex.compile(
    rf"(?:{alternatives(lambda words: words.places.heads)})", regex.IGNORECASE
)


def without_furniture(pages: Sequence[str]) -> tuple[list[str], int]:
    """Pages without what is printed on every page and without tables of contents.

    A line at the edge of a page goes when it stands, but for its digits, at the edge of at
    least half of the pages (and of three), or when it is the number of its page. So a document
    of one or two pages keeps its heads.

    Returns:
        The pages, and how many lines were left out.
    """
    lines = [page.split("\n") for page in pages]
    edges = [_edge(page) for page in lines]
    seen = Counter(
        key for page, edge in zip(lines, edges, strict=True) for key in _keys(page, edge)
    )
    running = {key for key, n in seen.items() if n >= max(3, len(pages) / 2)}
    numbered = _page_numbers(lines, edges)
    kept, left_out = [], 0
    for number, (page, edge) in enumerate(zip(lines, edges, strict=True)):
        gone = {i for i in edge if _key(page[i]) in running or (number, i) in numbered} | _contents(
            page
        )
        left_out += len(gone)
        kept.append("\n".join(line for i, line in enumerate(page) if i not in gone))
    return kept, left_out


def _edge(lines: Sequence[str]) -> list[int]:
    """Indices of the first and last lines that have text."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    depth = min(_EDGE, max(1, len(filled) // 4))
    return filled if len(filled) <= 2 * depth else filled[:depth] + filled[-depth:]


def _key(line: str) -> str:
    """A line as it would stand on any page."""
    return _DIGITS.sub("#", " ".join(line.split()))


def _keys(lines: Sequence[str], edge: Sequence[int]) -> set[str]:
    # A heading such as "Article 3" may well begin many pages; a running head says more or less.
    return {key for i in edge if (key := _key(lines[i])) and not _is_division(lines[i])}


def _is_division(line: str) -> bool:
    return bool(_DIVISION.match(line.strip()))


def _page_numbers(
    lines: Sequence[Sequence[str]], edges: Sequence[Sequence[int]]
) -> set[tuple[int, int]]:
    """Places (page, line) of page numbers: numbers at an edge that count up with the pages."""
    found: dict[int, set[tuple[int, int]]] = {}
    for page, edge in enumerate(edges):
        for i in edge:
            if match := _PAGE_NUMBER.fullmatch(lines[page][i]):
                found.setdefault(int(match[1]) - page, set()).add((page, i))
    best = max(found.values(), key=len, default=set())
    return best if len({page for page, _ in best}) >= 2 else set()


def _contents(lines: Sequence[str]) -> set[int]:
    """Indices of the lines of tables of contents: three or more lines with leaders in a row."""
    gone: set[int] = set()
    run: list[int] = []
    for i, line in enumerate([*lines, "end"]):
        if _LEADER.match(line.strip()):
            run.append(i)
        elif line.strip():
            if len(run) >= 3:
                gone.update(run)
                title = run[0] - 1
                while title >= 0 and not lines[title].strip():
                    title -= 1
                if title >= 0 and _CONTENTS.fullmatch(lines[title].strip().strip("#").strip()):
                    gone.add(title)
            run = []
    return gone
