"""Units in Arabic."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Units

#: Ordinals in words, of which the first has the article.
_ORDINAL: Final = (
    r"ال(?:اولي|اول|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر|حادي|عشر|ثلاث|اربع|خمس|ست|سبع"
    r"|ثمان|تسع|ماي|مي)\p{L}*(?:\s(?:عشره?|وال(?:عشر|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع)\p{L}*"
    r"|بعد ال(?:ماي|مي)\p{L}*))*"
)
# A singular that means one: not of "half a year", "the day of Sunday", "the year 2024".
_ALONE: Final = r"(?<!\p{L})(?<!(?:نصف|ثلث|ربع)\s)و?"
_NO_OTHER: Final = r"(?!\p{L})(?!\s(?:ال|\p{Nd}))"

UNITS: Final = Units(
    # Daily, monthly and yearly (يوميا) begin as they do, and workers (عامل) as years.
    names={
        "minute": r"(?:دقيقه|دقايق)(?!\p{L})",
        "hour": r"(?:ساعه|ساعات)(?!\p{L})",
        "day": r"(?:يوما?|اياما?)(?!\p{L})",
        "week": r"(?:اسبوعا?|اسابيع)(?!\p{L})",
        "month": r"(?:شهرا?|اشهرا?|شهور)(?!\p{L})",
        "year": r"(?:سنه|سنوات|سنين|عاما?|اعواما?)(?!\p{L})",
        "times": r"(?:مره|مرات)(?!\p{L})",
    },
    ahead={
        "minute": r"الدقائق\s",
        "hour": r"الساعات\s",
        "day": r"الايام\s",
        "week": r"الاسابيع\s",
        "month": r"(?:الاشهر|الشهور)\s",
        "year": r"(?:السنوات|الاعوام|السنين)\s",
        "times": r"المرات\s",
    },
    # Duals (أسبوعان, two weeks), and one of them (أسبوع).
    within={
        "day": rf"يوم[اي]ن|{_ALONE}يوما?{_NO_OTHER}",
        "minute": rf"دقيقت[اي]ن|{_ALONE}دقيقه{_NO_OTHER}",
        "hour": rf"ساعت[اي]ن|{_ALONE}ساعه{_NO_OTHER}",
        "week": rf"اسبوع[اي]ن|{_ALONE}اسبوعا?{_NO_OTHER}",
        "month": rf"شهر[اي]ن|{_ALONE}شهرا?{_NO_OTHER}",
        "year": rf"(?:سنت|عام)[اي]ن|{_ALONE}(?:سنه|عاما?){_NO_OTHER}",
        "times": rf"مرت[اي]ن|{_ALONE}مره{_NO_OTHER}",
    },
    one="واحده?",
    joined="و",
    # "A year", duals and fractions.
    amounts=(
        r"(?<!\p{L})[بلوف]?(?:سنه|عام|شهر|اسبوع|يوم|ساعه|دقيقه|مره)(?!\p{L})"
        r"|(?<!\p{L})(?:سنت|عام|شهر|اسبوع|يوم|ساعت|دقيقت|مرت)[اي]ن(?!\p{L})"
        r"|(?<!\p{L})(?:ال|بال|لل|ب|ل)?(?:نصف|ثلثا?|ثلثين?|ربع|ضعفا?|ضعفين?)(?!\p{L})"
    ),
    wholes=(
        r"(?<!\p{L})(?:(?:ال|بال|لل|ب|ل)?مجان(?:ا|ي|يه)?|كاملا|كامله|بالكامل"
        r"|[بلو]?كامل ال(?:مبلغ|رسوم|قيمه|اجر|راتب|ثمن|تكاليف))(?!\p{L})"
    ),
    currencies={
        "won": r"وون",
        "riyal": r"ريالا?(?: سعودي[اه]?)?(?!\p{L})|ريالات(?: سعوديه)?",
        "dollar": r"دولارا?(?: امريكيا?)?(?!\p{L})|دولارات(?: امريكيه)?",
        "euro": r"يورو",
        "pound": r"جنيها?(?: استرلينيا?)?(?!\p{L})|جنيهات(?: استرلينيه)?",
    },
    labels=(
        r"(?<!\p{L})(?:[وفبكل]|ال|[وفبك]ال|لل)?(?:"
        rf"(?:ماده|فقره|بند|باب|ملحق)\s(?:رقم\s?)?(?:[(\[]?\s?\d+\s?[)\]]?|{_ORDINAL})"
        r"|(?:مادتين|مواد|فقرتين|فقرات|بندين|بنود)\s[(\[]?\s?\d+\s?[)\]]?"
        r"(?:\s?و\s?[(\[]?\s?\d+\s?[)\]]?)*"
        r"|رقم\s?[(\[]?\s?\d+)"
    ),
)
