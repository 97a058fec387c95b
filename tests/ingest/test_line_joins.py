"""Lines that were wrapped become text again, also where a word was divided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pdf_files import make_pdf

from ingest.line_joins import LineJoiner
from ingest.readers import read
from ingest.readers.cleaning import clean
from ingest.structure import plain_blocks

Write = Callable[[str, str | bytes], Path]


def joined(*lines: str) -> str:
    return " ".join(block.text for block in plain_blocks("\n".join(lines)))


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("The insti-", "tution pays."), "The institution pays."),
        (
            ("A well-known name and a well-", "known place"),
            "A well-known name and a well-known place",
        ),
        (("The co-", "operative has members"), "The cooperative has members"),
        (
            ("Part one is paid, the part-", "paid rest is paid"),
            "Part one is paid, the part-paid rest is paid",
        ),
        (("the years 2031-", "2032 are over"), "the years 2031-2032 are over"),
        (("the non-", "European states"), "the non-European states"),
        (("an OPTIONAL ELE-", "MENT is read"), "an OPTIONAL ELEMENT is read"),
        (("for short-", "and long-term loans"), "for short- and long-term loans"),
        (("it is late -", "so go home"), "it is late - so go home"),
        (("규정 제3-", "5조에 따른다"), "규정 제3-5조에 따른다"),
    ],
)
def test_hyphens_at_the_ends_of_lines(lines: tuple[str, ...], whole: str) -> None:
    assert joined(*lines) == whole


def test_hyphens_of_a_pdf(write: Write) -> None:
    lines = [
        "The insti-",
        "tution keeps o\ufb03cial and well-known letters, and well-",
        "known maps.",
    ]
    source = read(write("a.pdf", make_pdf([lines])))
    (block,) = plain_blocks(source.text, source.page_starts)
    assert block.text == (
        "The institution keeps official and well-known letters, and well-known maps."
    )


def test_hyphens_in_the_columns_of_a_pdf(write: Write) -> None:
    left = [
        "The doors of the insti-",
        "tution are closed by",
        "the porter at nine on",
        "all days of the week.",
    ]
    right = [
        "Guests of the house regis-",
        "ter at the desk of the",
        "porter and leave it by",
        "noon of the next day.",
    ]
    page = [[(50, a), (310, b)] for a, b in zip(left, right, strict=True)]
    source = read(write("a.pdf", make_pdf([page])))
    assert [block.text for block in plain_blocks(source.text, source.page_starts)] == [
        "The doors of the institution are closed by the porter at nine on all days of the week.",
        "Guests of the house register at the desk of the porter and leave it by noon of the next "
        "day.",
    ]


def test_soft_hyphens_and_ligatures() -> None:
    assert clean("The insti\u00ad\n  tution o\ufb03cially \ufb01les it\u00adself") == (
        "The institution officially files itself"
    )


KOREAN = (
    "도서관은 학기마다 두 번씩 장서를 점검하고 훼손된 책을 새로 구입하여야 한다. 점검하는 동안에는 "
    "대출을 멈추며 그 기간을 누리집에 미리 알린다. 분실한 책값은 빌린 사람이 물어야 하고 "
    "책값을 알 수 없으면 관장이 정하는 금액을 낸다. 열람실은 시험 기간에 밤새 연다."
)


def test_korean_words_that_were_divided_are_whole_again() -> None:
    lines = [KOREAN[i : i + 17].strip() for i in range(0, len(KOREAN), 17)]
    told = joined(*lines).split()
    right = KOREAN.split()
    assert sum(word in right for word in told) >= 0.95 * len(told)


def test_korean_lines_that_end_with_words_stay_apart() -> None:
    lines, line = [], ""
    for word in KOREAN.split():
        if len(line) + len(word) > 16:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    assert joined(*lines, line) == KOREAN


def test_a_number_and_its_unit_stay_together_where_words_are_divided() -> None:
    assert "30일" in joined(
        "열람실은 시험을 치르기 전에 미",
        "리 알리고 한 번에 빌린 책은 30",
        "일 안에 돌려주어야 하며 연체",
        "료를 낸다.",
    )


def test_arabic_lines_are_joined_with_a_space() -> None:
    assert (
        joined("تُعار الكتب لمدة شهر", "ويجوز تجديدها مرة")
        == "تُعار الكتب لمدة شهر ويجوز تجديدها مرة"
    )


@pytest.mark.parametrize(
    ("lines", "heading", "text"),
    [
        (
            ("제21조(열람실의 이용 시간과", "휴관일) ① 열람실은 아홉 시에 연다."),
            "제21조(열람실의 이용 시간과 휴관일)",
            "① 열람실은 아홉 시에 연다.",
        ),
        (
            ("Article 21 (Opening hours of the", "reading rooms) The rooms open at nine."),
            "Article 21 (Opening hours of the reading rooms)",
            "The rooms open at nine.",
        ),
        (
            ("المادة (٢١) (مواعيد فتح", "قاعات القراءة) تفتح القاعات في التاسعة."),
            "المادة (٢١) (مواعيد فتح قاعات القراءة)",
            "تفتح القاعات في التاسعة.",
        ),
        (
            ("Chapter 4 Loans of instruments and", "of recordings", "", "Loans end in June."),
            "Chapter 4 Loans of instruments and of recordings",
            "Loans end in June.",
        ),
    ],
)
def test_the_title_of_a_heading_goes_on_in_the_next_line(
    lines: tuple[str, ...], heading: str, text: str
) -> None:
    head, block = plain_blocks("\n".join(lines))
    assert (head.text, head.level is not None) == (heading, True)
    assert block.text == text


def test_text_below_a_short_heading_is_text() -> None:
    long = "Instruments are lent for a year and come back in June, before the summer begins."
    told = plain_blocks(f"{long}\n\nChapter 4 Loans\nof recordings are not made.\n\n{long}")
    assert [(block.text, block.level is not None) for block in told][1:3] == [
        ("Chapter 4 Loans", True),
        ("of recordings are not made.", False),
    ]


def test_a_reference_in_an_open_bracket_is_no_heading() -> None:
    told = plain_blocks("제1조(목적) 이 규정은\n제7조(심사)에 따라 정한다.")
    assert [block.text for block in told if block.level] == ["제1조(목적)"]


def test_a_korean_word_that_a_hyphen_divides_is_whole_again() -> None:
    joiner = LineJoiner("")
    assert joiner.joint("사람은 행정처-", "에서 받는다.") == ("사람은 행정처", "")
    assert joiner.joint("노선은 인천-", "서울 사이이다.")[0] == "노선은 인천-"
