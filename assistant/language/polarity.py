"""Whether a text denies or forbids: "may not", "할 수 없다", "لا يجوز"."""

from __future__ import annotations

from typing import Literal

import regex

# Bounds are no denials: "not more than 30 days", "30일을 초과할 수 없다", "لا يقل عن ٣".
_BOUND = regex.compile(
    r"\b(?:no|not|never|cannot)\b(?: \w+){0,3} (?:more|less|fewer|later|earlier|lower|higher|longer"
    r"|greater|exceed\w*)\b"
    r"|\bno later\b|\bnot only\b"
    r"|(?:초과|넘|미만)[^.,]{0,12}(?:없|못|아니|않|안)\p{Hangul}*"
    r"|(?:لا|ولا|ألا|ألّا|الا)(?: يجوز أن| يمكن أن)? [يت](?:زيد|تجاوز|جاوز|قل)\p{L}*",
    regex.IGNORECASE,
)
# Denied twice: a duty ("하지 아니하면 아니 된다", "must not fail to").
_TWICE = regex.compile(
    r"(?:아니하면|않으면|없으면) ?(?:아니|안) ?[되돼된]\p{Hangul}*|(?:not|never) fail"
    r"|(?:لا|لم|لن|ليس)[^.،]{0,30} إلا (?:إذا|بعد|ب|في|من)",
    regex.IGNORECASE,
)
_DENIAL = regex.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|can't|don't|doesn't|isn't|aren't|won't|prohibit\w*"
    r"|forbid\w*|forbidden|unless|ineligible|refus\w+|without)\b"
    r"|없[다는음을으습이어]|없이|아니[하한할되다]?|않[는은을다았아습으]|못[하한할]|금지"
    r"|안 ?[되된됩돼]|불가"
    r"|(?:^|\s)(?:و|ف)?(?:لا|لم|لن|ليس\p{L}*|غير|عدم|دون|بدون|[يت]حظر|[يت]منع|محظور\p{L}*"
    r"|ممنوع\p{L}*)(?=\s|$)",
    regex.IGNORECASE,
)
_YES = regex.compile(r"^\W*(?:yes|예|네|نعم|بلى|أجل)(?=[\s,.،!]|$)", regex.IGNORECASE)
_NO = regex.compile(r"^\W*(?:no|아니요|아니오|아닙니다|كلا|لا)(?=[,.،!]|$)", regex.IGNORECASE)


def denies(text: str) -> bool:
    """Whether a text says that something is not so or not allowed; two denials affirm."""
    return len(_DENIAL.findall(_TWICE.sub(" ", _BOUND.sub(" ", text)))) % 2 == 1


def without_verdict(text: str) -> str:
    """A sentence without the plain yes or no that it begins with."""
    return str(_NO.sub("", _YES.sub("", text)))


def verdict(text: str) -> Literal["yes", "no"] | None:
    """Whether a sentence begins with a plain yes or no."""
    if _YES.search(text):
        return "yes"
    return "no" if _NO.search(text) else None
