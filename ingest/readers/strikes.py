"""What Markdown strikes out, which holds no more; and what it takes for an address and is none."""

from __future__ import annotations

from typing import Final

import regex

_FENCE: Final = regex.compile(r"^[ ]{0,3}(```|~~~)")
_STRUCK: Final = regex.compile(
    r"(?<![~\\])~~(?=\S)((?:(?!\n\s*\n)[^~`]){1,2000}?)(?<=\S)~~(?!~)"
    r"|<(del|s|strike)\b[^<>]*>((?:(?!\n\s*\n)[^`]){0,2000}?)</\2>",
    regex.IGNORECASE,
)
#: ``[1]: …`` names the address of a link, and is shown nowhere; a note is no address.
_NAMED: Final = regex.compile(r"^( {0,3})(\[[^\]^\n]+\]:[ \t]*(?!<)([^\s]+)[ \t]*)$", regex.M)
_ADDRESS: Final = regex.compile(r"[/#@:]|[\p{L}\p{N}]\.[\p{L}]{2,}")


def without_struck(text: str) -> tuple[str, list[str]]:
    """A Markdown text without what is struck out in it, and that; code stays as it is."""
    struck: list[str] = []

    def take(match: regex.Match[str]) -> str:
        struck.append(match[1] or match[3] or "")
        return ""

    parts: list[str] = []
    begun: list[str] = []
    code = ""
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if fence and not code:
            parts.append(_NAMED.sub(_escaped, _STRUCK.sub(take, "\n".join(begun))))
            code, begun = fence[1], [line]
        elif fence and fence[1] == code:
            parts.append("\n".join([*begun, line]))
            code, begun = "", []
        else:
            begun.append(line)
    rest = "\n".join(begun)
    if begun:
        parts.append(rest if code else _NAMED.sub(_escaped, _STRUCK.sub(take, rest)))
    return "\n".join(part for i, part in enumerate(parts) if part or i), struck


def _escaped(match: regex.Match[str]) -> str:
    return str(match[0] if _ADDRESS.search(match[3]) else f"{match[1]}\\{match[2]}")
