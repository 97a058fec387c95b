"""Where words of Korean and Arabic are, and that each language has all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest
import regex

from assistant.codes import LANGUAGES, Language
from assistant.language.lexicon import LEXICON
from assistant.language.words import Words

_ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("assistant", "benchmarks", "evals", "ingest", "prompts", "tools", "ui")
_LANGUAGE = Path("assistant/language")
_LETTER = regex.compile(r"[\p{L}&&[\p{Script=Hangul}\p{Script=Arabic}]]", regex.V1)

_IN_DESCRIPTIONS = "an example in the API's description, which is no pattern"
_ASKED = "questions that are asked, which are no patterns"
_MEASURES = "the evals may not know the service: they would measure it with its own eyes"
#: Files that may have Korean and Arabic in their strings nevertheless, and why.
_EXCEPTIONS = {
    "assistant/api/schemas/examples.py": _IN_DESCRIPTIONS,
    "assistant/api/schemas/chat_schemas.py": _IN_DESCRIPTIONS,
    "benchmarks/load.py": _ASKED,
    "benchmarks/skeleton.py": _ASKED,
    "benchmarks/verdict_training.py": "tells Korean text from other text by its letters",
    "benchmarks/vetoes.py": "former vetoes, kept as they were to be compared with",
    "evals/dataset.py": _IN_DESCRIPTIONS,
    "evals/locators.py": _MEASURES,
    "evals/numbers.py": _MEASURES,
    "evals/text.py": _MEASURES,
    "tools/demo.py": _ASKED,
    "tools/screenshots.py": _ASKED,
    "ui/library.py": "the page may not know the service: it compares titles with a fold of its own",
    "ui/texts.py": "the languages' own names, which are the same in every catalogue",
}
#: What only one language needs.
_OWN = {
    "ar": {
        "ordinals.py",  # ordinals are words of their own, in articles as in numbers
        "text_layers.py",  # PDFs turn its letters round
    },
    "en": {"names.py"},  # capitals, which the others do not have
}


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals of a file that are no docstrings, with their lines."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def _foreign(path: Path) -> list[str]:
    name = path.relative_to(_ROOT).as_posix()
    return [f"{name}:{line}" for line, text in _strings(path) if _LETTER.search(text)]


def test_words_of_a_language_are_in_its_folder() -> None:
    own = tuple(_ROOT / _LANGUAGE / language for language in LANGUAGES)
    found = [
        place
        for folder in _FOLDERS
        for path in sorted((_ROOT / folder).rglob("*.py"))
        if not any(path.is_relative_to(home) for home in own)
        and path.relative_to(_ROOT).as_posix() not in _EXCEPTIONS
        for place in _foreign(path)
    ]
    assert not found, (
        f"Korean or Arabic letters in strings of {', '.join(found)}. Words that are looked for "
        f"belong in {_LANGUAGE}/ko, ar and en, as a part of the records in {_LANGUAGE}/words.py; "
        "texts that people read belong in a catalogue, prompts in prompts/."
    )


@pytest.mark.parametrize("name", _EXCEPTIONS)
def test_every_exception_is_needed(name: str) -> None:
    assert _foreign(_ROOT / name), f"{name} needs no exception any more"


def test_the_languages_have_the_same_files() -> None:
    files = {
        language: {path.name for path in (_ROOT / _LANGUAGE / language).glob("*.py")}
        for language in LANGUAGES
    }
    assert set(LEXICON) == set(LANGUAGES)
    assert files["ar"] - _OWN["ar"] == files["en"] - _OWN["en"] == files["ko"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_each_record(language: Language) -> None:
    for subject, record in get_type_hints(Words).items():
        assert isinstance(getattr(LEXICON[language], subject), record)


def _patterns(record: object) -> Iterator[tuple[str, str]]:
    """The regular expressions of a record that are combined with those of other languages."""
    for part in fields(record):  # type: ignore[arg-type]
        value = getattr(record, part.name)
        if isinstance(value, str):
            yield part.name, value
        elif isinstance(value, Mapping):
            yield from ((part.name, each) for each in value.values() if isinstance(each, str))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", [part.name for part in fields(Words)])
def test_parts_can_be_combined(language: Language, subject: str) -> None:
    for name, pattern in _patterns(getattr(LEXICON[language], subject)):
        assert not regex.compile(pattern).groups, f"{name} has a group that captures: {pattern}"
