"""Whether a sentence is plain text: nothing that a page would load, follow or hide."""

from __future__ import annotations

from typing import Final

import regex

_INVISIBLE: Final = regex.compile(
    r"[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Co}\p{Cn}--\s\u200c\u200d]",
    regex.VERSION1,
)
_MARKUP: Final = regex.compile(
    r"!\[|\]\(|</?[a-z!]|<\||\|>|&(?:#\w+|[a-z]{2,8});|```|\[/?INST\]|\bjavascript:|\bdata:\w+/",
    regex.IGNORECASE,
)
_FOREIGN: Final = regex.compile(
    r"(?:\b[a-z][a-z+.-]*://|\bwww\.)\S+|\b[\w.+-]+@[\w-]+\.\w+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|info|xyz|ru|cn|kr|sa|dev|app|co)\b\S*"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S+"
    r"|[A-Za-z\d+/_-]{24,}={0,2}",
    regex.IGNORECASE,
)


def markup_in(text: str, known: str) -> str | None:
    """What of a text a page would load, follow or hide, as a reason against it, or None.

    Args:
        text: The text.
        known: What it may have addresses and codes from.
    """
    if _INVISIBLE.search(text):
        return "it has invisible characters"
    if found := _MARKUP.search(text):
        return f"it has markup ({found[0]})"
    for found in _FOREIGN.finditer(text):
        if found[0].rstrip(".,;:!?)؟،") not in known:
            return f"the evidence does not have {found[0]}"
    return None
