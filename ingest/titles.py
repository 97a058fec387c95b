"""Whether the title that a file carries is one: programs put file names and defaults there."""

from __future__ import annotations

from typing import Final

import regex

from assistant.language.lexicon import alternatives

_PROGRAM: Final = regex.compile(
    r"(?:microsoft\s+)?(?:word|excel|powerpoint|hwp|hangul|writer|libreoffice)\s+[-–—]\s+.*",
    regex.IGNORECASE,
)
_ENDING: Final = regex.compile(
    r".*\.(?:docx?|docm|dotx?|rtf|odt|hwpx?|hwt|pptx?|ppsx?|odp|xlsx?|xlsm|ods|pdf|ps|eps|txt|md"
    r"|html?|xml|indd|qxd|pub|tex|dvi|tmp|png|jpe?g|tiff?)",
    regex.IGNORECASE,
)
# "2026_policy_final(3)": no title is written so.
_NAME: Final = regex.compile(r"(?=\S*_)\S+|.*_.*\(\p{Nd}+\)")
_CODE: Final = regex.compile(
    r"\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?", regex.IGNORECASE
)
_ADDRESS: Final = regex.compile(r"(?:file|https?)://\S*|[a-z]:\\.*|/\S+/\S*", regex.IGNORECASE)
_DEFAULT: Final = regex.compile(
    rf"(?:{alternatives(lambda words: words.documents.no_titles)})[\s\-_]*\(?\p{{Nd}}*\)?",
    regex.IGNORECASE,
)
_LETTER: Final = regex.compile(r"\p{L}")


def own_title(title: str | None) -> str | None:
    """The title that a file carries, or None where it is a file's name or a program's default.

    Example:
        >>> own_title("Microsoft Word - 지침_최종(3).docx"), own_title("교원 인사 규정")
        (None, '교원 인사 규정')
    """
    told = " ".join((title or "").split())
    if not _LETTER.search(told):
        return None
    made_up = (_PROGRAM, _ENDING, _NAME, _CODE, _ADDRESS, _DEFAULT)
    return None if any(pattern.fullmatch(told) for pattern in made_up) else told
