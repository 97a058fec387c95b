"""The structure of a document: its headings and articles, and the text below each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.language.lexicon import alternatives
from ingest.headings import Block, HeadingReader, is_open, with_headings
from ingest.line_joins import LineJoiner
from ingest.readers.raised import raised
from ingest.readers.source import CELL, EMPTY

# A new unit of text at the start of a line: ①, 1., 가., (a), •, -.
_ITEM = regex.compile(
    rf"\s*(?:[①-⑳]|\(?(?:\p{{Nd}}{{1,3}}|{alternatives(lambda words: words.letters.list_marks)}"
    r"|\p{Latin}|[ivx]{1,5}|[IVX]{1,5})[.)\-–]\s|[-•*–]\s)"
)
_COMMENT = regex.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", regex.DOTALL | regex.IGNORECASE)
_TAG = regex.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|figure|figcaption"
    r"|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|picture|pre|q|s|section|small|source|span"
    r"|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|video)\b[^<>]*>",
    regex.IGNORECASE,
)
_SUPERSCRIPT = regex.compile(r"</?sup\b", regex.IGNORECASE)
_RAISED = regex.compile(r"<sup\b[^<>]*>([^<>]*)</sup>", regex.IGNORECASE)
_BREAK = regex.compile(r"<br\b[^<>]*>", regex.IGNORECASE)
_LOWER = regex.compile(r"\p{Ll}{2,}\s")
#: A title or a heading without a mark is no longer, and breaks off nowhere.
_LONGEST_LABEL = 40
_UNFINISHED = regex.compile(r"[,،、(·/&-]\s*$|[.!?:;؟؛。]['\"”’)\]]*\s*$")
_SENTENCE_END = regex.compile(r"[.!?:;؟؛。]['\"”’)\]]*\s*$")


@dataclass(frozen=True)
class Section:
    """What stands between one heading and the next.

    Attributes:
        headings: The chain of headings above the text, the outermost first.
        paragraphs: Its paragraphs, list items and table rows, in order.
    """

    headings: tuple[str, ...]
    paragraphs: list[Block] = field(default_factory=list)


def sections(blocks: Sequence[Block]) -> list[Section]:
    """Group blocks below their headings.

    A heading that has neither text nor headings below it is text itself: what stands on an
    article's line behind its number may be all that the article says.
    """
    chain: list[Block] = []
    found = [Section(())]
    for block in blocks:
        if block.level is None:
            found[-1].paragraphs.append(block)
            continue
        if chain and block.level <= (chain[-1].level or 0):
            _say_itself(found[-1], chain[-1])
        chain = [h for h in chain if (h.level or 0) < (block.level or 0)] + [block]
        found.append(Section(tuple(h.text for h in chain)))
    if chain:
        _say_itself(found[-1], chain[-1])
    return [section for section in found if section.paragraphs]


def _say_itself(section: Section, heading: Block) -> None:
    if not section.paragraphs:
        section.paragraphs.append(Block(heading.said or heading.text, None, heading.page))


def markdown_blocks(text: str) -> list[Block]:
    """Blocks of a Markdown text, without its markup."""
    # Statutes indent their items by two to four spaces, which is no code there.
    parser = MarkdownIt("commonmark").enable("table").disable("code")
    tokens = parser.parse(text)
    blocks: list[Block] = []
    marker = ""
    row: list[str] = []
    header = ""
    for i, token in enumerate(tokens):
        match token.type:
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else "- "
            case "table_open":
                header = ""
            case "tr_open":
                row = []
            case "tr_close":
                blocks += _row(row, header)
                if not header and any(row[1:]):
                    header = blocks[-1].text
            case "html_block":
                blocks += _lines(_without_tags(token.content))
            case "fence":
                blocks.append(Block(token.content.strip()))
            case "inline":
                opener = tokens[i - 1]
                content = _plain(token)
                if opener.type in {"th_open", "td_open"}:
                    row.append(" ".join(content.split()))
                elif opener.type == "heading_open":
                    blocks.append(Block(content, int(opener.tag[1])))
                else:
                    # "- (a) …": the item has a mark of its own.
                    blocks += _lines(content if _ITEM.match(content) else marker + content)
                    marker = ""
    return with_headings([block for block in blocks if block.text.strip()])


def _row(cells: Sequence[str], header: str) -> list[Block]:
    """A row of a table; an empty cell keeps its place, so that no value moves below another
    column."""
    first, *others = cells
    if not any(others):  # a caption, or what stands across all columns
        return [Block(first, row=True, header=header)] if first else []
    return [Block(CELL.join(cell or EMPTY for cell in cells), row=True, header=header)]


def _plain(inline: Token) -> str:
    parts = []
    is_raised = False
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                parts.append(raised(child.content) if is_raised else child.content)
            case "html_inline" if _SUPERSCRIPT.match(child.content):
                is_raised = not child.content.startswith("</")
            case "html_inline" if _BREAK.match(child.content):
                parts.append("\n")
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append(_without_tags(child.content))
            case "image":
                parts.append(child.content)
    return unescape("".join(parts)).strip()


def _without_tags(html: str) -> str:
    """The text of HTML inside Markdown. What only looks like a tag (<Annex>) is text."""
    without = _RAISED.sub(lambda m: raised(m[1]), _COMMENT.sub("", html))
    without = _BREAK.sub(" ", without)
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
    headings = HeadingReader()
    joiner = LineJoiner(text)
    fresh = True
    for offset, stripped in _whole_headings(text, joiner):
        page = bisect_right(page_starts, offset) or None
        if not stripped:
            fresh = True
            continue
        last = blocks[-1] if blocks else None
        begins = fresh or last is None or _begins_block(stripped, last)
        row = CELL in stripped
        titled = len(blocks) == 1 and _is_label(blocks[0].text)
        if not row and (parts := headings.read(stripped, page, begins or titled)):
            blocks += parts
        elif last and not fresh and _goes_on(last, stripped) and joiner.is_full(last.text):
            title = _with_line(last, stripped, page, joiner)
            blocks[-1] = replace(title, said=f"{last.said} {stripped}")
        elif begins or last is None:
            header = _header_of(last, stripped) if row and not fresh else ""
            blocks.append(Block(stripped, None, page, row=row, header=header))
        else:
            blocks[-1] = _with_line(last, stripped, page, joiner)
        fresh = False
    return blocks


def _whole_headings(text: str, joiner: LineJoiner) -> Iterator[tuple[int, str]]:
    """The lines of a text without white space around them, and where each begins; a heading whose
    title goes on in the next line is one line."""
    begun: tuple[int, str] | None = None
    offset = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if begun and stripped and is_open(begun[1], stripped):
            before, joint = joiner.joint(begun[1], stripped)
            begun = (begun[0], f"{before}{joint}{stripped}")
        else:
            if begun:
                yield begun
            begun = (offset, stripped)
        offset += len(line) + 1
    if begun:
        yield begun


def _with_line(block: Block, line: str, page: int | None, joiner: LineJoiner) -> Block:
    """A paragraph that goes on with a line, which may stand on another page."""
    before, joint = joiner.joint(block.text, line)
    text = f"{before}{joint}{line}"
    breaks = block.page_breaks
    if page is not None and page != (breaks[-1][1] if breaks else block.page):
        breaks = (*breaks, (len(text) - len(line), page))
    return replace(block, text=text, page_breaks=breaks)


def _goes_on(heading: Block, line: str) -> bool:
    """Whether the title of a heading goes on in the next line: in the middle of a sentence."""
    return bool(heading.level and heading.said and _LOWER.match(line))


def _begins_block(line: str, last: Block) -> bool:
    if last.level is not None or last.row or CELL in line:
        return True
    return bool(_ITEM.match(line) or _SENTENCE_END.search(last.text) or _stands_above(last, line))


def _stands_above(last: Block, line: str) -> bool:
    """Whether a line is a heading without a mark of its own: no wrapped line is half as long as
    the next one, which begins a sentence."""
    return _is_label(last.text) and 2 * len(last.text) <= len(line) and not line[0].islower()


def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and not _UNFINISHED.search(text) and text[0].isalnum()


def _header_of(last: Block | None, row: str) -> str:
    """The header of the table that a row of a plain text belongs to: the first of rows with as
    many cells."""
    if last is None or not last.row or last.text.count(CELL) != row.count(CELL):
        return ""
    return last.header or last.text
