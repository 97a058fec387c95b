"""Which metadata of documents can be stated, under which names, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.language import Language
from assistant.language.lexicon import LEXICON

SIDECAR_SUFFIX = ".meta.yaml"

#: Our own name of each field, then those of Dublin Core and others.
_NAMES: Mapping[str, Sequence[str]] = {
    "title": ("title",),
    "issuer": ("issuer", "publisher", "issued_by"),
    "language": ("language", "lang"),
    "collection": ("collection",),
    "work_id": ("work_id",),
    "version": ("version",),
    "source_url": ("source_url", "url"),
    "effective_from": ("effective_from",),
    "effective_until": ("effective_until",),
    "status": ("status",),
}
_LANGUAGES: Sequence[Language] = ("ko", "en", "ar")
#: The names under which front matter and sidecars state each field, in the order in which they
#: are believed. Besides our own: those of legalize-kr (Korean statutes), of saudi-laws-md, and of
#: Dublin Core.
KEYS: Mapping[str, Sequence[str]] = {
    name: (
        *own,
        *(key for code in _LANGUAGES for key in LEXICON[code].documents.keys.get(name, ())),
    )
    for name, own in _NAMES.items()
}


def sidecar_of(path: Path) -> Path:
    """Where the metadata of ``rules.ko.pdf`` may stand: ``rules.ko.meta.yaml`` beside it."""
    return path.with_name(path.stem + SIDECAR_SUFFIX)
