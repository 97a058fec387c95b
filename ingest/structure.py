"""The structure of a document: its headings and articles, and the text below each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.language.lexicon import LEXICON, alternatives
from ingest.readers.source import CELL

# Lines that are headings wherever they stand: (pattern, level).
_DIVISIONS: Sequence[tuple[regex.Pattern[str], int]] = tuple(
    (regex.compile(pattern, regex.IGNORECASE), level)
    for words in LEXICON.values()
    for pattern, level in words.places.divisions
)
_ARTICLE_LOCATORS = tuple(regex.compile(words.places.locator) for words in LEXICON.values())
_ADDENDA = tuple(words.places.addenda for words in LEXICON.values() if words.places.addenda)
# A new unit of text at the start of a line: ①, 1., 가., (a), •, -.
_ITEM = regex.compile(
    rf"\s*(?:[①-⑳]|\(?(?:\p{{Nd}}{{1,3}}|{alternatives(lambda words: words.letters.list_marks)}"
    r"|\p{Latin}|[ivx]{1,5})[.)\-–]\s|[-•*–]\s)"
)
_COMMENT = regex.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", regex.DOTALL | regex.IGNORECASE)
_TAG = regex.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|figure|figcaption"
    r"|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|picture|pre|q|s|section|small|source|span"
    r"|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|video)\b[^<>]*>",
    regex.IGNORECASE,
)
_SENTENCE_END = regex.compile(r"[.!?:;؟؛。]['\"”’)\]]*\s*$")


@dataclass(frozen=True)
class Block:
    """A heading (``level`` is set: 1 is outermost) or a paragraph, list item or table row."""

    text: str
    level: int | None = None
    page: int | None = None


@dataclass
class Section:
    """What stands between one heading and the next.

    Attributes:
        headings: The chain of headings above the text, the outermost first.
        paragraphs: Its paragraphs, list items and table rows, in order.
    """

    headings: tuple[str, ...]
    paragraphs: list[Block] = field(default_factory=list)


def sections(blocks: Sequence[Block]) -> list[Section]:
    """Group blocks below their headings. Headings without text of their own give no section."""
    chain: list[Block] = []
    found = [Section(())]
    for block in blocks:
        for part in _divide(block):
            if part.level is None:
                found[-1].paragraphs.append(part)
                continue
            chain = [h for h in chain if (h.level or 0) < part.level] + [part]
            found.append(Section(tuple(h.text for h in chain)))
    return [section for section in found if section.paragraphs]


def _divide(block: Block) -> Iterator[Block]:
    """A paragraph that is, or begins with, the heading of a statute's part, as a heading."""
    if block.level is not None:
        yield block
        return
    for pattern, level in _DIVISIONS:
        if match := pattern.match(block.text):
            groups = match.groupdict()
            yield Block((groups.get("head") or block.text).strip(), level, block.page)
            if rest := (groups.get("rest") or "").strip():
                yield Block(rest, None, block.page)
            return
    yield block


def locator(headings: Sequence[str]) -> str:
    """Where a passage stands, as its readers cite it.

    The innermost heading that names an article gives ``제15조의2``, ``المادة الثالثة`` or
    ``Article 15``; without one, the path of the two innermost headings.
    """
    for heading in reversed(headings):
        for pattern in _ARTICLE_LOCATORS:
            if match := pattern.match(heading):
                place = " ".join(match[0].replace("(", " ").split())
                return " ".join([*_addenda(headings), place])
    return " › ".join(headings[-2:])


def is_addendum(headings: Sequence[str]) -> bool:
    """Whether a passage stands in a Korean act's addenda, which number their articles anew."""
    return bool(_addenda(headings))


def _addenda(headings: Sequence[str]) -> list[str]:
    """How an act calls the addenda that a passage stands in; empty where it stands in none."""
    return [name for name in _ADDENDA if any(heading.startswith(name) for heading in headings)]


def markdown_blocks(text: str) -> list[Block]:
    """Blocks of a Markdown text, without its markup."""
    # Statutes indent their items by two to four spaces, which is no code there.
    parser = MarkdownIt("commonmark").enable("table").disable("code")
    tokens = parser.parse(text)
    blocks: list[Block] = []
    marker = ""
    row: list[str] = []
    for i, token in enumerate(tokens):
        match token.type:
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else "- "
            case "tr_open":
                row = []
            case "tr_close":
                blocks.append(Block(" | ".join(cell for cell in row if cell)))
            case "html_block":
                blocks += _lines(_without_tags(token.content))
            case "fence":
                blocks.append(Block(token.content.strip()))
            case "inline":
                opener = tokens[i - 1]
                content = _plain(token)
                if opener.type in {"th_open", "td_open"}:
                    row.append(content)
                elif opener.type == "heading_open":
                    blocks.append(Block(content, int(opener.tag[1])))
                else:
                    # "- (a) …": the item has a mark of its own.
                    blocks += _lines(content if _ITEM.match(content) else marker + content)
                    marker = ""
    return [block for block in blocks if block.text.strip()]


def _plain(inline: Token) -> str:
    parts = []
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append(_without_tags(child.content))
            case "image":
                parts.append(child.content)
    return unescape("".join(parts)).strip()


def _without_tags(html: str) -> str:
    """The text of HTML inside Markdown. What only looks like a tag (<Annex>) is text."""
    without = _COMMENT.sub("", html)
    return str(_TAG.sub(" " if "\n" in html else "", without)).strip("\n")


def _lines(paragraph: str) -> list[Block]:
    """One block for each item of a paragraph whose lines are items of a list."""
    blocks: list[str] = []
    for line in filter(str.strip, paragraph.split("\n")):
        if blocks and not _ITEM.match(line) and not _SENTENCE_END.search(blocks[-1]):
            blocks[-1] += f" {line.strip()}"
        else:
            blocks.append(line.strip())
    return [Block(text) for text in blocks]


def plain_blocks(text: str, page_starts: Sequence[int] = ()) -> list[Block]:
    """Blocks of a plain text: lines that were wrapped are joined again.

    Args:
        text: The text.
        page_starts: Offsets at which its pages begin, where it has pages.
    """
    blocks: list[Block] = []
    offset = 0
    fresh = True
    for line in text.split("\n"):
        page = bisect_right(page_starts, offset) or None
        offset += len(line) + 1
        stripped = line.strip()
        if not stripped:
            fresh = True
            continue
        begins = fresh or _begins_block(stripped, blocks[-1].text)
        if begins:
            blocks.append(Block(stripped, None, page))
        else:
            blocks[-1] = Block(f"{blocks[-1].text} {stripped}", None, blocks[-1].page)
        fresh = False
    return blocks


def _begins_block(line: str, previous: str) -> bool:
    if _ITEM.match(line) or _SENTENCE_END.search(previous):
        return True
    if CELL in line or CELL in previous:
        return True
    return any(p.match(line) or p.match(previous) for p, _ in _DIVISIONS)
