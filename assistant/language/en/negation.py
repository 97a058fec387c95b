"""What denies in English."""

from __future__ import annotations

from typing import Final

from assistant.language.words import Negation

NEGATION: Final = Negation(
    denial=(
        r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|cannot|\w+n['’]t|prohibit\w*"
        r"|forbid\w*|unless|ineligible|without)\b"
        r"|(?<!\b(?:who|that|which) )\b(?:is|are|be|was|were) (?:refused|rejected)\b"
        # In a sentence it only goes on with a denial.
        r"|(?<![^.;] )\bnor\b"
    ),
    idioms=(
        r"\bwithout (?:any |undue |unreasonable )*delay\b"
        r"|\b(?:with|at|for) no (?:additional |extra |further )?(?:charge|cost|fees?|penalty)\b"
        # Royal Decree No. M/51.
        r"|\bno\.\s?(?=[\p{Nd}(]|[A-Z]+/)"
    ),
    twice=r"(?:not|never) fail",
    bound=(
        r"\b(?:no|not|never|cannot)\b(?: \w+){0,3} (?:more|less|fewer|later|earlier|lower|higher"
        r"|longer(?= than)|greater|exceed\w*)\b"
        r"|\bno later\b|\bnot only\b"
    ),
    main=(
        r"^(?:(?!\b(?:if|where|when|unless|even|who|that|which|without|provided|save|except"
        r"|although|but|only|and (?:no|there))\b).)*?"
        r"\b(?:not|no|never|cannot|\w+n['’]t|prohibit(?:s|ed)|forbid\w*|ineligible|nobody|neither"
        r"|(?:is|are|be) (?:refused|rejected))\b"
    ),
    only=r"\bonly\b|\b(?:limited|restricted) to\b|\breserved for\b",
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
