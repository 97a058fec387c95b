"""Right sentences made wrong by rule."""

from __future__ import annotations

import pytest

from assistant.fitting.corruptions import chance, changed_number, plain, shuffled


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("① The fee is 30 dollars.", "The fee is 30 dollars"),
        ("(2) **Fees** are due (Article 3) in March.", "Fees are due in March"),
        ("가. 수수료는 30만 원이다. <개정 2026>", "수수료는 30만 원이다"),
        ("أ. الرسوم ثلاثون دولارًا.", "الرسوم ثلاثون دولارًا"),
        ("2026 was a good year.", "2026 was a good year"),
    ],
)
def test_what_is_no_part_of_a_sentence_is_left_out(said: str, left: str) -> None:
    assert plain(said) == left


@pytest.mark.parametrize("said", ["Within 30 days.", "٣٠ يومًا", "제15조는 30일로 한다."])
def test_one_number_is_changed_and_nothing_else(said: str) -> None:
    changed = changed_number(said, chance(said))
    assert changed is not None
    assert changed != said
    kept = [word for word in said.split() if word in changed.split()]
    assert len(kept) >= len(said.split()) - 1


def test_what_has_no_number_cannot_be_changed() -> None:
    assert changed_number("In March.", chance("")) is None


def test_words_are_put_in_disorder_and_none_is_lost() -> None:
    said = "A student who has used a tool attaches a statement to the assignment"
    mixed = shuffled(said, chance("a"))
    assert mixed != said
    assert sorted(mixed.split()) == sorted(said.split())


def test_chance_is_the_same_every_time() -> None:
    assert [chance("a").random() for _ in range(2)] == [chance("a").random()] * 2
    assert chance("a").random() != chance("b").random()
