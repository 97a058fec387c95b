"""Units in Korean, without the words that begin with one (분기, 날짜, 달러, 회의)."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Units

UNITS: Final = Units(
    names={
        "minute": r"분(?!의|기)",
        "hour": r"시간",
        "day": r"(?:근무|영업)?일|날(?!짜)",
        "week": r"주(?:일|간|\b)",
        "month": r"개월|달(?!러)",
        "year": r"년",
        "times": r"회(?!의|계)|번(?!호|째)|차례",
    },
    within={
        "day": "[하이]루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름|스무날",
    },
    joined="하고|과|와",
    amounts="매[일주월년]|절반|반액|무제한",
    wholes="전액|무료|무상",
    currencies={
        "won": r"원(?=\P{L}|$|[을은이의에과으]|까지|부터|이[하상내])",
        "riyal": "리얄",
        "dollar": "(?:미국 ?)?달러",
        "euro": "유로",
        "pound": "파운드",
    },
    # "제2항", "제3차"; after a law's name also "저작권법 15조", where no sum (3조 원) can be meant.
    labels=(
        r"제\s?\d+\s?[조항호목](?:\s?의\s?\d+)?|(?<!\p{L})제\s?\d+"
        r"|(?<=[법률령칙정약]\s?)\d+\s?조(?:\s?의\s?\d+)?"
    ),
)
