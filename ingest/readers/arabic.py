"""Arabic text layers of PDFs: what producers mangle is mended where that is safe, else told.

Four faults are common. Letters come in presentation forms; `cleaning.clean` folds them. A line
comes back to front; it is turned where the letters that can only end a word begin them. The
ligature of lam and alef comes as alef and lam, which makes "no" (لا) into an article (ال); it is
turned where the result can only be meant so. Letters have no code at all; that is only told.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from ingest.readers.cleaning import fold_presentation_forms
from ingest.readers.source import Remark, RemarkKind

_ARABIC = regex.compile(r"\p{Script=Arabic}")
_WORD = regex.compile(r"[\u0621-\u064A]{2,}")
_MARKS = regex.compile(r"[\u064B-\u0652\u0670\u0640]")
#: Runs that are written from left to right within Arabic: numbers, dates, Latin words.
_LTR_RUN = regex.compile(r"[\p{Nd}\p{Latin}](?:[\p{Nd}\p{Latin}.,:/%'@_-]*[\p{Nd}\p{Latin}%])?")
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_NO_CODE = regex.compile(r"[\uE000-\uF8FF\uFFFD]")
#: Letters standing alone with spaces between them: a word taken apart.
_APART = regex.compile(r"(?:(?<!\p{L})[\u0621-\u064A]\s){4,}")

# Lam and alef turned round. The article before an alef (الا, الأ) becomes اال, األ: no word begins
# so. The same after the preposition li-.
_TURNED_ARTICLE = regex.compile(r"(?<!\p{L})([وفبك]{0,2})ا([اأإآ])ل(?=\p{L})")
_TURNED_LI = regex.compile(r"(?<!\p{L})([وف]?)ل([أإآ])ل(?=\p{L}{3})")
#: لا (no) and إلا (except) become an article without a word.
_TURNED_NO = regex.compile(r"(?<!\p{L})([وفأإ]?)ال(?!\p{L})")
#: Words that are none when they are turned round: what they become, and what they are. Words
#: whose turned form is a word too (طلاب and طالب) are left alone.
_TURNED = {
    turned: word
    for word in (
        "خلال علاقة علاقات إعلان استقلال إخلال إسلام إسلامية سلامة اطلاع إطلاق اختلاف ملاحظة "
        "ملاحظات لائحة إصلاح إبلاغ أعلاه ثلاثون ثلاثين عملاء زملاء مدخلات تعديلات مؤهلات سجلات "
        "مشكلات مواصلات اتصالات مجالات حالات"
    ).split()
    if (turned := regex.sub("ل([اأإآ])", r"\1ل", word)) != word
}
_TURNED_WORD = regex.compile(
    r"(?<!\p{L})([وف]?[بكل]?(?:ال)?)(" + "|".join(sorted(_TURNED, key=len)[::-1]) + r")(?!\p{L})"
)
_MARKS_MOVED = (
    # PDFium gives the marks of an Arabic line in visual order where a number stands beside them.
    (regex.compile(r"(المادة)\s*:\s?(\p{Nd}+)"), r"\1 \2:"),
    (regex.compile(r"^-(\p{Nd}+)(?=\s)", regex.M), r"\1-"),
)
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
    whole, ligatures = _turn_ligatures(turned)
    if ligatures:
        detail = f"lam-alef was turned round; {ligatures} words mended, others may remain"
        remarks.append(Remark(RemarkKind.REPAIRED, detail, pages))
    for pattern, replacement in _MARKS_MOVED:
        whole = pattern.sub(replacement, whole)
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


def backwardness(text: str) -> tuple[int, int]:
    """How many words show that the text reads forwards, and how many that it reads backwards.

    The article begins words, and teh marbuta and alef maksura end them; neither is otherwise
    possible, whatever the vocabulary.
    """
    forwards = backwards = 0
    for word in _WORD.findall(_MARKS.sub("", text)):
        forwards += word.startswith(("ال", "وال", "بال", "لل")) + word.endswith(("ة", "ى"))
        backwards += word.endswith(("لا", "لاو", "لاب", "لل")) + word.startswith(("ة", "ى"))
    return forwards, backwards


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


def _turn_ligatures(text: str) -> tuple[str, int]:
    """Lam-alef put right where alef-lam cannot be meant, and how often.

    A page without an article turned round, or two stray ones, has no such fault: nothing on it
    is touched.
    """
    if not _TURNED_ARTICLE.search(text) and len(_TURNED_NO.findall(text)) < 2:
        return text, 0
    text, articles = _TURNED_ARTICLE.subn(r"\1ال\2", text)
    text, prepositions = _TURNED_LI.subn(r"\1لل\2", text)
    text, nos = _TURNED_NO.subn(r"\1لا", text)
    text, words = _TURNED_WORD.subn(lambda m: m[1] + _TURNED[m[2]], text)
    return text, articles + prepositions + nos + words
