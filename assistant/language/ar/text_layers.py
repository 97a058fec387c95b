"""What programs do to Arabic letters in the text layers of PDFs, and what shows it."""

from __future__ import annotations

import regex

_WORD = regex.compile(r"[\u0621-\u064A]{2,}")
_MARKS = regex.compile(r"[\u064B-\u0652\u0670\u0640]")

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


def turn_ligatures(text: str) -> tuple[str, int]:
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


def with_marks_in_place(text: str) -> str:
    """A text whose marks stand again where they belong beside numbers."""
    for pattern, replacement in _MARKS_MOVED:
        text = pattern.sub(replacement, text)
    return text
