"""Whether a question asks for an amount, and whether a sentence gives one."""

from __future__ import annotations

import pytest

from assistant.language import asked_for
from assistant.language.amounts import Asked, asks_for, denies_limit, states_amount
from assistant.language.asked import asked_measures, asks_for_measure
from assistant.language.units import labels_in


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
        ("How many members are there?", "Under Article 12 there are members."),
        ("How much is refunded?", "The form must be full and complete."),
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
        ("How much of the tuition is refunded?", "The tuition is refunded in full."),
        ("등록금을 얼마나 돌려받나요?", "등록금 전액을 반환한다."),
        ("كم يُسترد من الرسوم؟", "تُسترد الرسوم كاملة."),
        ("3학점 과목은 몇 시간 수업하나요?", "3학점 과목은 주당 3시간 수업한다."),
    ],
)
def test_an_amount_answers_in_digits_in_words_and_as_a_unit(question: str, text: str) -> None:
    assert gives(question, text)


def test_a_denial_of_something_else_is_no_amount() -> None:
    beside = "Students in the dual degree programme are not eligible for exchange."
    for question in ("What GPA do exchange students need?", "How many points are needed?"):
        assert not gives(question, beside)


@pytest.mark.parametrize(
    "question",
    [
        "Are tuition fees refunded when a student withdraws?",
        "Who pays the fees?",
        "What happens if I miss the deadline?",
        "Is there a deadline?",
        "Can I change the date of the exam?",
        "When drought bites, whose water is cut first?",
        "We got 65% of the votes. Do we win?",
        "장학금은 누가 신청할 수 있나요?",
        "보수교육은 누가 받아야 하나요?",
        "수수료는 누구에게 내나요?",
        "방학 기간에 기숙사를 이용할 수 있나요?",
        "기한이 지나면 어떻게 되나요?",
        "언제든지 신청할 수 있나요?",
        "새 일자리는 누가 소개하나요?",
        "출석률이 65퍼센트인데 시험을 볼 수 있나요?",
        "هل تُسترد الرسوم الدراسية عند الانسحاب؟",
        "ماذا يحدث إذا انتهت المدة؟",
        "فات الموعد، فماذا أفعل؟",
        "الموعد فات فماذا أفعل؟",
        "هل يوجد موعد نهائي؟",
    ],
)
def test_what_is_only_talked_about_is_not_asked_for(question: str) -> None:
    assert not asks_for_measure(question)


def test_no_question_takes_long_to_be_understood() -> None:
    # Ran for minutes, where each of its words could be split anywhere.
    words = "refund request for cancelled courses, how do I file it " * 20
    assert not asks_for_measure(f"Deadline of {words}")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("언제까지 신청해야 하나요?", "day"),
        ("기한은?", "day"),
        ("마감일이 어떻게 되나요?", "day"),
        ("신청 기간?", "duration"),
        ("기간은 최대 얼마인가요?", "duration"),
        ("비율은 얼마인가요?", "share"),
        ("What is the registration deadline?", "day"),
        ("Deadline for registration?", "day"),
        ("When must I apply?", "day"),
        ("What is the notice period?", "duration"),
        ("What surcharge rate is added?", "share"),
        ("ما الموعد النهائي للتقديم؟", "day"),
        ("رُفض طلبي، فما المهلة المتاحة؟", "day"),
        ("مدة الإجازة؟", "duration"),
        ("كم تبلغ مدة العقد؟", "duration"),
        ("ما أكبر نسبة تُخصم؟", "share"),
        ("How much do I pay?", "price"),
    ],
)
def test_a_noun_is_asked_for_with_a_question_word_or_alone(question: str, asked: Asked) -> None:
    assert asked in asks_for(question)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("How many annual leave days do I have?", True),
        ("How many working days do I have?", True),
        ("كم عدد أيام الإجازة؟", True),
        ("كم من الأيام لدي؟", True),
        ("How many students may stay for days?", False),
        ("How many students miss days?", False),
        ("How many books may I borrow in 7 days?", False),
        ("كم عدد أعضاء اللجنة؟", False),
    ],
)
def test_the_unit_may_stand_a_few_words_behind_how_many(question: str, day: bool) -> None:
    assert ("day" in asked_for(question)) is day


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("제5조제2항에 따라 위원 7명", ["제5조", "제2항"]),
        ("제3차 회의는 문제 5개", ["제3"]),
        ("Articles 5 and 6, paragraph (2) and 7 days", ["Articles 5 and 6", "paragraph (2)"]),
        ("Article 12(3) and 30 days", ["Article 12(3)"]),
        ("وفقًا للمادة الخامسة عشرة ثلاثون يومًا", ["للمادة الخامسة عشرة"]),
        ("الفقرة (2) من المادة 5 و30 يومًا", ["الفقرة (2)", "المادة 5"]),
        ("예산 3조 원, 5 particles 6", []),
    ],
)
def test_the_numbers_of_articles_and_paragraphs_are_labels(text: str, labels: list[str]) -> None:
    assert [text[start:end].strip() for start, end in labels_in(text)] == labels


@pytest.mark.parametrize(
    ("question", "text", "values"),
    [
        # What has no unit may be what the question says, in any.
        ("3 이상이면 얼마 동안인가요?", "3일 이상이면 5일이다.", [5]),
        ("5일 이내에 몇 시간 수업하나요?", "5일 이내에 5시간 수업한다.", [5]),
        ("5~10시간 일하면 몇 시간 쉬나요?", "10시간 일하면 1시간 쉰다.", [1]),
        ("Under Article 30, how many days?", "30 days under Article 30.", [30]),
    ],
)
def test_the_amounts_of_a_question_are_told_by_their_units(
    question: str, text: str, values: list[int]
) -> None:
    assert [int(m.quantity.value) for m in asked_measures(question, text)] == values
