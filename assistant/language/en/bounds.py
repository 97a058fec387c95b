"""Bounds of numbers in English, which stand before them mostly."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Bounds

# Words after a denial up to what it denies; behind these another statement begins.
_WORDS = (
    r"(?: (?!(?:if|when|where|while|unless|until|after|before|because|but|and|or|who|whose|that"
    r"|which)\b)\w+)"
)
_NOT = (
    r"(?:not|never|cannot|nor|neither|without|no (?:case|event|circumstances)|\w+n['’]t"
    r"|no (?:[\w'’]+ ){1,3}(?:may|shall|can|must|should|will))"
)
# "Not admit students with more than three warnings" bounds nobody's warnings.
_NOT_SO = (
    rf"(?!without\b){_NOT}{_WORDS}{{0,8}}(?<!\b(?:with|having))"
    r"(?<!\bha(?:s|ve|d)(?: not|n['’]t) (?:\w+ ){1,6}for)"
    r"(?<!\bapply to (?:an? |the )?\w+(?: [\w'’]+){0,5})"
)
_MORE = "(?:more|later|longer|higher|greater|larger|older)"
_LESS = "(?:less|fewer|lower|earlier|sooner|shorter|smaller|younger)"
_TIME = (
    r"(?:(?:working|business|calendar|consecutive|full|academic)\s)?"
    r"(?:minutes?|hours?|days?|weeks?|months?|years?|semesters?|terms?)\b"
)
_AHEAD = "(?:before|prior to|in advance|ahead)"

BOUNDS: Final = Bounds(
    before={
        "least": (
            rf"at (?:the )?(?:very )?least|no {_LESS} than|{_NOT_SO} {_LESS} than"
            rf"|minimum of|{_MORE} than or equal to|equal to or {_MORE} than|at or above"
        ),
        "most": (
            rf"at (?:the )?(?:very )?most|no {_MORE} than|{_NOT_SO} (?:{_MORE} than|in excess of)"
            rf"|{_NOT}{_WORDS}{{0,3}} exceed(?:ing)?|maximum(?: of)?"
            r"|(?<!not )(?:limited to|capped at)"
            rf"|{_LESS} than or equal to|equal to or {_LESS} than|at or below"
        ),
        "over": rf"{_MORE} than|exceed(?:s|ing|ed)?|in excess of",
        "under": rf"{_LESS} than",
    },
    directly={
        "least": (
            rf"not{_WORDS}{{0,2}} (?:under|below)"
            r"|minimum(?:(?! wage)(?: \w+){1,3} (?:of|is))?"
        ),
        "most": (
            rf"not{_WORDS}{{0,2}} (?:over|above)"
            r"|up to(?: and including)?(?: (?:the|an?))?(?: (?:first|further|additional|total of))?"
            r"|within(?: (?:the|an?|your|his|her|its|their))?"
            r"(?: (?:first|next|last|past|following|subsequent|previous))?"
        ),
        # "The above two requirements".
        "over": "over|(?<!the )above",
        "under": "under|below",
    },
    between=(
        r"(?:an?|the) (?:\w+ ){0,2}(?:period|term|total|maximum|amount|sum|limit|threshold|level"
        r"|age|average|gpa|score|mark|grade|rate|value|price|income|salary) of|aged?"
    ),
    after={
        "least": (
            r"\b(?:or (?:more|higher|longer|later|older|greater|upwards?)\b(?! than\b)"
            r"|(?:or|and) (?:over|above|older|upwards?)\b(?! (?:all|the|an?)\b))"
            r"|\bat (?:the )?(?:very )?least\b"
        ),
        "most": (
            r"\b(?:or (?:less|fewer|lower|younger|shorter)\b(?! than\b)"
            r"|(?:or|and) (?:below|under|younger)\b(?! (?:the|an?)\b))"
            r"|\bat (?:the )?(?:very )?most\b"
        ),
    },
    around=(
        # Counted back from a day, what is not later is a time before it that is at least so long.
        (r"not? later than", rf"{_TIME} {_AHEAD}", "least"),
        (r"not? (?:earlier|sooner) than", rf"{_TIME} {_AHEAD}", "most"),
        # For so long a time: "spread over two months", but "an absence of over two months".
        (
            r"(?<!\b(?:for|of|if|is|are|with|last|lasts|lasting|just|well|not)\s)over",
            rf"{_TIME}(?! (?:of|old)\b)",
            None,
        ),
    ),
    # "3.0 out of 4.3"
    scale_before=r"\bout of (?:a (?:possible |maximum (?:of )?)?)?",
    limits=r"\b(?:limit|maximum|minimum|cap|fee|charge|cost|price|requirement|deadline)",
)
