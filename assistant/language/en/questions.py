"""Question words of English."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Questions

QUESTIONS: Final = Questions(
    how_many=r"\bhow many\b",
    contents=(
        r"\b(?:what|which|is|are|do|does|the|of|in|about|says?|states?|means?|reads?|contents?"
        r"|text|wording|written|there|tell|show|give|quote|explain|summari[sz]e|me|please|can|you"
        r"|article|section)\b"
    ),
    amount=(
        r"\bhow (?:many|much|long|often|old|far|soon|large|high)\b"
        r"|\bwhat (?:percentage|percent|share|amount|sum|number|age|gpa|grade point average"
        r"|average|score|fee|price)\b"
        r"|\bwhat (?:is|are) the (?:fee|price|cost|minimum|maximum)\b"
    ),
    duration=r"\bhow (?:long|soon)\b|\b(?:what|which) (?:period|duration|term)\b",
    price=r"\bhow much\b|\b(?:fees?|fines?|costs?|prices?|pay|paid|salary|stipend|penalty|money)\b",
    share=r"\bper ?cent(?:age)?\b|\bwhat (?:share|proportion|rate)\b|%",
    day=(
        r"(?:^|[,;:.?!]|\b(?:by|since|until|from|and))\s*when\b"
        r"|\b(?:what|which) (?:date|day|year)\b|\bdeadline\b|\bthe date\b"
    ),
    name=(
        r"(?:^|[,;:.?!]|\b(?:by|for|from|of|to|with|and))\s*(?:who(?:m|se)?|where)\b"
        r"|\bwhat(?:'s| is| are| was| were) the names?\b"
        r"|\b(?:what|which)(?: [\w-]+){0,3} (?:agency|authority|bod(?:y|ies)|board|city|committee"
        r"|company|council|country|court|department|event|firm|foundation|institut(?:e|ion)"
        r"|minist(?:er|ry)|office|organi[sz]ation|place|programme?|school|university)\b"
    ),
)
