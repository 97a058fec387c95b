"""Question words of English."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Questions

#: Words of a question that is a sentence.
_SENTENCE: Final = (
    r"(?:is|are|was|were|do|does|did|can|could|may|must|shall|should|will|would|has|have|had|if|after"
    r"|before|how|why|who|i|we|you|they)\b"
)
# A noun is asked for, and not only talked about: "What is the deadline for it", "Deadline?"
_WHAT_IS: Final = (
    r"\bwh(?:at|ich)(?:['’]?s| is| are| was| were| will be) (?:the|my|our|your|its|their)"
    r" (?:[\w-]+ ){0,3}"
)
_OF_IT: Final = (
    r"(?= (?:of|for|to|in|on|at|by|during|after|before|when|if|that|between|until)\b|\W*$)"
)
_FRAGMENT: Final = rf"(?<=^\W*(?:(?!{_SENTENCE})[\w-]+ ){{0,3}})"
_NO_VERB: Final = rf"(?=(?: (?:of|for|to) (?:(?!{_SENTENCE})[\w-]++\W*+)+)?\W*$)"

QUESTIONS: Final = Questions(
    how_many=r"\bhow many\b",
    # The first plural is what is counted.
    counted=(
        rf"(?:\s(?!{_SENTENCE}|(?:an?|and|each|every|for|in|of|or|per|than|the|to|with(?:in)?)\b)"
        r"[a-z-]*[a-rt-z]){1,3}\s(?=(?:minutes|hours|days|weeks|months|years)\b)"
    ),
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
    duration=(
        r"\bhow (?:long|soon)\b|\b(?:what|which) (?:period|duration|term)\b"
        rf"|{_WHAT_IS}(?:period|duration){_OF_IT}|{_FRAGMENT}(?:period|duration){_NO_VERB}"
    ),
    price=(
        r"\bhow much\b(?! (?:\w+ )?(?:leave|notice|time|vacation)\b)"
        r"|\b(?:fees?|fines?|costs?|prices?|pay|paid|salary|stipend|penalty|money)\b"
    ),
    share=(
        r"\b(?:what|which|how many) (?:[\w-]+ )?(?:per ?cent(?:age)?|share|proportion|rate)\b"
        rf"|{_WHAT_IS}(?:percentage|share|proportion|rate){_OF_IT}|{_FRAGMENT}percentage{_NO_VERB}"
    ),
    day=(
        r"\b(?:by|since|until|till|from) when\b|\bwhen\W*$"
        # "When" with a clause behind it is a condition.
        r"|(?:^|[,;:.?!]|\band)\s*when(?:['’]s\b|(?: exactly)? (?:is|are|was|were|do|does|did|can"
        r"|could|may|might|must|shall|should|will|would|has|have|had)\b)"
        r"|\b(?:what|which) (?:date|day|year|deadline)\b"
        rf"|{_WHAT_IS}(?:deadlines?|dates?|last day){_OF_IT}"
        rf"|{_FRAGMENT}(?:deadlines?|dates?){_NO_VERB}"
    ),
    name=(
        r"(?:^|[,;:.?!]|\b(?:by|for|from|of|to|with|and))\s*(?:who(?:m|se)?|where)\b"
        r"|\bwhat(?:'s| is| are| was| were) the names?\b"
        r"|\b(?:what|which)(?: [\w-]+){0,3} (?:agency|authority|bod(?:y|ies)|board|city|committee"
        r"|company|council|country|court|department|event|firm|foundation|institut(?:e|ion)"
        r"|minist(?:er|ry)|office|organi[sz]ation|place|programme?|school|university)\b"
    ),
)
