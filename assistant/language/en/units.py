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
    between=r"(?:working|business|calendar|consecutive|full|academic)\s+",
    # But "8 a day" are eight of something else.
    part_of=r"an?\s+",
    joined="and",
    amounts=(
        r"\b(?:an?|one|per|each|every) (?:minute|hour|day|week|month|year)\b"
        r"|\b(?:daily|weekly|monthly|yearly|annual(?:ly)?|half|twice|once|double|unlimited)\b"
    ),
    wholes=(
        r"\b(?:free|in full)\b|\bfully refund"
        r"|\bfull (?:amount|cost|fees?|price|refund|salary|wages?)\b"
    ),
    currencies={
        "won": r"(?:korean )?won\b(?! (?:an?|the|first|its|their)\b)|krw\b|₩",
        "riyal": r"(?:saudi )?riyals?\b|sar\b|﷼",
        "dollar": r"(?:us |u\.s\. )?dollars?\b|usd\b|us\$|\$",
        "euro": r"euros?\b|eur\b|€",
        "pound": r"(?:british )?pounds?(?: sterling)?\b|gbp\b|£",
    },
    labels=(
        r"(?:\b(?:article|art\.|section|sec\.|paragraph|para\.|sub-?section|sub-?paragraph|clause"
        r"|item|chapter|part|annex|appendix|schedule|rule|regulation|no\.)|§)\s?\(?\d+\)?"
        r"(?:-\d{1,2}(?!\d))?(?:\s?\(\d+\))*"
        r"|\b(?:articles|sections|paragraphs|sub-?sections|clauses|items|chapters|annexes|rules|nos\.)"
        r"\s?\(?\d+\)?(?:\s?\(\d+\))*(?:\s?(?:and|or|to|[-–])\s?\(?\d+\)?(?:\s?\(\d+\))*)*"
    ),
)
