"""Numbers that stand with another unit, bound or scale than in the source, and unknown names."""

from __future__ import annotations

import pytest

from assistant.answering.verdict.readings import (
    added_bounds,
    bearing_clauses,
    content_words,
    other_bounds,
    other_scales,
    other_units,
    unknown_names,
)

GPA = "평점평균이 4.3점 만점에 3.0점 이상이어야 한다."
HOURS = "لا يجوز أن تزيد ساعات العمل على 8 ساعات في اليوم."
MEETING = "يجتمع المجلس مرة كل أربعة أشهر على الأقل."
DEADLINE = "개강일 14일 전까지 신청하여야 한다."
ADULTS = "신청자는 18세 이상이어야 한다."
PILOT = "실증 사업은 14일 이내에 승인하고 36개월을 넘지 못한다."


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("평점 3.0점 이하이어야 합니다.", GPA),
        ("The average must be below 3.0.", GPA),
        ("يجب ألا تقل ساعات العمل عن 8 ساعات.", HOURS),
        ("Apply at most 14 days before the course.", DEADLINE),
        ("Applicants are under 18.", ADULTS),
    ],
)
def test_another_bound_is_seen(text: str, source: str) -> None:
    assert other_bounds(text, source) == 1
    assert added_bounds(text, source) == 0


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("평점평균은 4.3점 만점에 3.0점 이상입니다.", GPA),
        ("At least 3.0 out of 4.3 is required.", GPA),
        ("يوم العمل ثماني ساعات، ولا يزيد على 8 ساعات.", HOURS),
        ("하루 근로시간은 8시간을 초과할 수 없습니다.", HOURS),
        ("The working day is 8 hours.", HOURS),
        ("Apply no later than 14 days before the course.", DEADLINE),
        ("Applicants are 18 years of age or older.", ADULTS),
        ("يُشترط في المتقدم أن يكون قد أتم الثامنة عشرة.", ADULTS),
    ],
)
def test_the_bound_of_the_source_is_no_other(text: str, source: str) -> None:
    assert other_bounds(text, source) == added_bounds(text, source) == 0


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("At least 5 members sign.", "위원 5명이 서명한다."),
        ("위원 5명 이상이 서명한다.", "Five members sign."),
        ("يوقع خمسة أعضاء على الأكثر.", "Five members sign."),
        ("평점 4.3점 이상이어야 합니다.", GPA),
        ("The average must be at least 4.3.", GPA),
    ],
)
def test_a_bound_where_the_source_has_none_is_seen(text: str, source: str) -> None:
    assert added_bounds(text, source) == 1
    assert other_bounds(text, source) == 0


def test_days_differ_by_no_bound() -> None:
    source = "2026년 3월 31일까지 신청한다."
    for text in ("Apply until 31 March 2026.", "Apply at the latest by 31 March 2026."):
        assert other_bounds(text, source) == added_bounds(text, source) == 0


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The council meets at least four times a year.", MEETING),
        ("위원회는 최소 4회 모입니다.", MEETING),
        ("يجتمع المجلس أربع مرات على الأقل.", MEETING),
        ("A pilot lasts no more than 36 weeks.", PILOT),
        ("실증 사업은 36일을 넘지 못합니다.", PILOT),
        ("لا تتجاوز مدة المشروع التجريبي ٣٦ يومًا.", PILOT),
    ],
)
def test_another_unit_is_seen(text: str, source: str) -> None:
    assert other_units(text, source) == 1


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The council meets at least every 4 months.", MEETING),
        ("위원회는 최소 4개월마다 모입니다.", MEETING),
        ("A pilot lasts no more than 36 months.", PILOT),
        ("At least 3.0 out of 4.3 is required.", GPA),
    ],
)
def test_the_unit_of_the_source_is_no_other(text: str, source: str) -> None:
    assert other_units(text, source) == 0


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        (
            "The average is at least 3.0 out of 4.3.",
            "It is at least 3.0 out of 4.3.",
            "The average is 4.3.",
        ),
        (GPA, "평점평균은 4.3점 만점에 3.0점 이상입니다.", "평점평균은 4.3점입니다."),
        ("ألّا يقل المعدل التراكمي عن ٣٫٠ من ٤٫٣.", "المعدل ٣٫٠ من ٤٫٣.", "المعدل المطلوب هو ٤٫٣."),
    ],
)
def test_the_end_of_a_scale_is_not_a_value(source: str, right: str, wrong: str) -> None:
    assert (other_scales(right, source), other_scales(wrong, source)) == (0, 1)


def test_names_that_nobody_wrote_are_seen() -> None:
    assert unknown_names("en", "The stipend is paid by Samsung.", "The stipend is paid.") == [
        "Samsung"
    ]
    assert unknown_names("ko", "KAUST가 지원금을 지급합니다.", "KAIST pays it.") == ["KAUST"]
    assert unknown_names("ko", "지원금은 kaist가 줍니다.", "KAIST pays it.") == []
    assert unknown_names("en", "Samsung pays it.", "It is paid.") == [], "a sentence begins so"


def test_of_a_long_sentence_the_clauses_with_the_words_count() -> None:
    source = "The board meets in May, the rector is not a member, and the dean keeps the minutes."
    said = content_words("The board meets in May.")
    assert bearing_clauses(source, said) == "The board meets in May,"
    assert bearing_clauses(source, {"stipend"}) == source
