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
