"""Denials and permissions, and their reverse."""

from __future__ import annotations

import pytest

from assistant.language import LANGUAGES, Language
from assistant.language.polarity import denies, turned


@pytest.mark.parametrize(
    ("language", "said", "other"),
    [
        ("en", "A student may apply twice.", "A student may not apply twice."),
        ("en", "A student must not apply twice.", "A student must apply twice."),
        ("en", "The fee cannot be refunded.", "The fee can be refunded."),
        ("ko", "두 번 신청할 수 있다.", "두 번 신청할 수 없다."),
        ("ko", "두 번 신청하여야 한다.", "두 번 신청하지 않아도 된다."),
        ("ar", "يجوز للطالب التقديم مرتين.", "لا يجوز للطالب التقديم مرتين."),
        ("ar", "لا يجوز للطالب التقديم مرتين.", "يجوز للطالب التقديم مرتين."),
    ],
)
def test_a_permission_becomes_a_denial_and_the_reverse(
    language: Language, said: str, other: str
) -> None:
    assert turned(said, language) == other
    assert denies(other) != denies(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_neither_permits_nor_denies_cannot_be_turned(language: Language) -> None:
    assert turned("2026", language) is None
