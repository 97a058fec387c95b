"""Workbooks: what a reader sees in a sheet is in the text, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from assistant.codes import RemarkKind
from ingest.readers import read
from ingest.readers.number_formats import shown
from ingest.structure import markdown_blocks


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fees.xlsx"


def lines(path: Path) -> list[str]:
    return [block.text for block in markdown_blocks(read(path).text)]


def remarks(path: Path) -> set[tuple[RemarkKind, str]]:
    return {(remark.kind, remark.detail) for remark in read(path).remarks}


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (0.085, "0.0%", "8.5%"),
        (0.085, "0%", "9%"),
        (2468.5, '"€"#,##0.00', "€2,468.50"),
        (2468.5, '_-* #,##0.00\\ "€"_-', "2,468.50 €"),
        (3_250_000, '#,##0"원"', "3,250,000원"),
        (3_250_000, "[$₩-412]#,##0", "₩3,250,000"),
        (4200, '#,##0.00 "ر.س"', "4,200.00 ر.س"),
        (-70, "#,##0;[Red](#,##0)", "(70)"),
        (-70, "#,##0", "-70"),
        (0, '0;-0;"없음"', "없음"),
        (7_400_000, '0.0,,"M"', "7.4M"),
        (7, "000", "007"),
        (1.5, "0.##", "1.5"),
        (46_096, "dd/mm/yyyy", "2026-03-15"),
        (46_096.75, "m/d/yy h:mm", "2026-03-15 18:00"),
        (46_096, 'yyyy"년" m"월" d"일"', "2026년 3월 15일"),
        (46_096, "d mmmm yyyy", "15 March 2026"),
        (44_634, "yyyy-mm-dd", "2022-03-14"),
        (0.4375, "h:mm AM/PM", "10:30 AM"),
        (1.25, "[h]:mm", "30:00"),
        (0.5, "# ?/?", "0.5"),
        (0.1 + 0.2, "General", "0.3"),
        (3, 'General"호"', "3호"),
        (1e300, "0.00", "1e+300"),
        (9e9, "yyyy-mm-dd", "9000000000"),
    ],
)
def test_numbers_are_written_as_the_sheet_shows_them(number: float, code: str, text: str) -> None:
    assert shown(float(number), code) == text


def test_days_that_are_counted_from_1904_are_four_years_later() -> None:
    assert shown(46_096.0, "yyyy-mm-dd", since_1904=True) == "2030-03-16"


def test_cells_are_read_with_their_formats_and_formulas_with_their_results(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("수수료")
        percent, won = (book.add_format({"num_format": f}) for f in ("0.0%", '#,##0"원"'))
        sheet.write_row(0, 0, ["과정", "할인", "금액", "합계", "면제"])
        sheet.write_row(1, 0, ["계절학기", 0.125])
        sheet.write(1, 2, 84_000, won)
        sheet.write(1, 1, 0.125, percent)
        sheet.write_formula(1, 3, "=C2*2", won, 168_000)
        sheet.write_boolean(1, 4, True)
        sheet.write_row(2, 0, ["청강"])
        sheet.write_formula(2, 3, "=C3*2", won, "")
    assert lines(path) == [
        "수수료",
        "- 과정: 계절학기; 할인: 12.5%; 금액: 84,000원; 합계: 168,000원; 면제: TRUE",
        "- 과정: 청강",
    ]
    ((kind, detail),) = remarks(path)
    assert kind == RemarkKind.MANGLED
    assert "D3" in detail


def test_hidden_sheets_rows_and_columns_and_what_is_struck_out_are_left_out(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        struck = book.add_format({"font_strikeout": True})
        sheet = book.add_worksheet("2026")
        for i, row in enumerate((("Item", "Fee", "Cost"), ("Pool", "6", "1"), ("Old", "5", "2"))):
            sheet.write_row(i, 0, row)
        sheet.write_rich_string(3, 0, "Gym ", struck, "hall", " card")
        sheet.write(3, 1, "9", struck)
        sheet.set_column(2, 2, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.write_comment(1, 0, "Ask.")
        sheet.insert_textbox(6, 0, "The pool is closed on 4 May.")
        old = book.add_worksheet("2019")
        old.write(0, 0, "Old fees")
        old.hide()
    assert lines(path) == [
        "2026",
        "- Item: Pool; Fee: 6",
        "- Item: Gym card",
        "The pool is closed on 4 May.",
    ]
    assert remarks(path) == {
        (RemarkKind.HIDDEN, "struck-out passages: 2"),
        (RemarkKind.HIDDEN, "hidden rows: 1"),
        (RemarkKind.HIDDEN, "hidden columns: 1"),
        (RemarkKind.HIDDEN, "hidden sheets: 1"),
        (RemarkKind.COMMENTS, "comments: 1"),
    }


def test_each_row_knows_what_spans_it_and_two_rows_of_headers_are_one(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("기숙사")
        sheet.merge_range("A1:A2", "건물")
        sheet.merge_range("B1:C1", "요금")
        sheet.write_row("B2", ["학기", "방학"])
        sheet.merge_range("A3:A4", "누리관")
        sheet.write_row("B3", [71, 24])
        sheet.write_row("B4", [65, 21])
        sheet.write_row("A5", ["다솜관", 58])
    assert lines(path) == [
        "기숙사",
        "- 건물: 누리관; 요금 학기: 71; 요금 방학: 24",
        "- 건물: 누리관; 요금 학기: 65; 요금 방학: 21",
        "- 건물: 다솜관; 요금 학기: 58",
    ]


def test_a_caption_above_a_sheet_stands_once(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("رسوم")
        sheet.merge_range("A1:B1", "رسوم عام 2026")
        sheet.write_row("A2", ["الخدمة", "الرسم"])
        sheet.write_row("A3", ["المسبح", 35])
    assert lines(path) == ["رسوم", "رسوم عام 2026", "الخدمة | الرسم", "المسبح | 35"]
