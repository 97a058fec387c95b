"""Bounds of numbers in English, which stand before them mostly."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Bounds

BOUNDS: Final = Bounds(
    before={
        "least": (r"at least|no(?:t)? (?:less|fewer|lower|earlier) than|a minimum of|minimum|from"),
        "most": (
            r"at most|no(?:t)? (?:more|later|longer|higher|greater) than|not exceed(?:ing)?|up to"
            r"|a maximum of|maximum|within"
            r"|(?:not|never|cannot)(?: \w+){1,3} (?:more|longer|later|greater|over) than?"
        ),
        "over": r"more than|over|above|exceed(?:s|ing)?|longer than|greater than",
        "under": r"less than|fewer than|under|below|shorter than",
    },
    after={
        "least": r"or (?:more|above|higher|longer|later)|at (?:the )?least",
        "most": r"or (?:less|fewer|below|lower)|at (?:the )?most",
    },
    # "3.0 out of 4.3"
    scale_before=r"\bout of (?:a (?:possible |maximum (?:of )?)?)?",
    limits=r"\b(?:limit|maximum|minimum|cap|fee|charge|cost|price|requirement|deadline)",
)
