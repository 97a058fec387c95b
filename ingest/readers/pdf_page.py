"""One page of a PDF: its text in reading order, and what of it is no text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import Final

import pypdfium2
import pypdfium2.raw as raw

from ingest.readers.layout import RuledLine, Word, arranged, is_leftwards, on_line
from ingest.readers.pdf_annotations import PdfAnnotation, Role, notes
from ingest.readers.pdf_visibility import Box, Letter, Survey, hidden, survey
from ingest.readers.raised import raised

#: Text within this share of a quarter turn from upright is upright.
_UPRIGHT: Final = 0.12
#: A gap between turned letters that is wider than this share of their height divides words.
_GAP: Final = 0.25
#: What PDFium makes of a hyphen at the end of a line, with the line's end.
_HYPHEN: Final = "\x02"
#: A raised letter is smaller than this share of the digit before it, and lifted by that one.
_SMALL: Final = 0.85
_LIFTED: Final = 0.2
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾"
#: Pictures that cover more of a page than this may have text.
_PICTURED: Final = 0.3
_LINE_ENDS: Final = "\r\n" + _HYPHEN


@dataclass(frozen=True)
class PageText:
    """The text of a page.

    Attributes:
        text: In reading order.
        words: Of its main part, in the order of the text.
        unseen: Words that its readers do not see, which are left out.
        comments: Of its reviewers; empty for a highlight without words.
        scan: Whether the text is the text layer of a scan.
        pictured: Whether pictures cover much of it, and it is no scan.
        unknown: How many letters have codes that do not say what they are.
    """

    text: str
    words: Sequence[Word] = ()
    unseen: Sequence[str] = ()
    comments: Sequence[str] = ()
    scan: bool = False
    pictured: bool = False
    unknown: int = 0


@dataclass(frozen=True)
class _Spelled:
    """A word by its letters, and whether it begins a line."""

    letters: Sequence[Letter]
    first: bool

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)

    @property
    def box(self) -> Box:
        lefts, bottoms, rights, tops = zip(*(letter.box for letter in self.letters), strict=True)
        return min(lefts), min(bottoms), max(rights), max(tops)


@dataclass(frozen=True)
class _Placed:
    """A word where it stands once its text is upright, and whether it begins a line."""

    word: Word
    first: bool


def read_page(page: pypdfium2.PdfPage) -> PageText:
    """The text of a page that its readers see, with what they filled in.

    Raises:
        PdfiumError: The page is damaged.
    """
    textpage = page.get_textpage()
    try:
        read = _read(page, textpage)
        count = textpage.count_chars()
        unknown = sum(raw.FPDFText_HasUnicodeMapError(textpage, i) == 1 for i in range(count))
        return replace(read, unknown=unknown)
    finally:
        textpage.close()


def _read(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> PageText:
    drawn = survey(page)
    found = notes(page)
    comments = [note.text for note in found if note.role == Role.COMMENT]
    unseen = [note.text for note in found if note.role == Role.UNSEEN]
    filled = [note for note in found if note.role == Role.TEXT]
    spelled = list(_spelled(textpage, drawn.doubtful or drawn.turned))
    pictured = drawn.pictured > _PICTURED
    is_raised = any(not c.isascii() and c in _RAISED for word in spelled for c in word.text)
    if not (drawn.doubtful or drawn.turned or filled or is_raised):
        words = [_placed(word, 0).word for word in spelled]
        text = arranged(words, drawn.rules) or _with_hyphens(textpage.get_text_bounded())
        return PageText(text, words, unseen, comments, pictured=pictured)
    left_out, scan = _left_out(page, spelled, drawn)
    unseen += [spelled[i].text for i in sorted(left_out)]
    seen = [word for i, word in enumerate(spelled) if i not in left_out]
    parts = _by_turn(seen) or {0: []}
    turn = next(iter(parts))
    parts[turn] = _with_filled(parts[turn], filled, turn or 0)
    texts = [_text(part, drawn.rules if turn == 0 else ()) for turn, part in parts.items()]
    main = [placed.word for placed in parts[turn]]
    text = "\n".join(filter(None, texts))
    return PageText(text, main, unseen, comments, scan, pictured and not scan)


def _with_hyphens(text: str) -> str:
    """A text with the hyphens at the ends of its lines, which PDFium takes away."""
    return text.replace(_HYPHEN, "-\n")


def _spelled(textpage: pypdfium2.PdfTextPage, with_runs: bool) -> Iterator[_Spelled]:
    """The words of a page. A control character ends one too: PDFium puts them between lines.

    Args:
        textpage: The page.
        with_runs: Whether to look up the text object of each letter, and how it is turned.
    """
    letters: list[Letter] = []
    turns: dict[int, int | None] = {}
    first = True
    base: Box | None = None  # of a digit, behind which others may stand raised
    count = textpage.count_chars()
    for i in range(count + 1):
        character = chr(raw.FPDFText_GetUnicode(textpage, i)) if i < count else " "
        if character > " ":
            run = raw.FPDFText_GetTextObject(textpage, i) if with_runs else None
            turn: int | None = 0
            if run:
                at = ctypes.addressof(run.contents)
                if at not in turns:
                    turns[at] = _turn(raw.FPDFText_GetCharAngle(textpage, i))
                turn = turns[at]
            box = textpage.get_charbox(i, loose=True)
            if base and _stands_up(box, base):
                character = raised(character)
            else:
                base = box if character.isdecimal() else None
            letters.append(Letter(character, box, run, turn))
            continue
        base = None
        if letters:
            if character == _HYPHEN:
                letters[-1] = replace(letters[-1], text=f"{letters[-1].text}-")
            yield _Spelled(letters, first)
            letters, first = [], False
        first |= character in _LINE_ENDS


def _stands_up(box: Box, base: Box) -> bool:
    """Whether a letter is smaller than a digit before it, and stands higher."""
    height = base[3] - base[1]
    is_small = box[3] - box[1] < _SMALL * height
    return is_small and box[1] > base[1] + _LIFTED * height and box[0] >= base[0]


def _turn(angle: float) -> int | None:
    """Quarter turns to the left, from 0 to 3, for an angle to the right; None for a slant."""
    quarters = -angle / (pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) <= _UPRIGHT else None


def _left_out(
    page: pypdfium2.PdfPage, words: Sequence[_Spelled], drawn: Survey
) -> tuple[set[int], bool]:
    if not drawn.doubtful or not words:
        return set(), False
    return hidden(page, [word.letters for word in words], drawn.pictured)


def _by_turn(words: Sequence[_Spelled]) -> dict[int | None, list[_Placed]]:
    """Words by how they are turned, those of most words first."""
    parts: dict[int | None, list[_Placed]] = {}
    for word in words:
        turn = word.letters[0].turn
        part = parts.setdefault(turn, [])
        for piece in _pieces(word) if turn else [word]:
            placed = _placed(piece, turn or 0)
            # PDFium tells the lines of upright text only.
            first = placed.first or bool(part and turn and not on_line(part[-1].word, placed.word))
            part.append(replace(placed, first=first))
    return dict(sorted(parts.items(), key=lambda item: -len(item[1])))


def _pieces(word: _Spelled) -> Iterator[_Spelled]:
    """A turned word, divided where letters stand apart: PDFium sees gaps in upright text only."""
    letters: list[Letter] = []
    end: Box | None = None
    for letter in word.letters:
        box = _upright(letter.box, letter.turn or 0)
        if end and _apart(end, box):
            yield _Spelled(letters, word.first)
            letters = []
        letters.append(letter)
        end = box
    yield _Spelled(letters, word.first)


def _apart(a: Box, b: Box) -> bool:
    height = max(min(a[3] - a[1], b[3] - b[1]), 1.0)
    gap = max(b[0] - a[2], a[0] - b[2])
    return gap > _GAP * height or abs(a[1] - b[1]) > height / 2


def _placed(word: _Spelled, turn: int) -> _Placed:
    return _Placed(Word(word.text, *_upright(word.box, turn)), word.first)


def _upright(box: Box, turn: int) -> Box:
    """A box turned to the right by quarters."""
    left, bottom, right, top = box
    match turn:
        case 1:
            return bottom, -right, top, -left
        case 2:
            return -right, -top, -left, -bottom
        case 3:
            return -top, left, -bottom, right
        case _:
            return box


def _text(part: Sequence[_Placed], rules: Sequence[RuledLine]) -> str:
    """The text of upright words: in columns and rows, else as it was written."""
    if text := arranged([placed.word for placed in part], rules):
        return text
    written = (("\n" if placed.first else " ") + placed.word.text for placed in part)
    return "".join(written).strip()


def _with_filled(
    part: Sequence[_Placed], filled: Sequence[PdfAnnotation], turn: int
) -> list[_Placed]:
    """Words with what was filled in, each line of it behind what stands before it on its line."""
    placed = list(part)
    for note in filled:
        left, _, right, top = _upright(note.box, turn)
        for number, line in enumerate(note.text.split("\n")):
            upper = top - number * note.line_height
            words = list(_written(line, left, upper - note.line_height, right, upper))
            at, first = _behind(placed, words[0])
            if first and at < len(placed) and on_line(placed[at].word, words[0]):
                placed[at] = replace(placed[at], first=False)
            placed[at:at] = [_Placed(word, first and word is words[0]) for word in words]
    return placed


def _written(line: str, left: float, bottom: float, right: float, top: float) -> Iterator[Word]:
    """A line of words within a box."""
    letter = min(0.5 * (top - bottom), (right - left) / max(len(line), 1))
    for word in line.split():
        yield Word(word, left, bottom, left + len(word) * letter, top)
        left += (len(word) + 1) * letter


def _behind(placed: Sequence[_Placed], word: Word) -> tuple[int, bool]:
    """Where a word belongs among others, and whether it begins a line there."""
    line = [i for i, other in enumerate(placed) if on_line(other.word, word)]
    if not line:
        below = (i for i, other in enumerate(placed) if other.first and _is_below(other.word, word))
        return next(below, len(placed)), True
    leftwards = is_leftwards(placed[i].word for i in line)
    before = [i for i in line if (placed[i].word.left > word.left) == leftwards]
    if not before:
        return line[0], placed[line[0]].first
    nearest = min(before, key=lambda i: abs(placed[i].word.left - word.left))
    return nearest + 1, False


def _is_below(a: Word, b: Word) -> bool:
    return a.middle < b.middle
