"""Questions for a name, and names in Latin letters."""

from __future__ import annotations

import pytest

from assistant.language.names import acronyms_in, asks_for_name, names_in


@pytest.mark.parametrize(
    "question",
    [
        "Who decides on appeals?",
        "To whom do I report a breach?",
        "Which government body supervises banks?",
        "What is the name of the programme?",
        "이의신청은 누구에게 하나요?",
        "어느 기관이 감독하나요?",
        "누가 학장을 임명하나요?",
        "프로그램 이름이 뭔가요?",
        "من يعيّن العميد؟",
        "أين يُقدَّم الطلب؟",
        "ما الجهة التي تشرف على البرنامج؟",
        "في أي مدينة يقع المركز؟",
    ],
)
def test_these_ask_for_a_name(question: str) -> None:
    assert asks_for_name(question)


@pytest.mark.parametrize(
    "question",
    [
        "May students who failed apply again?",
        "Does the university where I study pay?",
        "누가 제 사진을 썼습니다. 신고할 수 있나요?",
        "이름을 바꿀 수 있나요?",
        "هل يجوز للطالب من خارج المملكة التقديم؟",
        "من خلال أي نموذج أتقدم؟",
        "",
    ],
)
def test_these_do_not(question: str) -> None:
    assert not asks_for_name(question)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The council meets twice.", []),
        ("Students apply.", []),
        ("Appeals go to the Ministry of Education.", ["Ministry of Education"]),
        ("In Korea the National AI Committee decides.", ["Korea", "National AI Committee"]),
        ("Jean-Luc O'Neill heads it.", ["Jean-Luc O'Neill"]),
        ("It joined KAUST, not Seoul.", ["KAUST", "Seoul"]),
    ],
)
def test_names_in_english_are_not_the_first_words_of_sentences(text: str, names: list[str]) -> None:
    assert names_in(text, english=True) == names


def test_in_another_language_whatever_begins_with_a_capital_is_a_name() -> None:
    assert names_in("Horizon Europe와 협약을 맺은 기관은 KAIST이다.", english=False) == [
        "Horizon Europe",
        "KAIST",
    ]


def test_acronyms_are_capitals_alone() -> None:
    assert acronyms_in("The Act names KAIST, R&D and Seoul.") == ["KAIST", "R&D"]
