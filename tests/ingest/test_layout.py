"""Columns and tables of PDFs that were drawn line by line across the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

import pytest
from pdf_files import Line, make_pdf

from ingest.readers import read
from ingest.structure import plain_blocks

Write = Callable[[str, str | bytes], Path]
COLUMNS = {
    "en": (
        "Students apply for an exchange in March of each year and the office decides within "
        "thirty days of the application. Appeals go to the dean of the college.",
        "Staff apply in September. The committee meets twice a year and publishes its decisions "
        "on the page of the university within a week of them.",
    ),
    "ko": (
        "교환학생은 매년 삼월에 신청하고 국제처는 신청한 날부터 삼십일 이내에 결정하여 알린다. "
        "이의가 있는 학생은 결정을 안 날부터 열흘 이내에 학장에게 이의를 신청할 수 있다.",
        "교직원은 매년 구월에 신청한다. 위원회는 해마다 두 차례 회의를 열고 그 결정을 일주일 "
        "이내에 학교 누리집에 올려 모든 구성원이 볼 수 있게 하여야 한다.",
    ),
}


def paragraphs(write: Write, *pages: Sequence[Line]) -> list[str]:
    source = read(write("a.pdf", make_pdf(pages)))
    return [block.text for block in plain_blocks(source.text, source.page_starts)]


@pytest.mark.parametrize("language", COLUMNS)
def test_columns_are_read_one_after_the_other(write: Write, language: str) -> None:
    left, right = COLUMNS[language]
    width = {"en": 34, "ko": 24}[language]
    rows = zip_longest(wrap(left, width), wrap(right, width), fillvalue="")
    title = "The rules of the programme in two columns for all"
    page = [title, "", *([(50, a), (310, b)] for a, b in rows)]
    told = " ".join(paragraphs(write, page))
    assert told == f"{title} {left} {right}"


def test_three_columns_below_a_paragraph_and_above_another(write: Write) -> None:
    texts = [f"Column {name} says that rule {name} holds for all in it." for name in "ABC"]
    rows = zip_longest(*(wrap(text, 22) for text in texts), fillvalue="")
    rows = [*rows, ("And the last of A.", "And the last of B.", "And the last of C.")]
    wide = "This sentence goes over the whole width of the page and no column."
    page = [wide, *(list(zip((50, 220, 390), row, strict=True)) for row in rows), wide]
    whole = " ".join(f"{text} And the last of {n}." for n, text in zip("ABC", texts, strict=True))
    assert " ".join(paragraphs(write, page)) == f"{wide} {whole} {wide}"


def test_rows_of_a_table_stay_together_and_apart_from_each_other(write: Write) -> None:
    rows = [
        ("Level", "Months", "Amount"),
        ("Bachelor", "6", "900 dollars"),
        ("Master", "12", "1,100 dollars"),
        ("", "", "and a laptop"),
        ("Doctor", "", "1,400 dollars"),
    ]
    page = ["The stipends are:", *(list(zip((50, 180, 310), row, strict=True)) for row in rows)]
    assert paragraphs(write, page) == [
        "The stipends are:",
        "Level | Months | Amount",
        "Bachelor | 6 | 900 dollars",
        "Master | 12 | 1,100 dollars and a laptop",
        "Doctor | – | 1,400 dollars",
    ]


def test_a_table_in_arabic_is_read_from_the_right(write: Write) -> None:
    rows = [("الدرجة", "المبلغ"), ("بكالوريوس", "تسعمائة دولار"), ("ماجستير", "ألف دولار")]
    # Drawn from left to right, letter by letter, as producers do.
    page = [[(400, right[::-1]), (150, left[::-1])] for right, left in rows]
    assert paragraphs(write, page) == [" | ".join(row) for row in rows]


def test_the_marks_of_a_list_are_no_cells(write: Write) -> None:
    items = ["Students apply in March.", "The office decides in April.", "Appeals go to the dean."]
    page = [[(50, f"{i}."), (90, item)] for i, item in enumerate(items, 1)]
    assert paragraphs(write, page) == [f"{i}. {item}" for i, item in enumerate(items, 1)]


def test_a_page_without_columns_and_tables_is_read_as_it_was_written(write: Write) -> None:
    # Drawn from the bottom up: the order of the text is the producer's.
    lines = ["Article 1", "Students apply in March.", "Head    of the page"]
    assert paragraphs(write, lines) == ["Article 1", "Students apply in March.", "Head of the page"]
