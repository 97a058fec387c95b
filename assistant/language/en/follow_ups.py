"""What makes an English question depend on the one before it."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import FollowUpWords

_ASKING: Final = (
    "what about how much mani long often when where who whi which also then too so but else "
    "them him her his hers your me my us our same such one ones tell pleas ok okay well just "
    "get got have has had need mean more exact"
)
# "Is it allowed to…", "How long does it take to…", "students that…", "this year".
_NO_REFERENCE: Final = regex.compile(
    r"\bit (?:(?:be )?\w+ (?:\w+ )?(?:to|that|for|if|when)\b|takes?\b|costs?\b)"
    r"|\b(?:this|these|that|those) (?:year|month|week|semester|term|summer|winter)\b"
    r"|\bthose (?:who|with|whose|in|of|that)\b"
    r"|\b(?:is|are|was|were) there\b",
    regex.IGNORECASE,
)

FOLLOW_UPS: Final = FollowUpWords(
    asking=frozenset(_ASKING.split()),
    # Not "what about…", "what is it for…", "how is it in…".
    asks_anew=regex.compile(
        r"(?:^\W*|[,;:.?!]\s*|\b(?:and|but|so|then|at|by|for|from|in|of|on|to|under|with)\s+)"
        r"(?:which|why|what(?! (?:about|if|else)\b| (?:is|are|was|were) (?:it|they)\b)"
        r"|how (?:can|could|do|does|did|may|must|shall|should|to|will))\b",
        regex.IGNORECASE,
    ),
    reference=regex.compile(
        r"\b(?:this|these|those)\b"
        r"|\b(?:is|was|does|do|did|for|of|about|after|before|in|at|with|by|than|to|like|from"
        r"|under|on|and|if) that\b"
        r"|\bthat\W*$|\bthere\W*$|\b(?:the )?(?:former|latter)\b|\bthe other (?:one|s)\b"
        r"|\bwhich one|\bin (?:such|the same (?:case|way|situation))\b|\bas well\W*$|\binstead\W*$",
        regex.IGNORECASE,
    ),
    no_reference=((_NO_REFERENCE, " "),),
    opening=regex.compile(
        r"^\W*(?:and|but|so|or|also|then|what about|how about|what if|why not|in that case"
        r"|otherwise|the same|same for|if so|if not|anything else|what else)\b",
        regex.IGNORECASE,
    ),
    # "For graduates?": no sentence, for want of a verb.
    short_opening=regex.compile(
        r"^\W*(?:for|in|with|without|from|under|to|of|after|before|on|at|by|only|even|not)\b(?!.*\b"
        r"(?:is|are|was|were|do|does|did|can|could|may|must|shall|should|will|would|has|have)\b)",
        regex.IGNORECASE,
    ),
    pronoun=regex.compile(
        r"\b(?:it|its|they|them|their|theirs|he|she|his|her)\b", regex.IGNORECASE
    ),
)
