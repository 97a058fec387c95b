"""What the assistant says in its own words."""

from __future__ import annotations

import pytest
from babel import Locale
from shelf import passage

from assistant.answering.wording.phrases import phrases
from assistant.answering.wording.texts import not_found
from assistant.codes import LANGUAGES, LOCALES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_plurals_that_it_tells_apart(language: Language) -> None:
    forms = Locale.parse(LOCALES[language]).plural_form.tags | {"other"}
    assert set(phrases(language).nearest) == forms


@pytest.mark.parametrize(
    ("language", "announced"),
    [
        ("ko", ["관련이 가장 가까운 문서는 다음과 같습니다."] * 3),
        (
            "ar",
            ["أقرب وثيقة إلى سؤالك:", "أقرب وثيقتين إلى سؤالك:", "أقرب الوثائق إلى سؤالك:"],
        ),
        ("en", ["The closest document is:", *["The closest documents are:"] * 2]),
    ],
)
def test_the_nearest_documents_are_announced_by_their_number(
    language: Language, announced: list[str]
) -> None:
    passages = [passage(number, "A rule.") for number in (1, 2, 3)]
    for count, expected in enumerate(announced, start=1):
        lines = not_found(passages[:count], language).splitlines()
        assert lines == [
            phrases(language).not_found,
            expected,
            *(f"- {item.title}" for item in passages[:count]),
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_near_nothing_is_announced(language: Language) -> None:
    assert not_found([], language) == phrases(language).not_found
