"""How English says that the sources do not tell."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import AbstentionWords

_SOURCE: Final = r"(?:sources?|documents?|texts?|passages?|excerpts?|evidence|information|context)"
_TOLD: Final = "(?:information|mention|details?|indication|answer)"

ABSTENTION: Final = AbstentionWords(
    silent=regex.compile(
        # What they do not do; "information may not be provided" is a rule.
        rf"(?<!\b(?:if|when|where|whose|unless) (?:\w+ ){{0,3}})\b{_SOURCE}\b.{{0,40}}"
        r"(?:(?<!\b(?:that|which) )\b(?:do|does|did)(?: not|n['’]t)|\bnever|\bcannot(?! be)) "
        r"(?:[\w,]+ ){0,3}(?:mention|specify|state|provide|contain|indicate|say|address|answer"
        rf"|describe|give|list|include|have (?:\w+ )?{_TOLD})s?\b"
        rf"|\b{_SOURCE}\b.{{0,40}}\b(?:no|lacks?) (?:\w+ )?{_TOLD}\b(?! required)"
        rf"|\b{_SOURCE}\b.{{0,20}} not (?:sufficient|enough) to answer"
        r"|(?:\bnot|n['’]t) (?:\w+ ){0,2}(?:mentioned|specified|stated|provided|given|listed"
        r"|found|indicated|described|available|addressed|contained|included)\b.{0,20}"
        rf"\b(?:in|by|from) (?:\w+ ){{0,4}}{_SOURCE}\b(?! (?:is|are|shall|must|may)\b)"
        r"|(?:\bnot|n['’]t) (?:explicitly |directly )?(?:mentioned|specified|stated)\W*$"
        r"|\b(?:information|details?)\b.{0,40}(?:\bnot|n['’]t) (?:\w+ )?(?:provided|given|available"
        r"|included|found)\W*$"
        rf"|\b(?:cannot|can ?not|can['’]t) be (?:found|determined|answered) "
        rf"(?:in|from|by) (?:\w+ ){{0,4}}{_SOURCE}\b"
        rf"|\bthere (?:is|are) (?:no|not enough) (?:\w+ )?{_TOLD}\b.{{0,60}}"
        rf"\b(?:{_SOURCE}|about|on|regarding|found|available)\b"
        rf"|\bno {_TOLD}\b.{{0,60}}\b(?:is|are|was|were)"
        r" (?:available|given|found|made|provided)\b(?! to\b)"
        # To the sentence's end without a verb: "no information on fees".
        rf"|\bno {_TOLD}(?: (?!(?:may|shall|must|can|will|should|is|are|was|were)\b)[\w'’-]+)*\W*$"
        r"|\bI (?:do not|don['’]t|cannot|can['’]t|could not) (?:know|find|answer|determine)\b",
        regex.IGNORECASE,
    )
)
