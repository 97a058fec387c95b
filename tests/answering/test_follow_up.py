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
        "이 중에서 어느 것이 더 긴가요?", "그중 어떤 서류가 먼저 필요한가요?",
        "이중에서 먼저 신청할 수 있는 것은 무엇인가요?", "전자는 신청 기한이 언제까지인가요?",
        "전자와 후자 중 어느 쪽의 신청 기한이 더 긴가요?",
        "같은 경우에 학생이 추가로 신청할 수 있나요?",
        "Can a student in the same situation apply for a leave?",
        "ما استثناءات البند السابق للطلاب الدوليين والموظفين؟",
        "هل تنطبق الشروط نفسها على الموظفين المتعاقدين؟", "كم تبلغ قيمته في السنة الدراسية الأولى؟",
        "وبالنسبة إلى الطلاب الدوليين المقيمين في الرياض؟",
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
        "이중전공 신청 자격은 무엇인가요?",
        "이중국적자도 외국인 특별전형에 지원할 수 있나요?",
        "전자결재 문서는 누가 승인하나요?",
        "전자 문서로 신청서를 제출해도 되나요?",
        "저 지금 3학년인데 조기졸업 신청할 수 있나요?",
        "저 같은 경우 조기졸업을 신청할 수 있나요?",
        "هل تحتسب سنوات الخبرة السابقة في تحديد الراتب؟",
        "ما الوظائف المؤقتة التي يمكن للطلاب الدوليين شغلها؟",
        "هل يمكن تسجيل مقررين في الفصل نفسه؟",
        "هل يمكن تسجيل مقررين في الفصل الدراسي نفسه؟",
        "Can I take two exams in the same semester?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(text: str) -> None:
    language = detect(text).language
    assert readings(text, history(language)) == [Interpretation(text, language, text)]


def test_a_short_question_for_a_kind_of_document_is_no_reference() -> None:
    assert dependence("전자문서로 제출해도 되나요?", "ko") == "possible"


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
    assert readings("And why?", long, 0) == [Interpretation("And why?", "en", "And why?")]


DAYS = {
    "ko": "이의신청은 며칠 이내에 해야 하나요?",
    "ar": "كم يومًا لدي لتقديم التظلم؟",
    "en": "How many days do I have to appeal?",
}


@pytest.mark.parametrize(
    "text",
    [
        "그럼 수수료는 얼마인가요?", "신청은 어디에 하나요?", "왜 그런가요?",
        "어떤 서류가 필요한가요?", "그럼 신청은 어떻게 하나요?",
        "And what is the fee?", "And who decides?", "How do I do that?",
        "And to whom do I send it?", "Which form is needed for it?",
        "وكم تبلغ رسومه؟", "وأين يقدم؟", "وكيف أقدمه؟", "وما هي المستندات المطلوبة له؟",
        "وإلى أي جهة أقدمه؟",
    ],
)  # fmt: skip
def test_a_follow_up_that_asks_for_something_else_is_answered_by_that(text: str) -> None:
    turns = [Turn("user", DAYS[detect(text).language]), Turn("assistant", "-")]
    for reading in readings(text, turns):
        assert reading.asks == text


@pytest.mark.parametrize(
    "text",
    [
        "그럼 사우디에서는?", "그럼 박사과정은 며칠인가요?", "유학생은 어떻게 되나요?",
        "유학생은 어떤가요?",
        "And for PhD students?", "What about PhD students?", "And how is it in Korea?",
        "And how many days in Korea?", "And what is it for PhD students?", "What if I am abroad?",
        "وماذا عن طلاب الدكتوراه؟", "وكيف الحال في كوريا؟", "وفي السعودية؟",
    ],
)  # fmt: skip
def test_a_follow_up_for_another_case_asks_for_what_was_asked_before(text: str) -> None:
    turns = [Turn("user", DAYS[detect(text).language]), Turn("assistant", "-")]
    carried = readings(text, turns)[0]
    assert carried.origin == "carried"
    assert carried.asks == carried.text
