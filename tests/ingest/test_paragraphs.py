"""Where the parts of a long article stand, as its readers cite them."""

from __future__ import annotations

import pytest

from ingest.headings import Block
from ingest.paragraphs import places


def blocks(*texts: str) -> list[Block]:
    return [Block(text) for text in texts]


@pytest.mark.parametrize(
    ("place", "groups", "expected"),
    [
        (
            "제15조",
            [("① 대학은 정한다.", "② 총장은 알린다."), ("③ 위원회를 둔다.",)],
            ["제15조", "제15조제3항"],
        ),
        (
            "제15조의2",
            [
                ("① 다음과 같다.", "1. 첫째"),
                ("2. 둘째",),
                ("이어지는 둘째",),
                ("2의3. 셋째", "3. 넷째"),
            ],
            ["제15조의2제1항", "제15조의2제1항제2호", "제15조의2제1항제2호", "제15조의2제1항"],
        ),
        ("제3조", [("다음과 같다.",), ("12의2. 둘째",)], ["제3조", "제3조제12호의2"]),
        ("부칙 제2조", [("① 첫째", "② 둘째"), ("㉑ 끝",)], ["부칙 제2조", "부칙 제2조제21항"]),
        (
            "المادة الثالثة",
            [("١- يقدم الطلب.",), ("٢- يبت فيه.",), ("(3) يبلغ.", "٤- ينشر.")],
            ["المادة الثالثة، الفقرة ١", "المادة الثالثة، الفقرة ٢", "المادة الثالثة"],
        ),
        ("Article 15", [("(1) One.",), ("2. Two.",)], ["Article 15(1)", "Article 15(2)"]),
        ("Fees › Refunds", [("(1) One.",), ("(2) Two.",)], ["Fees › Refunds"] * 2),
        ("제15조", [("① 하나뿐이다.",)], ["제15조"]),
    ],
)
def test_a_part_of_one_paragraph_or_item_is_cited_by_it(
    place: str, groups: list[tuple[str, ...]], expected: list[str]
) -> None:
    assert places(place, [blocks(*group) for group in groups]) == expected
