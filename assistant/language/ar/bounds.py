"""Bounds of numbers in Arabic, which stand before and behind them."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Bounds

BOUNDS: Final = Bounds(
    before={
        "least": (
            r"(?:لا|ولا|ألا|ألّا|الا) (?:ي|ت)قل\p{L}*(?: \p{L}+){0,2} عن|بحد أدنى|الحد الأدنى"
            r"|على الأقل"
        ),
        "most": (
            r"(?:لا|ولا|ألا|ألّا|الا)(?: يجوز أن| يمكن أن)? (?:ي|ت)(?:زيد|تجاوز|جاوز)\p{L}*"
            r"(?:(?: \p{L}+){0,2} (?:على|عن))?|بحد أقصى|الحد الأقصى"
            r"|خلال|في غضون|حتى"
        ),
        "over": r"(?:أكثر|أعلى|أطول|أكبر) من|(?:ي|ت)(?:زيد|تجاوز)\p{L}*(?: على| عن)?|تزيد على",
        "under": r"(?:أقل|أدنى|أقصر|أصغر) من|(?:ي|ت)قل\p{L}* عن|دون",
    },
    after={
        "least": "على الأقل|فأكثر|فما فوق",
        "most": "على الأكثر|كحد أقصى|فأقل|فما دون",
    },
    # "٣٫٠ من ٤٫٣"
    scale_between=r"من(?: أصل)?\s",
    limits=r"(?:حد|حدود|سقف|رسوم|رسم|تكلفه|تكاليف|مقابل|اجر|مهله)(?!\p{L})",
)
