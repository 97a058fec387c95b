"""Follow-ups become questions that stand alone; questions that stand alone stay as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from scripted_generator import ScriptedGenerator

from assistant.answering.follow_ups.dependence import dependence
from assistant.answering.follow_ups.stand_alone import FollowUps, StandAlone, reason_against
from assistant.answering.question import Question, Turn
from assistant.errors import UnavailableError
from assistant.language import Language, detect
from assistant.models.session import GenerationSession

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


def readings(
    generator: ScriptedGenerator, text: str, turns: Sequence[Turn], tokens: int = 150
) -> list[StandAlone]:
    async def collect() -> list[StandAlone]:
        asked = FollowUps(tokens).readings(Question(text, turns), GenerationSession(generator))
        return [reading async for reading in asked]

    return asyncio.run(collect())


@pytest.mark.parametrize("script", [["What does a doctoral student need?"], ["nonsense"]])
def test_a_follow_up_knows_the_answer_that_it_follows(
    generator: ScriptedGenerator, script: list[str]
) -> None:
    generator.script = script
    turns = [Turn("user", ASKED["en"]), Turn("assistant", f"{ANSWERED['en']} [1]")]
    found = readings(generator, "And a doctoral student?", turns)
    assert {reading.follows for reading in found} == {ANSWERED["en"]}
    (alone,) = readings(
        generator, "Which documents does an application for a library card need?", turns
    )
    assert alone.follows == ""


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
def test_a_question_that_stands_alone_is_never_rewritten(
    generator: ScriptedGenerator, text: str
) -> None:
    language = detect(text).language
    assert readings(generator, text, history(language)) == [StandAlone(text, language)]
    assert generator.prompts == []


REWRITES = [
    ("그럼 유학생은요?", "유학생의 월 생활비 지원액은 얼마인가요?"),
    ("وماذا عن طلاب الدكتوراه؟", "كم تبلغ المكافأة الشهرية لطلاب الدكتوراه في كوريا؟"),
    ("And for PhD students?", "What grade point average do PhD students need?"),
]


@pytest.mark.parametrize(("text", "rewrite"), REWRITES)
def test_a_follow_up_is_rewritten_and_the_rest_are_reserves(
    generator: ScriptedGenerator, text: str, rewrite: str
) -> None:
    generator.answer = f"{rewrite}\nAnswer: 9.9"
    language = detect(text).language
    first, second, third = readings(generator, text, history(language))
    assert (first.origin, first.text) == ("rewritten", rewrite)
    assert (second.origin, second.text) == ("carried", f"{ASKED[language]}\n{text}")
    assert (third.origin, third.text) == ("asked", text)
    (prompt,) = generator.prompts
    assert text in str(prompt[1].content)
    assert ANSWERED[language] in str(prompt[1].content)
    assert text not in str(prompt[0].content), "what changes comes last, for the prompt cache"


@pytest.mark.parametrize(
    ("text", "rewrite", "why"),
    [
        ("And for PhD students?", "PhD students need 3.5.", "not one question"),
        ("And for PhD students?", "Is it so? What do PhD students need?", "not one question"),
        ("And for PhD students?", "박사과정 학생에게 필요한 평점평균은?", "another language"),
        ("And for PhD students?", "What average do exchange students need?", "leaves out phd"),
        ("And for PhD students?", "What dormitory fee do PhD students need?", "dormitori"),
        ("And in 2027?", "What average do exchange students need in 2028?", "leaves out 2027"),
        ("And in Seoul?", "What average do 7 exchange students need in Seoul?", "7"),
        ("And who may not apply?", "Who may apply as exchange students?", "denies less"),
        ("And for PhD students?", "What average do PhD students not need?", "denies more"),
        ("그럼 유학생은요?", "교환학생의 월 생활비 지원액은 얼마인가요?", "leaves out"),
        ("그럼 유학생은요?", "유학생의 기숙사 비용은 얼마인가요?", "nobody has said"),
        ("وبالنسبة للموظفين؟", "كم يبلغ راتب الموظفين في السعودية؟", "nobody has said"),
        ("وبالنسبة للموظفين؟", "كم تبلغ المكافأة الشهرية لطلاب التبادل؟", "leaves out"),
    ],
)
def test_a_rewrite_that_changes_the_question_is_not_used(text: str, rewrite: str, why: str) -> None:
    language: Language = detect(text).language
    assert why in str(reason_against(rewrite, text, ASKED[language], language))


@pytest.mark.parametrize("said", ["What is the dormitory fee?", "", UnavailableError("gone")])
def test_without_a_good_rewrite_the_question_before_it_is_carried(
    generator: ScriptedGenerator, said: str | Exception
) -> None:
    generator.answer = said
    first, second = readings(generator, "And for PhD students?", history("en"))
    assert (first.origin, second.origin) == ("carried", "asked")
    assert first.rejected


def test_a_follow_up_in_another_language_carries_the_question(generator: ScriptedGenerator) -> None:
    first, _ = readings(generator, "وماذا عن طلاب الدكتوراه؟", history("ko"))
    assert first.text == f"{ASKED['ko']}\nوماذا عن طلاب الدكتوراه؟"
    assert "another language" in str(first.rejected)
    assert generator.prompts == []


def test_a_follow_up_to_a_follow_up_goes_back_to_the_subject(generator: ScriptedGenerator) -> None:
    generator.answer = "What grade point average do PhD students need in Riyadh?"
    turns = history("en", Turn("user", "And for PhD students?"), Turn("assistant", "3.5."))
    first = readings(generator, "And in Riyadh?", turns)[0]
    assert first.origin == "rewritten"


def test_a_short_question_is_first_taken_as_it_is(generator: ScriptedGenerator) -> None:
    first, second = readings(generator, "신청 기한은 언제인가요?", history("ko"))
    assert (first.origin, second.origin) == ("asked", "carried")
    assert generator.prompts == []


def test_the_history_is_bounded(generator: ScriptedGenerator) -> None:
    generator.answer = "?"
    long = [Turn("user", ASKED["en"]), Turn("assistant", "word " * 5000)]
    readings(generator, "And for PhD students?", long, 60)
    read = str(generator.prompts[0][1].content)
    assert 5 < read.count("word") <= 40
    assert readings(generator, "And why?", long, 0) == [StandAlone("And why?", "en")]
