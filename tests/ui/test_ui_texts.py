"""The catalogues say everything in every language."""

from __future__ import annotations

import dataclasses
import re
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import ui.texts
from assistant.codes import Fault, FileOutcome, Language, RemarkKind
from assistant.language import script_shares
from ingest.metadata import resolve
from ingest.quality import Quality
from ui.texts import LANGUAGES, Texts, choose_language, direction_of, load_texts

THREE = [load_texts(language) for language in ("ko", "ar", "en")]
SCRIPTS = {"ko": r"[\uac00-\ud7a3]", "ar": r"[\u0621-\u064a]", "en": r"[A-Za-z]"}


def catalogue(language: str) -> dict[str, Any]:
    path = Path(ui.texts.__file__).with_name(f"texts.{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def every_text(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in every_text(part)]  # type: ignore[attr-defined]


def keys(table: dict[str, Any], above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = set()
    for name, value in table.items():
        found.add((*above, name))
        if isinstance(value, dict):
            found |= keys(value, (*above, name))
    return found


#: The plural categories of a language (CLDR); the tests of the page ask the browser for them.
PLURALS = {
    "ko": {"other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
    "en": {"one", "other"},
}
_COUNTED = {("length", "left"), ("length", "over")}


def test_all_catalogues_have_the_same_keys() -> None:
    # Each language has its own forms of the plural; a test below asks for those of pages.
    found = {language: keys(catalogue(language)) for language in LANGUAGES}
    for language, own in found.items():
        counted = {key for key in own if key[:-1] in _COUNTED}
        assert counted == {(*table, name) for table in _COUNTED for name in PLURALS[language]}
        own -= counted | {key for key in own if key[0] == "pages"}
    assert found["ko"] == found["ar"] == found["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_written_in_its_own_language(language: Language) -> None:
    texts = dataclasses.asdict(load_texts(language))
    assert texts.pop("language") == language
    for text in every_text(texts):
        assert text == text.strip()
        words = re.sub(r"\{\w+\}", "", text)
        assert re.search(SCRIPTS[language], words) or not re.search(r"\w", words), text


@pytest.mark.parametrize("language", ["ko", "ar"])
def test_no_korean_or_arabic_text_is_left_in_english(language: Language) -> None:
    texts = dataclasses.asdict(load_texts(language))
    texts.pop("language")
    for text in every_text(texts):
        assert not re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", text)), text


#: What is in a report has no type of its own, and counts have the forms of their language; tests
#: ask for their texts.
_OPEN = {("operators", "measures"), *_COUNTED}
KEYS = sorted(key for key in keys(catalogue("en")) if key[:-1] not in _OPEN)


@pytest.mark.parametrize("key", KEYS, ids=".".join)
def test_a_missing_text_is_an_error_that_names_it(key: tuple[str, ...]) -> None:
    incomplete = catalogue("en")
    table = incomplete
    for name in key[:-1]:
        table = table[name]
    del table[key[-1]]
    with pytest.raises(ValidationError, match=key[0]):
        TypeAdapter(Texts).validate_python(incomplete)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_job_reports_has_a_text(language: Language) -> None:
    own = load_texts(language).operators
    assert set(own.faults) == set(Fault)
    assert set(own.remarks) == set(RemarkKind)
    assert set(own.results) == set(FileOutcome)
    assert set(own.measures) == {field.name for field in dataclasses.fields(Quality)}
    assert set(own.scripts) == set(script_shares("학칙 نظام rules"))
    with_sibling = Path(__file__).parents[2] / "samples" / "dual-degree.ko.md"
    assert set(own.guessable) == set(resolve(with_sibling, {}, "학칙이다.", None).guessed)


def test_empty_and_unknown_texts_are_errors() -> None:
    with pytest.raises(ValidationError, match="send"):
        TypeAdapter(Texts).validate_python(catalogue("en") | {"send": ""})
    with pytest.raises(ValidationError, match="sned"):
        TypeAdapter(Texts).validate_python(catalogue("en") | {"sned": "Send"})


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [direction_of(language) for language in ("ko", "ar", "en")] == ["ltr", "rtl", "ltr"]
    assert load_texts("ar").direction == "rtl"


@pytest.mark.parametrize(
    ("asked", "header", "expected"),
    [
        ("ar", "ko-KR,ko;q=0.9", "ar"),
        (None, "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        (None, "fr-FR,fr;q=0.9,ar;q=0.7,en;q=0.8", "en"),
        (None, "en;q=0.5, AR-sa", "ar"),
        (None, "ko;q=0, ar;q=0.1", "ar"),
        (None, "zh-Hant-TW, ko-Kore-KR;q=0.4, *;q=0.9", "ko"),
        ("AR", "ko", "ar"),
        ("de", "ar", "ar"),
        ("<script>", "", "en"),
        (None, "ko;q=many", "en"),
        (None, "trilogue=ko", "en"),
    ],
)
def test_the_address_then_the_browser_choose_the_first_language(
    asked: str | None, header: str, expected: str
) -> None:
    assert choose_language(asked, None, header) == expected


def test_a_language_that_was_chosen_before_comes_before_the_browsers() -> None:
    assert choose_language(None, "ko", "ar") == "ko"
    assert choose_language("en", "ko", "ar") == "en"
    assert choose_language(None, "<b>", "ar") == "ar"


def test_pages_are_named_as_their_readers_name_them() -> None:
    for pages, expected in (
        ([3], ["3쪽", "الصفحة 3", "page 3"]),
        ([3, 5, 3], ["3 및 5쪽", "الصفحتان 3 و5", "pages 3 and 5"]),
        ([9, 2, 3, 4, 7, 8], ["2–4 및 7–9쪽", "الصفحات 2–4 و7–9", "pages 2–4 and 7–9"]),
        (
            [*range(1, 12), 20, 30],
            ["1–11, 20 및 30쪽", "الصفحات 1–11 و20 و30", "pages 1–11, 20 and 30"],
        ),
    ):
        assert [texts.on_pages(*pages) for texts in THREE] == expected


def test_days_are_written_as_their_readers_write_them() -> None:
    expected = ["2026년 9월 11일", "11 سبتمبر 2026", "11 September 2026"]
    assert [texts.day(20260911) for texts in THREE] == expected


def test_moments_are_told_as_the_clock_on_the_wall_shows_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = datetime(2026, 9, 10, 23, 30, tzinfo=UTC)
    with monkeypatch.context() as seoul:
        seoul.setenv("TZ", "Asia/Seoul")
        time.tzset()
        assert [texts.time(moment) for texts in THREE] == ["08:30"] * 3
        assert THREE[0].day(moment) == "2026년 9월 11일"
    time.tzset()


def test_numbers_are_written_as_their_readers_write_them() -> None:
    assert [texts.number(12345) for texts in THREE] == ["12,345"] * 3
    assert [texts.percent(0.996) for texts in THREE] == ["100%"] * 3


@pytest.mark.parametrize("form", sorted(load_texts("ar").pages))
def test_every_form_of_the_plural_has_to_be_there(form: str) -> None:
    pages = {name: text for name, text in catalogue("ar")["pages"].items() if name != form}
    with pytest.raises(ValidationError, match=f"pages needs the forms.*{form}"):
        TypeAdapter(Texts).validate_python(catalogue("ar") | {"pages": pages})
    unknown = catalogue("en")["pages"] | {form: "{pages}"}
    if form not in ("one", "other"):
        with pytest.raises(ValidationError, match="pages needs the forms one, other"):
            TypeAdapter(Texts).validate_python(catalogue("en") | {"pages": unknown})
