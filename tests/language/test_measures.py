"""What is said of a quantity, whether it stands in digits or in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.language.list_marks import without_list_numbers
from assistant.language.measures import by_value, measures_in


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("at least 3 months", 3, "month", "least"),
        ("at least three months", 3, "month", "least"),
        ("no more than two weeks", 2, "week", "most"),
        ("3개월 이상", 3, "month", "least"),
        ("세 번까지", 3, "times", "most"),
        ("لا تقل عن ثلاثة أشهر", 3, "month", "least"),
        ("لا تزيد على ٣ أيام", 3, "day", "most"),
        ("four hours", 4, "hour", None),
    ],
)
def test_unit_and_bound_of_a_quantity(text: str, value: int, unit: str, bound: str | None) -> None:
    (measure,) = measures_in(text)
    assert measure.quantity.value == value
    assert (measure.unit, measure.bound) == (unit, bound)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        # Said by a denial.
        ("The notice shall not be less than 60 days.", "least"),
        ("A speech is not to exceed 20 minutes.", "most"),
        ("The total may in no case exceed 120 days.", "most"),
        ("No student may work more than 20 hours.", "most"),
        ("Interns may not under any circumstances work more than 20 hours.", "most"),
        ("The custodian may not stay abroad with the child for more than 30 days.", "most"),
        ("لا يجوز تشغيل العامل تشغيلاً فعلياً أكثر من ثماني ساعات", "most"),
        ("لا يعمل الطالب أكثر من 300 ساعة", "most"),
        ("يجب ألا يعمل الطالب أكثر من 300 ساعة", "most"),
        ("إذا لم تتجاوز المدة 30 يومًا", "most"),
        ("لا يجوز أن تقل مدة الإجازة عن واحد وعشرين يومًا", "least"),
        ("لا يجوز أن يقل عدد الأعضاء عن 5", "least"),
        ("30일을 초과하여 쉴 수 없다", "most"),
        ("전자투표의 기간은 7일보다 짧을 수 없다", "least"),
        ("60일 미만으로 할 수 없다", "least"),
        # A denial of something else.
        ("They are not eligible if they have more than 3 courses.", "over"),
        ("Students with more than 3 warnings are admitted.", "over"),
        ("It does not admit students with more than 3 warnings.", "over"),
        ("لا يقبل الطلب إذا عمل أكثر من 300 ساعة", "over"),
        ("ما لم يقل المجموع عن 80", "under"),
        ("30일을 초과한 학생은 받을 수 없다", "over"),
        ("2시간을 초과하여 둔 음식은 판매하지 못한다", "over"),
        ("두 달 넘게 내지 아니하면 취소된다", "over"),
        # Directly before the number only.
        ("over the age of 18", "over"),
        ("over SAR 500", "over"),
        ("an absence of over two days", "over"),
        ("over 10 years of experience", "over"),
        ("below 2.0", "under"),
        ("below the age of 18", "under"),
        ("within a period of 30 days", "most"),
        ("within the first 30 days", "most"),
        ("up to a total of SAR 5,000", "most"),
        ("خلال مدة 30 يومًا", "most"),
        ("خلال السنوات الثلاث", "most"),
        ("دون سن 18", "under"),
        ("دون الثامنة عشرة", "under"),
        ("حتى 5 سنوات", "most"),
        ("최대 2개 학기", "most"),
        ("최대 총 5회", "most"),
        # Words with one of these in them, and those that stand with something else.
        ("The scholarship covers 80 % of tuition.", None),
        ("Undergraduates may stay 30 days.", None),
        ("The government pays 3 people.", None),
        ("Overtime is paid with a 50 % premium.", None),
        ("Under Article 5 the application is due.", None),
        ("Under this policy, staff may take 15 days.", None),
        ("It is under a 5-year contract.", None),
        ("It is up to the dean to name 3 members.", None),
        ("Students from 3 universities meet.", None),
        ("The minimum wage is 9,860 won.", None),
        ("The course is held over two days.", None),
        ("30 days for more than one reason", None),
        ("إخلال 3 مرات", None),
        ("من خلال 3 مراحل", None),
        ("دون عذر 25%", None),
        ("دون خوذة 200 ريال", None),
        ("최고경영자 3명", None),
        ("3명은 기한 내에 제출한다", None),
        ("5명을 국내에 둔다", None),
        # Counted back from a day.
        ("개시일 14일 전까지", "least"),
        ("개강일 전 14일까지", "least"),
        ("no later than seven days before the course", "least"),
        ("not later than 7 working days prior to it", "least"),
        ("no earlier than 30 days before the course", "most"),
        ("في موعد أقصاه 30 يومًا قبل بدء الدراسة", "least"),
        ("at most 3 days before the course", "most"),
        ("no later than 7 days after the course", "most"),
        ("14일까지 쉰다", "most"),
        # Other wordings of the same.
        ("8시간의 범위에서", "most"),
        ("30일 범위 내에서", "most"),
        ("14일 내에", "most"),
        ("100만 원을 한도로", "most"),
        ("50%를 상한으로", "most"),
        ("18 years of age or older", "least"),
        ("aged 18 or over", "least"),
        ("65 and over", "least"),
        ("18세 이상", "least"),
        ("18 سنة أو أكثر", "least"),
        ("18 سنة كحد أدنى", "least"),
        ("مدة أقصاها 30 يومًا", "most"),
        ("أتم الثامنة عشرة من عمره", "least"),
        ("لم يبلغ الثامنة عشرة", "under"),
        ("at or above 3.0", "least"),
        # A denial beside a bound, and one of it.
        ("يجب على الطالب ألا يسجل أكثر من 18 ساعة.", "most"),
        ("يشترط ألا يكون عمر المتقدم أقل من 18 سنة.", "least"),
        ("absent without a valid reason for more than 15 days may be dismissed", "over"),
        ("Accounts that have not been used for more than 90 days are deleted.", "over"),
        ("The rules do not apply to contracts of less than 3 months.", "under"),
        ("18학점을 초과해서 신청할 수 없습니다", "most"),
        ("30일을 넘길 수 없다", "most"),
        ("3명 미만이면 안 됩니다", "least"),
        ("3회 경고를 받으면 더 이상 신청할 수 없다", None),
        ("2회에 한하여 연장할 수 있다.", "most"),
        ("Work is limited to 20 hours per week.", "most"),
        ("غرامة تصل إلى 1000 ريال", "most"),
        ("اكثر من 3 ايام", "over"),
    ],
)  # fmt: skip
def test_bounds_are_read_as_they_are_meant(text: str, bound: str | None) -> None:
    (measure,) = measures_in(text)
    assert measure.bound == bound


@pytest.mark.parametrize(
    "text",
    [
        "by 31 March 2026",
        "up to 31 March 2026",
        "2026년 3월 31일까지",
        "3월 31일 전까지",
        "3월 1일 이상",
        "다음 달 12일까지",
        "حتى 31 مارس",
        "خلال 15/3/1446هـ",
    ],
)
def test_days_have_no_bound(text: str) -> None:
    assert [measure.bound for measure in measures_in(text)] == [None]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("within ten (10) days", "most"),
        ("no later than seven (7) days before the course", "least"),
        ("sixty (60) days or more", "least"),
    ],
)
def test_what_is_stated_twice_has_one_bound(text: str, bound: str) -> None:
    assert [measure.bound for measure in measures_in(text)] == [bound, bound]


def test_a_bound_is_that_of_the_nearest_quantity() -> None:
    first, second = measures_in("at least 2 of the 7 members")
    assert (first.bound, second.bound) == ("least", None)


@pytest.mark.parametrize("text", ["3.0 out of 4.3", "4.3점 만점에 3.0점", "3.0/4.3"])
def test_the_end_of_a_scale_is_no_value(text: str) -> None:
    ends = by_value(text, lambda measure: measure.ends_scale)
    assert ends["number", Decimal("4.3")] == {True}
    assert ends["number", Decimal("3.0")] == {False}


def test_a_value_has_all_that_is_said_of_it() -> None:
    said = by_value("at least 5 % in May, at most 5 % in June", lambda measure: measure.bound)
    assert said["percent", Decimal(5)] == {"least", "most"}


@pytest.mark.parametrize(
    ("listed", "plain"),
    [
        ("٦- تكون مدة الحماية خمسا وعشرين سنة", "تكون مدة الحماية خمسا وعشرين سنة"),
        ("7.تُراجع الضوابط كل ثلاث سنوات", "تُراجع الضوابط كل ثلاث سنوات"),
        ("① 휴학할 수 없다.\n② 2회로 한다.", "휴학할 수 없다.\n2회로 한다."),
        ("2) 학장은 승인한다.", "학장은 승인한다."),
        ("3. Fees are in parts.\n4 – Late fees.", "Fees are in parts.\nLate fees."),
        ("1- ما لم يتفقا،\n2- عند الحاجة\n3- غيره", "ما لم يتفقا،\nعند الحاجة\nغيره"),
        ("② 일반휴학을 할 수 있다.", "일반휴학을 할 수 있다."),
        ("2. Days off are paid.", "Days off are paid."),
    ],
)  # fmt: skip
def test_the_numbers_of_list_items_are_no_amounts(listed: str, plain: str) -> None:
    assert without_list_numbers(listed) == plain


@pytest.mark.parametrize(
    "text",
    [
        "15. 3. 2024 is the last day.",
        "2024. 1. 1. 시행",
        "5 - 7 days",
        "3-year terms",
        "1.5 million won",
        "2.3 Fees",
        "30 days after it",
        "(30) days after it",
        "(20) مليون ريال",
        "(10)-(15) days",
        "15- مارس 2024",
        "It has at most\n12. The chair is elected.",
        "(60) يوما من تاريخه",
    ],
)
def test_amounts_and_dates_at_the_beginning_of_a_line_stay(text: str) -> None:
    assert without_list_numbers(text) == text
