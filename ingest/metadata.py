"""What a document says about itself: front matter, a sidecar file, or a safe guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.language import Language, as_language, detect
from ingest.errors import UnreadableFileError

SIDECAR_SUFFIX = ".meta.yaml"

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_FIRST_HEADING = re.compile(r"^#{1,2}\s+(.+?)\s*#*$", re.MULTILINE)
_TITLE_KEYS = ("title", "제목", "العنوان")
_LANGUAGE_KEYS = ("language", "lang")


@dataclass(frozen=True)
class DocumentMetadata:
    """Title and main language of one document, and what it shares with its other editions."""

    title: str
    language: Language
    work_id: str | None = None


def sidecar_of(path: Path) -> Path:
    """Where the metadata of ``rules.ko.pdf`` may stand: ``rules.ko.meta.yaml`` beside it."""
    return path.with_name(path.stem + SIDECAR_SUFFIX)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The YAML front matter of a Markdown text, and the text without it.

    What looks like front matter but is not valid YAML stays part of the text.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        values = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError):
        return {}, text
    return (values, text[match.end() :]) if isinstance(values, dict) else ({}, text)


def read_sidecar(path: Path) -> dict[str, Any]:
    """The sidecar of a file, or nothing.

    Raises:
        UnreadableFileError: There is one and it is not a YAML mapping.
    """
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return {}
    try:
        values = yaml.safe_load(sidecar.read_text("utf-8"))
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableFileError(f"{sidecar.name} is not valid YAML: {error}") from error
    if not isinstance(values, dict):
        raise UnreadableFileError(f"{sidecar.name} is not a YAML mapping of names to values.")
    return values


def resolve(
    path: Path, stated: dict[str, Any], text: str, own_title: str | None
) -> DocumentMetadata:
    """What is stated, completed by what can be told from the file.

    Args:
        path: The file.
        stated: Front matter and sidecar together.
        text: The document's text, without front matter.
        own_title: The title that the file format carries, if any.
    """
    heading = _FIRST_HEADING.search(text)
    guesses = (own_title, heading[1] if heading else None, path.stem)
    title = _first(stated, _TITLE_KEYS) or next(g.strip() for g in guesses if g and g.strip())
    language = as_language(_first(stated, _LANGUAGE_KEYS)) or detect(text).language
    return DocumentMetadata(
        title=title,
        language=language,
        work_id=_first(stated, ("work_id",)),
    )


def named_collection(stated: dict[str, Any]) -> str | None:
    """The collection that a document's metadata name, if any."""
    return _first(stated, ("collection",))


def _first(values: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    # Scalars only: a few lines of YAML with aliases can stand for gigabytes of lists.
    scalars = (values[key] for key in keys if isinstance(values.get(key), str | int | float))
    found = (str(value).strip() for value in scalars)
    return next((value[:1000] for value in found if value), None)
