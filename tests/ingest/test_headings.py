"""What is a heading of an article, a part or an annex, and what only refers to one."""

from __future__ import annotations

import pytest

from ingest.headings import is_addendum, locator
from ingest.structure import markdown_blocks, plain_blocks, sections


def cut(text: str, markup: str = "plain") -> list[tuple[str, str]]:
    """The places of a text, each with what stands there."""
    blocks = markdown_blocks(text) if markup == "markdown" else plain_blocks(text)
    return [
        (locator(s.headings), " / ".join(b.text for b in s.paragraphs)) for s in sections(blocks)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Article 1: The gym is open from 6 am to 8 pm\n\nArticle 2: Entry is 15 riyals a day",
         [("Article 1", "The gym is open from 6 am to 8 pm"),
          ("Article 2", "Entry is 15 riyals a day")]),
        ("제1조: 체육관은 오전 6시부터 연다\n\n제2조: 입장료는 3천원으로 한다",
         [("제1조", "체육관은 오전 6시부터 연다"), ("제2조", "입장료는 3천원으로 한다")]),
        ("المادة الأولى: يفتح النادي من السادسة\n\nالمادة الثانية: رسم الدخول 15 ريالا",
         [("المادة الأولى", "يفتح النادي من السادسة"), ("المادة الثانية", "رسم الدخول 15 ريالا")]),
        ("المادة الأولى: تسري هذه القواعد على النادي. وتعلن.\nالمادة الثانية: يغلق النادي مساء.",
         [("المادة الأولى", "تسري هذه القواعد على النادي. وتعلن."),
          ("المادة الثانية", "يغلق النادي مساء.")]),
        ("Art. 1. These rules apply to all members.\nArt. 2. Lockers cost 5 riyals a month.\n"
         "§ 3 Towels are brought along.",
         [("Art. 1", "These rules apply to all members."),
          ("Art. 2", "Lockers cost 5 riyals a month."), ("§ 3", "Towels are brought along.")]),
        ("제3조 삭제 <2025. 5. 1.>\n\n제4조(요금) 요금은 2천원이다.",
         [("제3조", "삭제 <2025. 5. 1.>"), ("제4조", "요금은 2천원이다.")]),
        ("Article 3 (Repealed)\n\nArticle 4 (Fees)\nThe fee is 2 euros.",
         [("Article 3", "Article 3 (Repealed)"), ("Article 4", "The fee is 2 euros.")]),
    ],
)  # fmt: skip
def test_text_on_a_headings_line_is_kept(text: str, expected: list[tuple[str, str]]) -> None:
    assert cut(text) == expected
    assert cut(text, "markdown") == expected


@pytest.mark.parametrize(
    "title", ["【목적】", "[목적]", "（목적）", "〔목적〕", "(목적)", "〈목적〉", " 목적"]
)
def test_titles_stand_in_brackets_of_any_kind(title: str) -> None:
    text = f"제1조{title}\n이 규칙은 체육관에 적용한다.\n\n제2조{title} ① 하나. ② 둘."
    assert [place for place, _ in cut(text)] == ["제1조", "제2조"]


@pytest.mark.parametrize(
    "heading",
    [
        "المــادة الأولى:",
        "المَادَّةُ الأولى",
        "مادة (١)",
        "الـمـادة ١ -",
        "المادة [1]",
        "المادة رقم (1)",
    ],
)
def test_arabic_headings_may_be_decorated(heading: str) -> None:
    ((place, text),) = cut(f"{heading}\nيعود المستعير بالكتاب خلال أسبوع.")
    assert place.startswith(("المادة", "مادة"))
    assert not set(place) & set("ـَُّ()[]")
    assert text == "يعود المستعير بالكتاب خلال أسبوع."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Article 9 (Payment)\nWhoever leaves gets back the amount that is set out in\n"
         "Part 2 of these rules and the rest within 25 days.", "Article 9"),
        ("제9조(지급) 천만원을 넘으면\n제7조(위원회)의 심의를 거쳐야 하며 12일 안에 알린다.",
         "제9조"),
        ("제9조(지급) 지급은\n제3조 및 제4조에 따른다.", "제9조"),
        ("المادة 9: الصرف\nيصرف المبلغ وفق ما ورد في\nالمادة 3 من هذه القواعد خلال 25 يوما.",
         "المادة 9"),
        ("Article 9 (Payment)\nIt follows from\nArticle 3 (Fees) and is rounded.", "Article 9"),
    ],
)  # fmt: skip
def test_a_wrapped_line_that_begins_with_a_reference_stays_in_its_article(
    text: str, place: str
) -> None:
    assert [found for found, _ in cut(text)] == [place]


def test_a_row_of_a_table_is_no_heading() -> None:
    table = "| 단원 | 배점 |\n|---|---|\n| 제1장 | 15점 |\n| Part 2 | 20 |\n| الفصل الثالث | 5 |"
    ((place, text),) = cut(f"# 평가\n\n{table}", "markdown")
    assert place == "평가"
    assert text == "단원 | 배점 / 제1장 | 15점 / Part 2 | 20 / الفصل الثالث | 5"


def test_a_paragraph_that_begins_like_a_heading_is_none() -> None:
    said = "제1장 서론 부분의 배점은 전체의 15점으로 하며 나머지는 실험 보고서로 평가한다."
    assert cut(f"# 평가\n\n{said}", "markdown") == [("평가", said)]


def test_empty_cells_keep_values_below_their_columns() -> None:
    table = "| Reason | Paid | Unpaid |\n|---|---|---|\n| Study |  | 90 |\n| Illness | 9 |  |"
    ((_, text),) = cut(f"# Leave\n\n{table}", "markdown")
    assert text == "Reason | Paid | Unpaid / Study | – | 90 / Illness | 9 | –"


@pytest.mark.parametrize(
    ("headings", "place", "anew"),
    [
        (("Rules", "Article 15-2 (Instalments)"), "Article 15-2", False),
        (("Rules", "Article 5 bis"), "Article 5 bis", False),
        (("لائحة", "المادة (5) مكرر"), "المادة 5 مكرر", False),
        (("규정", "제15조의2(분납)"), "제15조의2", False),
        (("규정", "부    칙", "제1조(시행일)"), "부칙 제1조", True),
        (("규정", "부칙 <제7호, 2025. 1. 1.>"), "부칙", True),
        (("규정", "[별표 1] 정산 기준"), "별표 1", True),
        (("규정", "[별지 제1호서식] 신청서"), "별지 제1호서식", True),
        (("Rules", "Annex II Deposits", "Article 1 (Rooms)"), "Annex II Article 1", True),
        (("Rules", "Schedule 1"), "Schedule 1", True),
        (("لائحة", "ملحق رقم (1)"), "ملحق رقم 1", True),
    ],
)
def test_inserted_articles_and_annexes_have_places_of_their_own(
    headings: tuple[str, ...], place: str, anew: bool
) -> None:
    assert locator(headings) == place
    assert is_addendum(headings) == anew


def test_articles_of_addenda_and_annexes_are_not_those_of_the_act() -> None:
    text = (
        "제1조(목적) 목적을 정한다.\n\n제2조(요금) 요금은 정한다.\n\n부 칙\n\n"
        "제1조(시행일) 공포한 날부터 시행한다.\n\n[별표 1] 요금표\n\n성인은 2천원으로 한다."
    )
    assert [place for place, _ in cut(text)] == ["제1조", "제2조", "부칙 제1조", "별표 1"]
