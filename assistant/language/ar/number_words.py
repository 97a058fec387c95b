"""Arabic number words and counted nouns, in the form that `normalize_arabic` gives them."""

from __future__ import annotations

from typing import Final

_STEMS: Final = "ثلاث اربع خمس ست سبع ثمان تسع".split()


def _units() -> dict[str, int]:
    words = {"احد": 1, "احدي": 1, "واحد": 1, "واحده": 1, "واحدا": 1, "ثماني": 8, "ثمانيا": 8}
    words |= dict.fromkeys("اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي".split(), 2)
    for n, stem in enumerate(_STEMS, start=3):
        words |= {stem: n, f"{stem}ه" if n != 8 else "ثمانيه": n, f"{stem}ا": n}
    return words


def _tens() -> dict[str, int]:
    stems = enumerate(["عشر", *_STEMS], start=2)
    return {f"{stem}{end}": n * 10 for n, stem in stems for end in ("ون", "ين")}


def _hundreds() -> dict[str, int]:
    words = {}
    for one in ("مايه", "ميه"):
        words[one] = 100
        for n, stem in enumerate(_STEMS, start=3):
            words |= {f"{stem}{one}": n * 100, f"{stem}ي{one}": n * 100}
    for stem in ("مايت", "ميت"):
        words |= {f"{stem}{end}": 200 for end in ("ان", "ين", "ا", "ي")}
    return words


UNITS: Final = _units()
TENS: Final = _tens()
HUNDREDS: Final = _hundreds()
TEN: Final = {"عشر": 10, "عشره": 10, "عشرا": 10}
SCALES: Final = {
    "الف": 10**3, "الفا": 10**3, "الاف": 10**3, "مليون": 10**6, "مليونا": 10**6, "ملايين": 10**6,
    "مليار": 10**9, "مليارا": 10**9, "مليارات": 10**9, "بليون": 10**9, "بلايين": 10**9,
    "تريليون": 10**12, "تريليونا": 10**12, "تريليونات": 10**12,
}  # fmt: skip
DUAL_SCALES: Final = {
    f"{stem}{end}": 2 * value
    for stem, value in (("الف", 10**3), ("مليون", 10**6), ("مليار", 10**9), ("تريليون", 10**12))
    for end in ("ان", "ين", "ي")
}
FRACTIONS: Final = {"نصف": 2, "ثلث": 3, "ربع": 4, "سدس": 6}
PLURAL_FRACTIONS: Final = {
    "اثلاث": 3, "ارباع": 4, "اخماس": 5, "اسداس": 6, "اسباع": 7, "اثمان": 8, "اتساع": 9,
    "اعشار": 10,
}  # fmt: skip
TWO_THIRDS: Final = dict.fromkeys("ثلثا ثلثي ثلثان ثلثين".split(), 2)
WORDS: Final = dict.fromkeys(
    {*UNITS, *TENS, *HUNDREDS, *TEN, *SCALES, *DUAL_SCALES, *FRACTIONS, *TWO_THIRDS}, 1
)
PRONOUNS: Final = ("هما", "هم", "هن", "ها", "ه")
#: Nouns whose dual is a count of two: time, occasions, copies, parts of a course of study.
DUALS: Final = {
    f"{stem}{end}": 2
    for stem in "يوم شهر سنت اسبوع عام مرت ساعت دقيقت نسخت فصل جلست دورت مرحلت درجت نقطت لغت "
    "دفعت شخص خبير عضو ضعف ثانيت ليلت".split()
    for end in ("ان", "ين")
}
SINGULARS: Final = frozenset(
    "يوم يوما شهر شهرا سنه عام عاما اسبوع اسبوعا ساعه دقيقه مره نسخه فصل جلسه دوره درجه "
    "نقطه".split()
)
