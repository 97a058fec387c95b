"""What counts as saying an answer, a number or a place, in three scripts."""

from __future__ import annotations

import pytest

from evals.evaluators.answers import LONGEST, says_in
from evals.locators import is_within
from evals.numbers import is_stated, stated_numbers
from evals.text import contains, marked, script_share, sentences, without_marks


@pytest.mark.parametrize(
    ("text", "phrase", "said"),
    [
        ("위원은 5명이다", "5명", True),
        ("위원은 15명이다", "5명", False),
        ("خلال ٣٠ يومًا", "30 يوما", True),
        ("خلال ١٣٠ يومًا", "30 يوما", False),
        ("١٬١٠٠٬٠٠٠ وون", "1,100,000 وون", True),
        ("about 20 % of it", "20%", True),
        ("30만원을 낸다", "30만 원", True),
        ("국제기구 9 곳이 참여한다", "9곳", True),
        ("eighteen members", "eight", False),
        ("Eight members", "eight", True),
        ("at least 3.3 of 4.3", "3", False),
        ("في الإنجليزية", "الانجليزيه", True),
        ("Apache License, 2.0", "Apache License 2.0", True),
        ("nothing", "?!", False),
        ("نعم، فالعلاقة قائمة.", "لا", False),
        ("لا، فالعلاقة انتهت.", "لا", True),
        ("Yes, there is no limit. [1]", "No", False),
        ("No later than 5 March.", "No", False),
        ("لا يقل عن خمسة.", "لا", False),
        ("لا يجوز ذلك.", "لا", True),
        ("네 명이 필요합니다.", "네", False),
        ("예, 됩니다.", "네", True),
        ("- No, it is not.", "no", True),
        ("It is not allowed. No.", "no", True),
        ("동네마다 다릅니다.", "네", False),
        ("네, 됩니다. [1]", "네", True),
    ],
)
def test_a_phrase_is_found_however_it_is_spelled(text: str, phrase: str, said: bool) -> None:
    assert contains(text, phrase) is said


def test_numbers_are_read_with_their_magnitudes() -> None:
    text = "3천만 원, 15억 달러, 12 billion won, ٦٫٥ و200 مليون, 1,500 and 2"
    assert stated_numbers(text) == {3e7, 1.5e9, 1.2e10, 6.5, 2e8, 1500.0}


@pytest.mark.parametrize(
    ("number", "text", "stated"),
    [
        (24, "Twenty-four students", True),
        (24, "أربعة وعشرين طالبًا", True),
        (5, "خمس سنوات", True),
        (5, "خمسة أعضاء", True),
        (8, "eighteen members", False),
        (8, "여덟 명", True),
        (300_000, "30만 원", True),
        (300_000, "3만 원", False),
        (6.5, "IELTS 6.5", True),
        (7, "17 days", False),
    ],
)
def test_a_number_may_stand_in_digits_or_in_words(number: float, text: str, stated: bool) -> None:
    assert is_stated(number, text) is stated


@pytest.mark.parametrize(
    ("found", "wanted", "within"),
    [
        ("제6조제2항", "제6조", True),
        ("제6조(지도)", "제6조", True),
        ("제60조", "제6조", False),
        ("제6조의2", "제6조", False),
        ("Article 6(2)", "Article 6", True),
        ("Article 60", "Article 6", False),
        ("المادة ٦: المكافأة", "المادة 6", True),
        ("المادة الخامسة والثلاثون", "المادة الخامسة", False),
        ("Terms > 1. Safe Harbor Terms", "1. Safe Harbor Terms", True),
        ("", "Article 6", False),
    ],
)
def test_a_place_is_within_an_article_or_not(found: str, wanted: str, within: bool) -> None:
    assert is_within(found, wanted) is within


def test_sentences_keep_their_marks() -> None:
    assert sentences("It is 3.3 out of 4.3. [1] Then so. [2, 3]\n다음입니다. [1]") == [
        "It is 3.3 out of 4.3. [1]", "Then so. [2, 3]", "다음입니다. [1]",
    ]  # fmt: skip
    assert marked("So. [2, 3] And [1]") == [2, 3, 1]
    assert without_marks("So. [2, 3]") == "So."


def test_a_script_is_told_by_its_letters() -> None:
    assert (
        script_share("KAIST는 12일", "ko") < 0.5 < script_share("KAIST는 열이틀 안에 답한다", "ko")
    )
    assert script_share("123", "ar") == 1.0


def test_a_line_in_the_askers_language_counts_beside_a_quote_in_another() -> None:
    quote = "يجب الإبلاغ خلال ٧٢ ساعةً من العلم بالحادث وفق المادة 33"
    reply = f"Stated in the source: at most 72 hours [1]\n«{quote}» [1]"
    assert says_in(reply, ["72 hours"], "en")
    assert not says_in(f"«{quote}» 72 hours [1]", ["72 hours"], "en")
    assert not says_in("word " * LONGEST + "72 hours", ["72 hours"], "en")
