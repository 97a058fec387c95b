"""Sparse vectors of passages and queries."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index.sparse import SparseVector, encode_passage, encode_query


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_a_valid_vector(text: str) -> None:
    for vector in (encode_passage(text), encode_query(text)):
        assert len(vector.indices) == len(vector.values)
        assert all(0 <= i < 2**32 for i in vector.indices)
        assert all(a < b for a, b in pairwise(vector.indices))
        assert all(value > 0 for value in vector.values)


@pytest.mark.parametrize("text", ["제15조의2와 KAIST", "the the exchange", "المادة الثالثة"])
def test_a_querys_weights_sum_to_one(text: str) -> None:
    assert sum(encode_query(text).values) == pytest.approx(1.0)


def test_a_text_without_terms_has_an_empty_vector() -> None:
    assert encode_query("🎓 … !") == encode_passage("🎓 … !") == SparseVector([], [])


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("제15조의2가 뭔가요?", "제15조의2(이용허락)"),
        ("What is KAIST's fee?", "수수료는 KAIST가 정한다."),
        ("ما رسوم KAUST؟", "KAUST fees are listed below."),
        ("٣٠ يوماً", "within 30 days"),
        ("제３조", "Article 3"),
        ("المادة الثالثة", "제3조(정의)"),
    ],
)
def test_names_numbers_and_references_meet_across_languages(question: str, passage: str) -> None:
    assert set(encode_query(question).indices) & set(encode_passage(passage).indices)
