"""The article in a text that was copied from a web page with everything around it."""

from __future__ import annotations

import regex

from assistant.language.lexicon import alternatives

#: What begins the part below an article: links to others, comments, subscriptions.
_AFTER = regex.compile(
    rf"(?:{alternatives(lambda words: words.pages.after_article)})\s*:?", regex.IGNORECASE
)
#: Lines that belong to a page's controls, wherever they stand.
_CONTROL = regex.compile(
    rf"(?:{alternatives(lambda words: words.pages.controls)})", regex.IGNORECASE
)
_CONTENTS = regex.compile(
    rf"\P{{L}}{{0,3}}(?:{alternatives(lambda words: words.pages.web_contents)})\s*:?",
    regex.IGNORECASE,
)
_LIST_ITEM = regex.compile(r"\s*(?:\p{Nd}{1,3}[.)]|[•·*–-])\s+\S.{0,100}$")
_SENTENCE = regex.compile(r"\p{L}.{50,}[.!?。؟…\"”')]\s*$")
#: Who wrote an article and how long ago, between its headline and its first sentence.
_BYLINE = regex.compile(alternatives(lambda words: words.pages.byline))
#: Icon names in a row, reading times, votes: no article begins or ends so.
_ICONS = regex.compile(r"(?:[a-z]+(?:[-_][a-z]+)*\s+){12,}[a-z_-]+")
_BADGE = regex.compile(
    rf"(?:\P{{L}}*\b(?:{alternatives(lambda words: words.pages.badges)})\b.*|\P{{L}}{{1,8}}%?)",
    regex.I,
)
_VOTE = regex.compile(r"\p{L}{2,12}")


def main_text(text: str) -> tuple[str, int]:
    """The text without menus above it and links below it, and how many lines were left out.

    Only a text that shows such controls is touched: one that has none, such as a statute, stays
    as it is. What begins the part below an article ends it only where nearly no sentence follows.
    """
    lines = text.split("\n")
    signs = {line.strip() for line in lines if _is_sign(line.strip())}
    if not signs or (all(_CONTROL.fullmatch(sign) for sign in signs) and len(signs) < 3):
        return text, 0
    end = _end(lines)
    gone = set(range(end, len(lines))) | _contents(lines[:end]) | _repeated(lines[:end])
    begins = next((i for i, line in enumerate(lines[:end]) if _SENTENCE.search(line)), 0)
    for i, line in enumerate(lines[:end]):
        stripped = line.strip()
        if i < begins and _BYLINE.fullmatch(stripped):
            gone.add(i)
        if _CONTROL.fullmatch(stripped) or _ICONS.fullmatch(stripped) or _is_badge(stripped):
            gone.add(i)
    left_out = sum(1 for i in gone if lines[i].strip())
    return "\n".join(line for i, line in enumerate(lines) if i not in gone).strip("\n"), left_out


def _is_sign(line: str) -> bool:
    return bool(
        _CONTROL.fullmatch(line)
        or _AFTER.fullmatch(line)
        or _CONTENTS.fullmatch(line)
        or _ICONS.fullmatch(line)
    )


def _is_badge(line: str) -> bool:
    return len(line) < 80 and any(c in line for c in "📅👁⏱📁") and bool(_BADGE.search(line))


def _end(lines: list[str]) -> int:
    """Index of the line at which the article has ended."""
    sentences = [bool(_SENTENCE.search(line)) for line in lines]
    for i, line in enumerate(lines):
        ends = _AFTER.fullmatch(line.strip()) or _begins_vote(lines, i)
        if ends and sum(sentences[i:]) <= sum(sentences[:i]) / 4:
            return i
    return len(lines)


def _begins_vote(lines: list[str], i: int) -> bool:
    """Whether a box of reactions begins here: words, with percentages below each."""
    below = [line.strip() for line in lines[i : i + 6] if line.strip()]
    return bool(_VOTE.fullmatch(lines[i].strip())) and sum(map(_is_percentage, below)) >= 2


def _is_percentage(line: str) -> bool:
    return bool(regex.fullmatch(r"\p{Nd}{1,3}\s?%", line))


def _repeated(lines: list[str]) -> set[int]:
    """Headlines that come again, whole or cut off, before the article: all but the last."""
    gone: set[int] = set()
    for i, line in enumerate(lines):
        headline = line.strip().rstrip(".… ")
        following = [later.strip() for later in lines[i + 1 : i + 12]]
        if len(headline) > 20 and any(later.startswith(headline) for later in following):
            gone.add(i)
    return gone


def _contents(lines: list[str]) -> set[int]:
    """Lines of a table of contents: its title and the list items right below it."""
    gone: set[int] = set()
    for i, line in enumerate(lines):
        if not _CONTENTS.fullmatch(line.strip()):
            continue
        gone.add(i)
        for j in range(i + 1, len(lines)):
            if lines[j].strip() and not _LIST_ITEM.match(lines[j]):
                break
            gone.add(j)
    return gone
