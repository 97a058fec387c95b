"""Bounds of numbers in Arabic, which stand before and behind them."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Bounds

# "Unless" denies nothing, and "nor he who" begins another statement.
_NOT = r"(?:ما|[وف])?(?:لا|الا|(?<!ما )لم|لن)(?! من(?!\p{L}))"
# "Except" is written like "that not".
_NOT_SO = (
    r"(?:[وف]?لا(?! من(?!\p{L}))|(?<!ما )لم|لن|ليس"
    r"|[وف]?(?:علي|يجب|ينبغي|يتعين|يشترط|يلزم|شرط|بشرط|بحيث)(?: \p{L}+){0,3}"
    r" الا(?= [يت](?!وم)\p{L}))"
)
# Words after a denial up to what it denies; behind these another statement begins.
_WORDS = r"(?: (?!(?:الا|اذا|لو|بل|بعد|متي|عند|لمن|ممن|الذي|التي|الذين|اللذين)(?!\p{L}))\p{L}+)"
_THAT = rf"(?:{_WORDS}{{0,5}} ب?ان)?"
_MORE = "(?:اكثر|اعلي|اطول|اكبر|ازيد) من"
_LESS = "(?:اقل|ادني|اقصر|اصغر) من"
_EXCEED = r"[يت](?:زيد|زد|تجاوز|جاوز|تعدي|تعد)\p{L}*"
_FALL_SHORT = r"[يت]قل(?:ون)?(?: \p{L}+){0,5} عن"
_TIME = r"(?:ساع|يوم|ايام|اسبوع|اسابيع|شهر|اشهر|شهور|سن[هو]|عام|اعوام)\p{L}*"
# "In the last ten years, to a year or more": of one year.
_AT_ONCE = r"(?<=^\W*(?:\p{L}+\W+){0,2})"

BOUNDS: Final = Bounds(
    before={
        "least": (
            rf"{_NOT}{_THAT} {_FALL_SHORT}|{_NOT_SO}{_WORDS}{{0,8}} [بل]?{_LESS}"
            r"|[بك]?حد ادني|[بك]?الحد الادني"
        ),
        "most": (
            rf"{_NOT}{_THAT} {_EXCEED}(?:(?: \p{{L}}+){{0,4}} (?:علي|عن))?"
            rf"|{_NOT_SO}{_WORDS}{{0,8}} [بل]?{_MORE}"
            rf"|(?:{_NOT} (?:يجوز|يمكن|يحق|يسمح){_WORDS}{{0,3}}|[بو]?عدم|ب?دون) ب?تجاوز"
            r"|[بك]?حد(?:ه|ها)? (?:ال)?(?:اقصي|اعلي)|[بك]?الحد الا(?:قصي|علي)|اقصا(?:ه|ها)"
        ),
        "over": (
            rf"[وبل]?{_MORE}|[وف]?(?:[يت]زيد\p{{L}}*|زادت?)(?: \p{{L}}+){{0,4}} (?:علي|عن)"
            r"|[وف]?(?:[يت]?تجاوز|[يت]جاوز|جاوز)\p{L}*(?:(?: \p{L}+){0,4} عن)?"
        ),
        "under": rf"[وبل]?{_LESS}|[وف]?(?:{_FALL_SHORT}|قلت?(?: \p{{L}}+){{0,4}} عن)",
    },
    directly={
        "least": (
            r"علي الاقل|[وف]?(?:اتم|اكمل)\p{L}*|[وفل]?من بلغ\p{L}*|[وف]?بلغ\p{L}* (?:سن|من العمر)"
            r"|بلوغ\p{L}* سن"
        ),
        # "By means of" has "within" in it.
        "most": r"[وفب]?[يت]صل\p{L}* الي|[وف]?(?<!من )خلال|[وف]?في (?:غضون|حدود)|[وف]?حتي",
        "under": r"[وف]?لم [يت](?:بلغ|تم|كمل)\p{L}*|[وف]?(?:ما )?دون",
    },
    between=(
        r"(?:ال)?(?:سن|مده|فتره|مهله|مبلغ|نسبه|اول|اخر|يوم|شهر|سنه|عام|اسبوع|ساعه|دقيقه)"
        r"|من العمر|عمر\p{L}+|ال(?:ساعات|ايام|اسابيع|اشهر|شهور|سنوات|اعوام)"
    ),
    after={
        "least": (
            rf"علي الاقل|{_AT_ONCE}(?:فاكثر|فما (?:فوق|اكثر)|او (?:اكثر|اعلي)(?! من))|[بك]حد ادني"
        ),
        "most": (
            rf"علي الاكثر|{_AT_ONCE}(?:فاقل|او اقل(?! من)|فما دون|لا اكثر(?! من))"
            r"|[بك]حد (?:اقصي|اعلي)"
        ),
    },
    around=(
        # Counted back from a day, it is a time before it that is at least so long.
        (rf"موعد (?:{_NOT} {_EXCEED}(?: عن| علي)?|اقصاه)", rf"{_TIME} (?:من )?قبل", "least"),
    ),
    # "٣٫٠ من ٤٫٣"
    scale_between=r"(?:(?:نقطة|نقاط|درجة|درجات)\s)?من(?: أصل)?\s",
    limits=r"(?:حد|حدود|سقف|رسوم|رسم|تكلفه|تكاليف|مقابل|اجر|مهله)(?!\p{L})",
)
