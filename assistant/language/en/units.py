"""Units in English."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Units

UNITS: Final = Units(
    names={
        "minute": r"minutes?\b",
        "hour": r"hours?\b",
        "day": r"days?\b",
        "week": r"weeks?\b",
        "month": r"months?\b",
        "year": r"years?\b",
        "times": r"times?\b",
    },
    within={"times": r"\b(?:once|twice|thrice)\b"},
    # What kind of day it is.
    between=r"an?\s+|(?:working|business|calendar|consecutive|full|academic)\s+",
    joined="and",
    amounts=(
        r"\b(?:an?|one|per|each|every) (?:minute|hour|day|week|month|year)\b"
        r"|\b(?:daily|weekly|monthly|yearly|annual(?:ly)?|half|twice|once|double|unlimited|free)\b"
    ),
    currencies={
        "won": r"(?:korean )?won\b|krw\b|₩",
        "riyal": r"(?:saudi )?riyals?\b|sar\b|﷼",
        "dollar": r"(?:us |u\.s\. )?dollars?\b|usd\b|us\$|\$",
        "euro": r"euros?\b|eur\b|€",
        "pound": r"(?:british )?pounds?(?: sterling)?\b|gbp\b|£",
    },
)
