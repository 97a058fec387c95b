"""Arabic number words and counted nouns, in the form that `normalize_arabic` gives them."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Unit

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
#: More than half; half days, where it is not fairness; in equal halves.
HALVES: Final = frozenset(
    "اغلبيه الاغلبيه باغلبيه بالاغلبيه وباغلبيه اكثريه باكثريه انصاف مناصفه".split()
)
PLURAL_FRACTIONS: Final = {
    "اثلاث": 3, "ارباع": 4, "اخماس": 5, "اسداس": 6, "اسباع": 7, "اثمان": 8, "اتساع": 9,
    "اعشار": 10,
}  # fmt: skip
TWO_THIRDS: Final = dict.fromkeys("ثلثا ثلثي ثلثان ثلثين".split(), 2)
WORDS: Final = dict.fromkeys(
    {*UNITS, *TENS, *HUNDREDS, *TEN, *SCALES, *DUAL_SCALES, *FRACTIONS, *TWO_THIRDS}, 1
)
PRONOUNS: Final = ("هما", "هم", "هن", "ها", "ه")
#: "Two observers" in one case, and observers in another.
MAYBE_DUALS: Final = frozenset("مقرر موقع مراقب مساعد".split())
#: Nouns whose dual is a count of two: time, occasions, copies, people, money, measures, parts of
#: a course of study.
_STEMS_OF_DUALS: Final = (
    "يوم شهر سنت اسبوع عام مرت ساعت دقيقت نسخت فصل جلست دورت مرحلت درجت نقطت لغت دفعت شخص خبير "
    "عضو ضعف ثانيت ليلت فرصت انذار تنبيه مقرر شاهد موقع مشروع مكان موعد مراقب مساعد طبيب طفل "
    "مستشفي جهاز فترت وسيلت غرفت متر كيلومتر كيلوغرام لتر ريال درهم دينار دولار".split()
)
DUALS: Final = {
    f"{stem}{end}": 2
    for stem in _STEMS_OF_DUALS
    # Before what is counted: نقطتا الخصم.
    for end in ("ان", "ين", *(("ا",) if stem.endswith("ت") else ()))
    if stem not in MAYBE_DUALS or end == "ان"
}
#: Words that end as the dual of a noun with ة, and are plurals.
ENDS_IN_T: Final = ("موق", "ثاب", "صام", "مثب", "متفاو")
SINGULARS: Final = frozenset(
    "يوم يوما شهر شهرا سنه عام عاما اسبوع اسبوعا ساعه دقيقه مره نسخه فصل فصلا متر جلسه دوره درجه "
    "نقطه الفصل المره".split()
)
#: What says how often, in one of a unit: "daily", "in the week".
RATES: Final[dict[str, Unit]] = {
    "اليوم": "day", "الاسبوع": "week", "الشهر": "month", "السنه": "year", "العام": "year",
    "يوميا": "day", "اسبوعيا": "week", "شهريا": "month", "سنويا": "year",
}  # fmt: skip
#: What may follow "and a half" where it is no half of something: "سنة ونصف من التعيين".
BEHIND_HALF: Final = frozenset("من في علي عن خلال كحد او الي حتي قبل بعد كل لكل متي اذا".split())
