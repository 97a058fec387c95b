"""What English documents say about themselves."""

from __future__ import annotations

from typing import Final

from assistant.language.document_words import Documents

DOCUMENTS: Final = Documents(
    keys={
        "effective_from": ("effective_date",),
        "effective_until": ("expires", "repealed_on"),
    },
    repealed_status=("repealed", "withdrawn", "superseded"),
    amended=r"\bamended\b",
    repealed=r"\brepealed\b",
    titles="act law regulation policy rules of the",
    no_titles=r"untitled(?: document)?|no title|document|presentation|book|sheet|slide|page|title"
    r"|powerpoint presentation|slideshow|(?:new )?microsoft \w+ (?:document|presentation|worksheet)"
    r"|(?:adobe )?photoshop pdf|full page photo|scan(?:ned)?(?: document| image)?|cam ?scanner.*"
    r"|anonymous|unknown|unspecified|none|null|about:blank|print|img|image|template|copy of .*",
    in_force=("in force from {}", "in force until {}"),
    page="page {}",
    suspended=r"and|or|nor|to",
)
