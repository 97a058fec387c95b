"""How English says that the sources do not tell."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.words import AbstentionWords

_SOURCE: Final = r"(?:sources?|documents?|texts?|passages?|excerpts?|evidence|information|context)"

ABSTENTION: Final = AbstentionWords(
    silent=regex.compile(
        rf"\b{_SOURCE}\b.{{0,40}}\b(?:not|n't|no|never|cannot|lacks?)\b.{{0,30}}"
        r"\b(?:mention|specif|stat|provid|contain|indicat|say|address|answer|describ|giv|list"
        r"|includ|information)"
        r"|(?:\bnot|n't) (?:\w+ ){0,2}(?:mentioned|specified|stated|provided|given|listed|found"
        r"|indicated|described|available|addressed|contained|included)\b.{0,20}"
        rf"\b(?:in|by|from) (?:\w+ ){{0,4}}{_SOURCE}"
        r"|(?:\bnot|n't) (?:explicitly |directly )?(?:mentioned|specified|stated)\W*$"
        rf"|\bno (?:information|mention|details?|indication|answer)\b.{{0,60}}"
        rf"\b(?:{_SOURCE}|about|on|regarding|found|available)\b"
        r"|\bI (?:do not|don't|cannot|can't|could not) (?:know|find|answer|determine)\b",
        regex.IGNORECASE,
    )
)
