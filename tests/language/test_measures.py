"""What is said of a quantity, whether it stands in digits or in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

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
