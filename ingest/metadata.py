"""What a document says about itself: front matter, a sidecar file, the caller, or a safe guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.codes import Fault
from assistant.errors import InvalidInputError
from assistant.ingestion.metadata_keys import KEYS, sidecar_of
from assistant.language import LANGUAGES, Language, as_language, detect
from assistant.language.lexicon import LEXICON
from ingest.dates import as_day
from ingest.errors import UnreadableFileError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
# Half a surrogate pair, which YAML can name, is no text either.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_FIRST_HEADING = re.compile(r"^#{1,2}\s+(.+?)\s*#*$", re.MULTILINE)

#: Statuses that say that a document is not in force any more.
_REPEALED = frozenset(
    status for words in LEXICON.values() for status in words.documents.repealed_status
)


@dataclass(frozen=True)
class DocumentMetadata:
    """What is known of one document.

    Attributes:
        title, language: Always known; guessed where nothing states them.
        work_id: What its editions in other languages, and its other versions, share.
        issuer, version, source_url: As stated.
        effective_from: First day in force, as a number (20260911).
        effective_until: Last day in force.
        repealed: Whether the document says that it is not in force any more.
        guessed: Names of the fields that were guessed.
        problems: What is stated and cannot be used.
    """

    title: str
    language: Language
    work_id: str | None = None
    issuer: str | None = None
    version: str | None = None
    source_url: str | None = None
    effective_from: int | None = None
    effective_until: int | None = None
    repealed: bool = False
    guessed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


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
        raise UnreadableFileError(
            Fault.BAD_METADATA, f"{sidecar.name} is not valid YAML: {error}"
        ) from error
    if not isinstance(values, dict):
        raise UnreadableFileError(
            Fault.BAD_METADATA, f"{sidecar.name} is not a YAML mapping of names to values."
        )
    return values


def parse_assignments(assignments: Sequence[str]) -> dict[str, str]:
    """Metadata from a command line: ``["issuer=KAIST"]`` gives ``{"issuer": "KAIST"}``.

    Raises:
        InvalidInputError: An assignment has no ``=`` or names no known field.
    """
    stated = {}
    for assignment in assignments:
        name, found, value = assignment.partition("=")
        if not found or name not in KEYS:
            raise InvalidInputError(
                f"{assignment!r} is no metadata.", f"Write NAME=VALUE; names: {', '.join(KEYS)}."
            )
        stated[name] = value
    return stated


def resolve(
    path: Path, stated: Mapping[str, Any], text: str, own_title: str | None
) -> DocumentMetadata:
    """What is stated, completed by what can be told from the file.

    Args:
        path: The file.
        stated: Front matter, sidecar and what the caller says together.
        text: The document's text, without front matter.
        own_title: The title that the file format carries, if any.
    """
    guessed: list[str] = []
    problems: list[str] = []
    title = _first(stated, KEYS["title"])
    if not title:
        heading = _FIRST_HEADING.search(text)
        guesses = (own_title, heading[1] if heading else None, path.stem)
        title = next(g.strip() for g in guesses if g and g.strip())
        guessed.append("title")
    language = as_language(_first(stated, KEYS["language"]))
    if language is None:
        language = detect(text).language
        guessed.append("language")
    work_id = _first(stated, KEYS["work_id"])
    if not work_id and (work_id := _work_of_name(path)):
        guessed.append("work_id")
    begins = _day(stated, "effective_from", problems)
    ends = _day(stated, "effective_until", problems)
    if begins and ends and ends < begins:
        problems.append(f"it is in force until {ends}, before it begins on {begins}")
        begins = ends = None
    return DocumentMetadata(
        title=unicodedata.normalize("NFC", title)[:2000],
        language=language,
        work_id=_short(work_id),
        issuer=_first(stated, KEYS["issuer"]),
        version=_first(stated, KEYS["version"]),
        source_url=_first(stated, KEYS["source_url"]),
        effective_from=begins,
        effective_until=ends,
        repealed=(_first(stated, KEYS["status"]) or "").lower() in _REPEALED,
        guessed=tuple(guessed),
        problems=tuple(problems),
    )


def named_collection(stated: Mapping[str, Any]) -> str | None:
    """The collection that a document's metadata name, if any."""
    return _short(_first(stated, KEYS["collection"]))


def _short(name: str | None) -> str | None:
    """A name as long as the database keeps it: PostgreSQL refuses a longer one."""
    return name[:200] if name else None


def _work_of_name(path: Path) -> str | None:
    """``handbook/guide`` for ``handbook/guide.ko.md`` that has a ``guide.en.md`` beside it."""
    stem, _, code = path.stem.rpartition(".")
    if not stem or code not in LANGUAGES:
        return None
    others = [path.with_name(f"{stem}.{other}{path.suffix}") for other in LANGUAGES]
    known = sum(other.is_file() for other in others) > 1
    # With its folder: guides of the same name in other folders are other works.
    return f"{path.parent.name}/{stem}" if known else None


def _day(stated: Mapping[str, Any], field: str, problems: list[str]) -> int | None:
    value = next((stated[key] for key in KEYS[field] if stated.get(key)), None)
    if value is None:
        return None
    day = as_day(value)
    if day is None:
        problems.append(f"{field} is {str(value)[:60]!r}, which is no date")
    return day


def _first(values: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    # Scalars and lists of scalars only: a few lines of YAML with aliases can stand for gigabytes.
    for key in keys:
        value = values.get(key)
        if isinstance(value, list):
            value = ", ".join(str(v) for v in value[:20] if isinstance(v, str | int | float))
        if isinstance(value, str | int | float) and (text := _CONTROL.sub(" ", str(value)).strip()):
            return text[:1000]
    return None
