"""Arabic text layers of PDFs: what producers mangle is mended where that is safe, else told.

Four faults are common. Letters come in presentation forms; `cleaning.clean` folds them. A line
comes back to front; it is turned where the letters that can only end a word begin them. The
ligature of lam and alef comes as alef and lam, which makes "no" (لا) into an article (ال); it is
turned where the result can only be meant so. Letters have no code at all; that is only told.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from assistant.codes import RemarkKind
from assistant.language.ar.text_layers import (
    backwardness,
    turn_ligatures,
    with_marks_in_place,
)
from ingest.readers.cleaning import fold_presentation_forms
from ingest.readers.source import Remark

_ARABIC = regex.compile(r"\p{Script=Arabic}")
#: Runs that are written from left to right within Arabic: numbers, dates, Latin words.
_LTR_RUN = regex.compile(r"[\p{Nd}\p{Latin}](?:[\p{Nd}\p{Latin}.,:/%'@_-]*[\p{Nd}\p{Latin}%])?")
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_NO_CODE = regex.compile(r"[\uE000-\uF8FF\uFFFD]")
#: Letters standing alone with spaces between them: a word taken apart.
_APART = regex.compile(r"(?:(?<!\p{L})[\u0621-\u064A]\s){4,}")

_BRACKET_PAIR = regex.compile(r"[()](\s?)([^()\n]{1,80}?)(\s?)[()]")


def mend(text: str, page: int | None = None) -> tuple[str, list[Remark]]:
    """The text of a page with its Arabic mended where that is safe.

    Args:
        text: Text as the PDF library gives it; without Arabic letters it stays as it is.
        page: Number of the page, for the remarks.

    Returns:
        The text, and what was mended or could not be.
    """
    folded = fold_presentation_forms(text)
    pages = () if page is None else (page,)
    if not _ARABIC.search(folded):
        return text, list(_unreadable(text, pages))
    remarks = list(_unreadable(folded, pages))
    turned, order = _in_reading_order(folded)
    if order:
        remarks.append(Remark(order, _ORDER_DETAIL[order], pages))
    whole, ligatures = turn_ligatures(turned)
    if ligatures:
        detail = f"lam-alef was turned round; {ligatures} words mended, others may remain"
        remarks.append(Remark(RemarkKind.REPAIRED, detail, pages))
    whole = with_marks_in_place(whole)
    return "\n".join(map(_with_brackets_paired, whole.split("\n"))), remarks


def _with_brackets_paired(line: str) -> str:
    """A line whose brackets stand the wrong way round, paired again: ``)KSU )`` is ``(KSU)``."""
    marks = "".join(c for c in line if c in "()")
    if not marks or len(marks) % 2 or not _ARABIC.search(line) or _is_balanced(marks):
        return line
    return str(_BRACKET_PAIR.sub(lambda m: f"{m[1]}({m[2]}){m[3]}", line))


def _is_balanced(marks: str) -> bool:
    depth = 0
    for mark in marks:
        depth += 1 if mark == "(" else -1
        if depth < 0:
            return False
    return depth == 0


_ORDER_DETAIL = {
    RemarkKind.REPAIRED: "lines were written back to front and have been turned",
    RemarkKind.MANGLED: "words seem to be written back to front; read the page before you trust it",
}


def _unreadable(text: str, pages: tuple[int, ...]) -> Iterator[Remark]:
    if lost := len(_NO_CODE.findall(text)):
        yield Remark(
            RemarkKind.MANGLED, f"{lost} characters have no code in the PDF's fonts", pages
        )
    if _APART.search(text):
        yield Remark(RemarkKind.MANGLED, "words are taken apart into single letters", pages)


def _in_reading_order(text: str) -> tuple[str, RemarkKind | None]:
    """Lines turned round where they are back to front; None for the kind when nothing is."""
    forwards, backwards = backwardness(text)
    if backwards < 3 or backwards < 3 * forwards:
        return text, None
    lines = text.split("\n")
    # Whole lines or words each for itself? The full stop of a turned line stands at its start.
    arabic = [line.strip() for line in lines if _ARABIC.search(line)]
    stops_first = sum(line[:1] in ".:؛،؟" for line in arabic) + _numbers_first(arabic)
    stops_last = sum(line[-1:] in ".:؛،؟" for line in arabic)
    if stops_last > stops_first or (stops_first == stops_last and len(arabic) > 1):
        return text, RemarkKind.MANGLED
    turned = "\n".join(_turned(line) if _ARABIC.search(line) else line for line in lines)
    return turned, RemarkKind.REPAIRED


def _numbers_first(lines: list[str]) -> int:
    """Lines that begin with a number and its full stop, as the end of a sentence turned round."""
    return sum(bool(regex.match(r"\p{Nd}+\s?\.\s", line)) for line in lines)


def _turned(line: str) -> str:
    body = line.rstrip("\r")
    # A full stop after a number at the end of a sentence was kept beside it.
    body = regex.sub(r"^(\p{Nd}+)\.(?=\s)", r".\1", body)
    reversed_line = body[::-1].translate(_MIRROR)
    straight = _LTR_RUN.sub(lambda run: run[0][::-1], reversed_line)
    return straight + ("\r" if line.endswith("\r") else "")
