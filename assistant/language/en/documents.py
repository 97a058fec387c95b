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
    in_force=("in force from {}", "in force until {}"),
    page="page {}",
)
