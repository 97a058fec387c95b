"""Whether a question asks for an amount, and whether a sentence gives one."""

from __future__ import annotations

import pytest

from assistant.language.amounts import asks_for, denies_limit, states_amount


def gives(question: str, text: str) -> bool:
    """Whether a text answers a question for an amount, or the question asks for none."""
    return "amount" not in asks_for(question) or states_amount(text, question) or denies_limit(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How long may I stay?", "Residents may stay in the dormitory and pay for it."),
        ("How many days do I have?", "Applicants have days to apply."),
        ("What percentage of 30 people may go?", "The 30 people may go."),
        ("며칠 안에 통보해야 하나요?", "본인에게 통보해야 합니다."),
        ("지원금은 얼마인가요?", "지원금은 학생에게 지급합니다."),
        ("كم أعلى غرامة ممكنة؟", "التنصت على ما هو مرسل عن طريق الشبكة."),
        ("ما مُدّة العقد؟", "المدة يحددها العقد."),
        ("بكم تُباع النسخة في القطاع العام؟", "تباع النسخة في القطاع العام."),
    ],
)
def test_a_question_for_an_amount_is_not_answered_without_one(question: str, text: str) -> None:
    assert not gives(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How long may I stay?", "Residents may stay for thirty days."),
        ("How often are they checked?", "They are checked every year."),
        ("How many may I borrow?", "There is no limit."),
        ("How far back do you look at 2 people?", "The last 90 days count for 2 people."),
        ("Who pays the stipend?", "The office pays it."),
        ("지원금은 얼마인가요?", "월 60만 원입니다."),
        ("요금은 얼마인가요?", "무료입니다."),
        ("كم مدته؟", "المدة في هذه الحالة هي سنة."),
        ("كم مرة يُجدَّد؟", "يجدد مرتين."),
        ("كم نصيبي؟", "تستحق ثلثي المكافأة."),
        ("لمن تكون الحقوق؟", "تعود لصاحب العمل."),
    ],
)
def test_an_amount_answers_in_digits_in_words_and_as_a_unit(question: str, text: str) -> None:
    assert gives(question, text)


def test_a_denial_of_something_else_is_no_amount() -> None:
    beside = "Students in the dual degree programme are not eligible for exchange."
    for question in ("What GPA do exchange students need?", "How many points are needed?"):
        assert not gives(question, beside)
