"""Follow-ups take the question before them along; questions that stand alone stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.answering.follow_ups.dependence import dependence
from assistant.answering.follow_ups.interpretation import Interpretation, interpretations_of
from assistant.answering.question import Question, Turn
from assistant.language import detect

ASKED = {
    "ko": "교환학생의 월 생활비 지원액은 얼마인가요?",
    "ar": "كم تبلغ المكافأة الشهرية لطلاب التبادل في كوريا؟",
    "en": "What grade point average do exchange students need?",
}
ANSWERED = {
    "ko": "월 110만 원입니다.",
    "ar": "تبلغ ١٬١٠٠٬٠٠٠ وون.",
    "en": "At least 3.0 out of 4.3.",
}


def history(language: str, *more: Turn) -> list[Turn]:
    return [Turn("user", ASKED[language]), Turn("assistant", ANSWERED[language]), *more]


def readings(text: str, turns: Sequence[Turn], tokens: int = 150) -> list[Interpretation]:
    return interpretations_of(Question(text, turns), tokens)


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("And a doctoral student?", [ANSWERED["en"]] * 2),
        ("Which body decides?", ["", ANSWERED["en"]]),
        ("Which documents does an application for a library card need?", [""]),
        (ASKED["en"], [""]),
    ],
)
def test_a_follow_up_knows_the_answer_that_it_follows(text: str, follows: list[str]) -> None:
    turns = [Turn("user", ASKED["en"]), Turn("assistant", f"{ANSWERED['en']} [1]")]
    assert [reading.follows for reading in readings(text, turns)] == follows


def test_who_asks_the_same_again_may_hear_the_same() -> None:
    turns = history("en", Turn("user", "And for PhD students?"), Turn("assistant", "3.5."))
    assert {reading.follows for reading in readings("And for PhD students?", turns)} == {""}


@pytest.mark.parametrize(
    "text",
    [
        "그럼 유학생은요?", "그 기간은 얼마나 되나요?", "언제까지요?", "왜 그런가요?",
        "박사과정도요?", "이 규정은 언제부터 시행되나요?", "거기서도 신청할 수 있나요?",
        "그것을 연장할 수 있나요?",
        "And for PhD students?", "What about the deadline?", "Why is that?", "How much is it?",
        "When must they apply?", "The deadline?", "Can it be extended?", "For PhD students?",
        "Does this apply to staff?", "Who pays for it?",
        "وماذا عن طلاب الدكتوراه؟", "كم مدتها؟", "وهل يمكن تمديدها؟", "ولماذا؟", "ما شروطها؟",
        "هل ينطبق ذلك على الموظفين؟", "ومتى يبدأ التقديم؟", "وبالنسبة للموظفين؟",
    ],
)  # fmt: skip
def test_a_follow_up_is_recognised(text: str) -> None:
    assert dependence(text, detect(text).language) == "certain"


@pytest.mark.parametrize(
    "text",
    [
        *ASKED.values(),
        "과제에 생성형 AI를 사용할 때 무엇을 밝혀야 하나요?",
        "복수학위 과정 학생은 논문을 어느 언어로 써야 하나요?",
        "Can students extend their stay at the host university?",
        "Is it allowed to use generative AI in coursework?",
        "If a student fails an exam, can they repeat it?",
        "In Korea, what is the monthly stipend for exchange students?",
        "ما هي شروط القبول في برنامج الدرجة المزدوجة؟",
        "هل يجوز استخدام الذكاء الاصطناعي التوليدي في الواجبات؟",
        "ما شروط المنحة الدراسية ومدتها في برنامج التبادل؟",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(text: str) -> None:
    language = detect(text).language
    assert readings(text, history(language)) == [Interpretation(text, language)]


@pytest.mark.parametrize(
    "text", ["그럼 유학생은요?", "وماذا عن طلاب الدكتوراه؟", "And for PhD students?"]
)
def test_a_follow_up_takes_the_question_before_it_along(text: str) -> None:
    language = detect(text).language
    first, second = readings(text, history(language))
    assert (first.origin, first.text) == ("carried", f"{ASKED[language]}\n{text}")
    assert (second.origin, second.text) == ("asked", text)


def test_a_follow_up_in_another_language_carries_the_question() -> None:
    first, _ = readings("وماذا عن طلاب الدكتوراه؟", history("ko"))
    assert first.text == f"{ASKED['ko']}\nوماذا عن طلاب الدكتوراه؟"


def test_a_follow_up_to_a_follow_up_goes_back_to_the_subject() -> None:
    turns = history("en", Turn("user", "And for PhD students?"), Turn("assistant", "3.5."))
    first = readings("And in Riyadh?", turns)[0]
    assert first.text == f"{ASKED['en']}\nAnd for PhD students?\nAnd in Riyadh?"
    assert first.follows == "3.5."


def test_a_short_question_is_first_taken_as_it_is() -> None:
    first, second = readings("신청 기한은 언제인가요?", history("ko"))
    assert (first.origin, second.origin) == ("asked", "carried")


def test_the_history_is_bounded() -> None:
    long = [Turn("user", ASKED["en"]), Turn("assistant", "word " * 5000)]
    first = readings("And for PhD students?", long, 60)[0]
    assert 5 < first.follows.count("word") <= 40
    endless = [Turn("user", "word " * 5000), Turn("assistant", "Yes.")]
    assert readings("And why?", endless, 60)[0].text.count("word") <= 60
    assert readings("And why?", long, 0) == [Interpretation("And why?", "en")]
