"""Which lines are headings of a statute's parts, articles and annexes, and which refer to them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import regex

from assistant.language import article_of
from assistant.language.document_words import Division
from assistant.language.folding import FoldedText, fold
from assistant.language.lexicon import LEXICON


@dataclass(frozen=True)
class Block:
    """A heading (``level`` is set: 1 is outermost) or a paragraph, list item or table row.

    Attributes:
        text: Its words.
        level: Of a heading.
        page: Where it begins, from 1, in a document with pages.
        page_breaks: Where in the text further pages begin: offset and page of each.
        said: What stands behind the mark of a heading on its line: its title, and its text where
            no other text follows.
        row: Whether it is a row of a table.
        header: The first row of its table, of every other row.
    """

    text: str
    level: int | None = None
    page: int | None = None
    said: str = ""
    row: bool = False
    header: str = ""
    page_breaks: tuple[tuple[int, int], ...] = ()


class _Kind(NamedTuple):
    division: Division
    mark: regex.Pattern[str]
    referring: regex.Pattern[str]


_KINDS: Final = tuple(
    _Kind(
        division,
        regex.compile(division.mark, regex.IGNORECASE),
        regex.compile(words.places.referring, regex.IGNORECASE),
    )
    for words in LEXICON.values()
    for division in words.places.divisions
)
# A title in brackets of any kind and width.
_BRACKETED: Final = regex.compile(
    r"(?:\s?(?:\([^()\n]{1,80}\)|【[^【】\n]{1,80}】|\[[^\[\]\n]{1,80}\]|〔[^〔〕\n]{1,80}〕"
    r"|〈[^〈〉\n]{1,80}〉|「[^「」\n]{1,80}」|『[^『』\n]{1,80}』|<[^<>\n]{1,80}>)){1,3}"
)
_CLOSING: Final = dict(zip("(【[〔〈「『<", ")】]〕〉」』>", strict=True))
_OPENED: Final = regex.compile(rf"\s?([{regex.escape(''.join(_CLOSING))}])(.{{1,80}})$")
_SEPARATOR: Final = regex.compile(r"\s?[:.–—-]+(?:\s|$)|\s?:")
_NOTHING: Final = regex.compile(r"[\s.:]*$")
#: A title is no longer, and no sentence.
_LONGEST_TITLE: Final = 80
#: So few words are a title with a full stop: "Section 1 – Definitions."
_TITLE_WORDS: Final = 2
_SENTENCE: Final = regex.compile(r"[.!?؟。;؛]['\"”’)\]]*\s*$|[.!?؟。]\s+\S")
# Vowel marks and tatweel, with which headings are decorated.
_DECORATION: Final = regex.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
#: Signs that are put before headings.
_ORNAMENT: Final = regex.compile(r"^[■□▣▤◆◇●○◎▶▷►▪▫★☆※❑❒✔✓]\s*(?=\S)")
_BRACKET: Final = regex.compile(r"[()\[\]<>〔〕【】]")


def is_open(line: str, following: str) -> bool:
    """Whether a line is a heading whose title in brackets ends on the following line."""
    folded = fold(line).text
    for kind in _KINDS:
        if (match := kind.mark.match(folded)) and (opened := _OPENED.match(folded, match.end())):
            closing = _CLOSING[opened[1]]
            return closing not in opened[2] and closing in following[:_LONGEST_TITLE]
    return False


class HeadingReader:
    """Reads the lines of one document from the first to the last.

    A line that begins with "Article 7" may be a heading, or a sentence that refers to Article 7
    and was wrapped there. What follows the number tells most of them apart; within a paragraph a
    heading must also have the number that comes next.
    """

    def __init__(self) -> None:
        self._last: int | None = None

    def read(self, line: str, page: int | None, fresh: bool) -> list[Block]:
        """The heading that a line is, and the text behind it; empty where it is none.

        Args:
            line: A line or a paragraph without white space around it.
            page: Where it stands.
            fresh: Whether a paragraph may begin here.
        """
        line = _ORNAMENT.sub("", line)
        folded = fold(line)
        for kind in _KINDS:
            if match := kind.mark.match(folded.text):
                return self._heading(line, folded, match.end(), kind, page, fresh)
        return []

    def _heading(
        self, line: str, folded: FoldedText, end: int, kind: _Kind, page: int | None, fresh: bool
    ) -> list[Block]:
        rest = folded.text[end:]
        bracketed = _BRACKETED.match(rest)
        titled = bracketed.end() if bracketed else 0
        if kind.referring.match(rest) or kind.referring.match(rest, titled):
            return []
        behind = rest[titled:]
        separated = _SEPARATOR.match(behind)
        if not (titled or separated or _NOTHING.match(behind) or behind[0].isspace()):
            return []  # "Article 5a", "제3조항"
        number = _number(folded.text[:end]) if kind.division.level == _ARTICLE else None
        if not fresh and not (self._is_next(number) and (titled or separated)):
            return []
        said = behind[separated.end() if separated else 0 :]
        is_title = _is_title(said.strip())
        if titled:
            is_title = False  # the title stands in the brackets
        elif not separated and not is_title and kind.division.level != _ARTICLE:
            return []  # a sentence that begins with "Part 2"
        self._count(kind.division, number)
        start = len(folded.text) - len(said.lstrip())
        words = line[folded.starts[start] :].strip() if said.strip() else ""
        head = line if is_title or not words else line[: folded.starts[start]].rstrip(" \t:–—-")
        heading = Block(head.strip(), kind.division.level, page, said=words if is_title else "")
        return [heading] if is_title or not words else [heading, Block(words, None, page)]

    def _is_next(self, number: int | None) -> bool:
        return number is not None and (self._last is None or 0 <= number - self._last <= 1)

    def _count(self, division: Division, number: int | None) -> None:
        if division.anew:
            self._last = 0
        elif number is not None:
            self._last = number


#: The level of articles.
_ARTICLE: Final = 40


def _is_title(said: str) -> bool:
    if len(said) > _LONGEST_TITLE:
        return False
    return not _SENTENCE.search(said) or len(said.split()) <= _TITLE_WORDS


def _number(mark: str) -> int | None:
    named = article_of(mark)
    return int(named.split("-")[0]) if named else None


def with_headings(blocks: Sequence[Block]) -> list[Block]:
    """Blocks, with paragraphs that are, or begin with, the heading of a part as headings. Rows of
    tables are none."""
    reader = HeadingReader()
    found: list[Block] = []
    for block in blocks:
        parts = [] if block.row or block.level else reader.read(block.text, block.page, fresh=True)
        found += parts or [block]
    return found


def locator(headings: Sequence[str]) -> str:
    """Where a passage stands, as its readers cite it.

    The innermost heading that names an article or an annex gives ``제15조의2``,
    ``المادة الثالثة`` or ``Annex I``, an article of an annex with the annex before it; without
    one, the path of the two innermost headings.
    """
    cited = list(_cited(headings))
    if not cited:
        return " › ".join(headings[-2:])
    *outer, (_, innermost) = cited
    names = [*(name for division, name in outer if division.anew), innermost]
    return " ".join(dict.fromkeys(names))


def is_addendum(headings: Sequence[str]) -> bool:
    """Whether a passage stands where articles are numbered anew: in an act's addenda, or in an
    annex."""
    return any(division.anew for division, _ in _cited(headings))


def _cited(headings: Sequence[str]) -> Iterator[tuple[Division, str]]:
    """The parts by which passages below some headings are cited, the outermost first."""
    for heading in headings:
        folded = fold(heading)
        for kind in _KINDS:
            if kind.division.cited and (match := kind.mark.match(folded.text)):
                span = folded.span(0, match.end())
                yield kind.division, kind.division.name or _plain(heading[: span.end])
                break


def _plain(mark: str) -> str:
    """A mark without decoration and brackets, in ordinary letters."""
    normal = _DECORATION.sub("", unicodedata.normalize("NFKC", mark))
    return " ".join(_BRACKET.sub(" ", normal).split())
