"""Whether a sentence is plain text: nothing that a page would load, follow or hide."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import regex

if TYPE_CHECKING:  # the checks are put together there
    from assistant.answering.checks import Claim


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


class PlainTextCheck:
    """The sentence has no markup, no invisible characters, and no address or code that its
    evidence does not have.

    A page that renders Markdown would load an image, and send away what stands in its address.
    """

    hint: ClassVar = "words"

    def reason_against(self, claim: Claim) -> str | None:
        """Why the sentence must not be shown, or None."""
        return markup_in(claim.text, "\n".join(item.quote for item in claim.cited))
