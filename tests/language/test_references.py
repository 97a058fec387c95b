"""References to articles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import article_of, article_references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("개인정보 보호법 제15조제2항과 제 15 조의2", ["15", "15-2"]),
        ("Article 12 of the law, Art. 5(2) and § 7", ["12", "5", "7"]),
        ("저작권법 28조와 고등교육법 11조의2, 예산 3조 원", ["28", "11-2"]),
        ("Section 3.1 is no article, and neither is particle 12", []),
        ("المادة الثالثة من نظام العمل", ["3"]),
        ("بموجب المادة (١٥) والمادة ٧٩ مكرر", ["15", "79-bis"]),
        ("المادّة الحادية عشرة", ["11"]),
        ("المادة الخامسة والثلاثون بعد المائتين", ["235"]),
        ("المادة التاسعة والعشرون بعد المائتين (مكرر)", ["229-bis"]),
        ("للمادة السادسة والسبعين من النظام", ["76"]),
        ("المادة الخامسة مكررا", ["5-bis"]),
        ("Article 15-2 and Article 5 bis, Articles 15-20", ["15-2", "5-bis", "15"]),
        ("제３조와 第三條", ["3"]),
        ("مادة دراسية في السنة الثالثة", []),
    ],
)
def test_reads_references_in_three_languages(text: str, expected: list[str]) -> None:
    assert article_references(text) == expected


def test_a_locator_without_an_article_has_none() -> None:
    assert article_of("Fees › Refunds") is None
    assert article_of("المادة الخمسون") == "50"


@given(st.text(alphabet="제조의 0123456789١٥المادةمكرربعدArticle§.()\n"))
def test_any_text_gives_numbers_only(text: str) -> None:
    for reference in article_references(text):
        number, _, branch = reference.partition("-")
        assert number.isascii()
        assert number.isdigit()
        assert branch == "bis" or branch.isdigit() or not branch
