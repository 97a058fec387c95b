"""Denials and permissions, and their reverse."""

from __future__ import annotations

import pytest

from assistant.language import LANGUAGES, Language
from assistant.language.polarity import contradicts_verdict, denies, turned


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


@pytest.mark.parametrize(
    "text",
    [
        "It may be done without consent.",
        "Neither the employer nor the worker may end it.",
        "Nor may others use it.",
        "You mustn’t enter.",
        "자격이 없고 서류가 미비하다.",
        "공개되지 않도록 한다.",
        "기한이 지나면 신청하지 못합니다.",
        "동의 없이 제공한다.",
        "만 14세 미만 아동은 가입할 수 없다.",
        "결석이 4분의 1을 초과하면 학점을 인정하지 않습니다.",
        "정원을 초과하는 경우 등록할 수 없다.",
        "يُحظر على العامل التدخين.",
        "يُمنع التدخين.",
        "يجب ألا يفصح الموظف عن المعلومات.",
        "لا يقبل من هم دون سن 18.",
        "غير مسموح بالتدخين.",
        "يعمل دون موافقة.",
        "لا يجوز الإفصاح عن البيانات.",
    ],
)
def test_a_denial_is_read(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "A student who is refused admission may appeal.",
        "Royal Decree No. M/51 applies.",
        "Article No. 5 applies.",
        "The deposit is returned without undue delay.",
        "지체 없이 통지한다.",
        "불가피한 사유가 있으면 연장한다.",
        "불가항력으로 늦은 경우에 연장한다.",
        "학생뿐만 아니라 교원도 신청한다.",
        "나이에 관계없이 신청한다.",
        "근로시간은 60시간을 초과할 수 없다.",
        "하지 않으면 안 됩니다.",
        "يبلغ العامل صاحب العمل دون تأخير.",
        "العمال غير السعوديين.",
        "من هم دون سن 18.",
        "من هم دون الثامنة عشرة.",
        "لا يجوز الإفصاح عن البيانات الشخصية لأي طرف آخر خارج المنشأة إلا بموافقة صاحبها.",
        "لا يجوز التسجيل في أكثر من 18 ساعة.",
        "لم تزد المدة على 30 يوما.",
        "يجب ألّا يزيد على 30 يوما.",
    ],
)
def test_what_only_looks_like_a_denial_denies_nothing(text: str) -> None:
    assert not denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "No, personal data may not be disclosed without consent.",
        "No, working time may not exceed 60 hours a month.",
        "No, only a course graded C+ or lower may be repeated.",
        "Yes, students may apply unless they are suspended.",
        "Yes, students may withdraw without penalty.",
        "Yes, it may be extended, but not twice.",
        "Students may not apply.",
        "아니요, 동의 없이 제3자에게 개인정보를 제공할 수 없습니다.",
        "아니요, 60시간을 초과할 수 없습니다.",
        "아니요, C+ 이하의 과목만 재수강할 수 있습니다.",
        "아니요, 졸업예정자에 한하여 신청할 수 있습니다.",
        "네, 휴학하지 않은 학생은 신청할 수 있습니다.",
        "네, 불이익 없이 철회할 수 있습니다.",
        "لا، لا يجوز الإفصاح عن البيانات الشخصية دون موافقة صاحبها.",
        "لا، يجب ألا تزيد المدة على 60 ساعة.",
        "لا، تعاد المقررات الراسبة فقط.",
        "نعم، يجوز للطالب التقديم ما لم يكن موقوفا.",
        "نعم، يجوز الانسحاب دون غرامة.",
        "نعم، لا تقبل الطلبات إلا من الطلبة.",
        "لا، الطلبات المتأخرة غير مقبولة.",
        "아니요, 의무가 아닙니다.",
        "No, late applications are refused.",
        "Yes, students may withdraw at no cost.",
    ],
)
def test_a_reason_may_deny_beside_its_verdict(text: str) -> None:
    assert not contradicts_verdict(text)


@pytest.mark.parametrize(
    "text",
    [
        "No, students may apply twice.",
        "No, the stipend is paid monthly.",
        "Yes, students may not apply twice.",
        "Yes, smoking is prohibited on the campus.",
        "Yes, students can’t withdraw without penalty.",
        "아니요, 두 번 신청할 수 있습니다.",
        "아니요, 지체 없이 통지하여야 합니다.",
        "아니요, 만 14세부터 가입할 수 있습니다.",
        "아니요, 늦었지만 신청할 수 있습니다.",
        "네, 두 번 신청할 수 없습니다.",
        "네, 흡연은 금지됩니다.",
        "لا، يجوز للطالب التقديم مرتين.",
        "نعم، لا يجوز للطالب التقديم مرتين.",
        "نعم، يُحظر التدخين.",
        "نعم، الرسوم لا تُسترد.",
        "نعم، التدخين ممنوع داخل الحرم.",
        "네, 교내 흡연은 금지되어 있습니다.",
        "네, 의무가 아닙니다.",
        "Yes, late applications are refused.",
        "Yes, foreign students are ineligible.",
    ],
)
def test_a_verdict_may_be_contradicted_by_its_reason(text: str) -> None:
    assert contradicts_verdict(text)
