"""Grammars that keep a generator to the reader's script, in llama.cpp's GBNF notation.

A small model drifts from Korean into Chinese and from Arabic into English. Under the grammar of
a language other scripts cannot be generated at all. Latin letters, digits and marks can, for
names and amounts, but no more than `_LONGEST_NAME` characters without a letter of the language's
own. A text is one line, and has no square brackets: what it rests on is found out without the
generator, and a small one that begins to write citation marks or lists goes on with them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from assistant.language import Language

_LONGEST_NAME: Final = 60
#: From the space to the tilde, without what stands between Z and ^: brackets and the backslash.
_ASCII: Final = " -Z^-~"
_LATIN: Final = r"\u00A1-\u024F"
_MARKS: Final = r"\u2010-\u2027\u2030-\u205E\u20A0-\u20BF\u2103\u2116\u2212"
_OWN: Final[dict[Language, str]] = {
    "ko": r"\u3131-\u318E\uAC00-\uD7A3",
    "ar": r"\u0621-\u065F\u066E-\u06D5",
}
_OTHER: Final[dict[Language, str]] = {
    "ko": _ASCII + _LATIN + _MARKS + r"\u2460-\u2473\u3008-\u3011\u3380-\u33DF",
    "ar": _ASCII + _LATIN + _MARKS + r"\u060C\u061B\u061F\u0660-\u066D\u06D6-\u06ED",
    "en": _ASCII + _LATIN + _MARKS,
}


@lru_cache
def grammar(language: Language) -> str:
    """The grammar of an answer in ``language``; a bare name or number is one."""
    other = f"[{_OTHER[language]}]"
    own = _OWN.get(language)
    if own is None:
        return f"root ::= {other}+\n"
    gap = f"other{{0,{_LONGEST_NAME}}}"
    return f"root ::= ({gap} own)* {gap}\nown ::= [{own}]\nother ::= {other}\n"
