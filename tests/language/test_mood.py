"""A Korean answer that ends as its question did is read as the statement that it is."""

from __future__ import annotations

import pytest

from assistant.language.mood import as_statement


@pytest.mark.parametrize(
    ("generated", "statement"),
    [
        (
            "AI가 쓴 글은 전체의 20%를 넘으면 안 되나요.",
            "AI가 쓴 글은 전체의 20%를 넘으면 안 됩니다.",
        ),
        ("모두 60 학점을 들어야 하나요. [1]", "모두 60 학점을 들어야 합니다. [1]"),
        ("7월 3일에 만나 협력을 논의했나요", "7월 3일에 만나 협력을 논의했습니다"),
        ("3일 안에 접수됐다고 알려 주나요.", "3일 안에 접수됐다고 알려 줍니다."),
        ("한국에서는 AES-256을 쓰는가.", "한국에서는 AES-256을 씁니다."),
        ("체재비는 110만 원인가요.", "체재비는 110만 원입니다."),
        ("마감은 3월(봄학기)인가요.", "마감은 3월(봄학기)입니다."),
    ],
)
def test_an_ending_that_asks_becomes_one_that_states(generated: str, statement: str) -> None:
    assert as_statement(generated) == statement


@pytest.mark.parametrize(
    "text",
    [
        "AI가 쓴 글은 20%를 넘으면 안 되나요?",
        "AI가 쓴 글은 몇 퍼센트를 넘으면 안 되나요.",
        "체재비는 110만 원입니다.",
        "신청 기한은 3월 31일까지.",
        "협력 기관은 사우디 아람코.",  # one morpheme of two words
        "가요.",
        "나요.",
        "",
        "The stipend is paid. [1]",
    ],
)
def test_questions_and_statements_stay(text: str) -> None:
    assert as_statement(text) == text
