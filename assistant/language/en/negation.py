"""What denies in English."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Negation

NEGATION: Final = Negation(
    denial=(
        r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|can't|don't|doesn't"
        r"|isn't|aren't|won't|prohibit\w*|forbid\w*|forbidden|unless|ineligible|refus\w+"
        r"|without)\b"
    ),
    twice=r"(?:not|never) fail",
    bound=(
        r"\b(?:no|not|never|cannot)\b(?: \w+){0,3} (?:more|less|fewer|later|earlier|lower|higher"
        r"|longer|greater|exceed\w*)\b"
        r"|\bno later\b|\bnot only\b"
    ),
    turns=(
        (r"\b(may|must|shall|will|should|can) not\b", r"\1"),
        (r"\bcannot\b", "can"),
        (r"\b(is|are|was|were) not\b", r"\1"),
        (r"\b(?:do|does) not\b ?", ""),
        (r"\b(may|must|shall|should)\b(?! not)", r"\1 not"),
        (r"\bcan\b(?! not)", "cannot"),
        (r"\bwill\b(?! not)", "will not"),
        (r"\b(is|are)\b(?! not)", r"\1 not"),
    ),
)
