"""Units in Arabic."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Units

UNITS: Final = Units(
    names={
        "minute": "دقيقه|دقاي?ق|دقائق",
        "hour": "ساع",
        "day": "يوم|ايام",
        "week": "اسبوع|اسابيع",
        "month": "شهر|اشهر|شهور",
        "year": "سن[هو]|سنين|عام|اعوام",
        "times": "مره|مرات",
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
    # Duals: أسبوعان, two weeks.
    within={
        "day": "يوم[اي]ن",
        "minute": "دقيقت[اي]ن",
        "hour": "ساعت[اي]ن",
        "week": "اسبوع[اي]ن",
        "month": "شهر[اي]ن",
        "year": "(?:سنت|عام)[اي]ن",
    },
    joined="و",
    # "A year", duals, fractions and what is free.
    amounts=(
        r"(?<!\p{L})[بلوف]?(?:سنه|عام|شهر|اسبوع|يوم|ساعه|دقيقه|مره)(?!\p{L})"
        r"|(?<!\p{L})(?:سنت|عام|شهر|اسبوع|يوم|ساعت|دقيقت|مرت)[اي]ن(?!\p{L})"
        r"|(?<!\p{L})(?:ال|بال|لل|ب|ل)?(?:نصف|ثلثا?|ثلثين?|ربع|ضعفا?|ضعفين?|مجانا?|مجاني[ه]?)"
        r"(?!\p{L})"
    ),
    currencies={
        "won": r"وون",
        "riyal": r"ريالا?(?: سعودي[اه]?)?(?!\p{L})|ريالات(?: سعوديه)?",
        "dollar": r"دولارا?(?: امريكيا?)?(?!\p{L})|دولارات(?: امريكيه)?",
        "euro": r"يورو",
        "pound": r"جنيها?(?: استرلينيا?)?(?!\p{L})|جنيهات(?: استرلينيه)?",
    },
)
