"""XLS workbooks as Excel shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from xls_files import BLANK, DAY, EUROS, GENERAL, PERCENT, PLAIN, STRUCK, WHITE, XlsSheet, xls_file

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers import read


def test_numbers_are_read_as_the_sheet_shows_them(tmp_path: Path) -> None:
    cells = {
        (0, 0): ("항목", PLAIN), (0, 1): ("비율", PLAIN), (0, 2): ("금액", PLAIN),
        (0, 3): ("시행일", PLAIN), (0, 4): ("수", PLAIN), (0, 5): ("합계", PLAIN),
        (1, 0): ("보증금", PLAIN), (1, 1): (0.075, PERCENT), (1, 2): (1234.5, EUROS),
        (1, 3): (46082.0, DAY), (1, 4): (41000, GENERAL),
    }  # fmt: skip
    sheet = XlsSheet("요금", cells, formulas={(1, 5): 0.25})
    text = read(xls_file(tmp_path / "fees.xls", sheet)).text
    assert (
        "- 항목: 보증금; 비율: 8%; 금액: €1,234.50; 시행일: 2026-03-01; 수: 41000; 합계: 25%"
        in text
    )


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    cells = {(0, 0): ("Day", PLAIN), (1, 0): (46082.0 - 1462, DAY)}
    path = xls_file(tmp_path / "days.xls", XlsSheet("s", cells), since_1904=True)
    assert "2026-03-01" in read(path).text


def test_what_is_hidden_struck_out_or_white_is_left_out_and_counted(tmp_path: Path) -> None:
    cells = {
        (0, 0): ("النوع", PLAIN), (0, 1): ("draft", PLAIN), (0, 2): ("الرسوم", PLAIN),
        (1, 0): ("كتاب", PLAIN), (1, 1): (31, PLAIN), (1, 2): (41, PLAIN),
        (2, 0): ("secret row", PLAIN), (2, 2): (52, PLAIN),
        (3, 0): ("قديم", STRUCK), (3, 2): (63, STRUCK),
        (4, 0): ("unseen", WHITE), (4, 2): (74, BLANK),
        (5, 0): ("مفتاح", PLAIN), (5, 2): (85, PLAIN),
    }  # fmt: skip
    path = xls_file(
        tmp_path / "fees.xls",
        XlsSheet("shown", cells, hidden_rows=[2], hidden_columns=[1], comment="ask Kim"),
        XlsSheet("hidden", {(0, 0): ("secret sheet", PLAIN)}, state=1),
        XlsSheet("very hidden", {(0, 0): ("secret sheet", PLAIN)}, state=2),
        XlsSheet("chart", {}, kind=2),
    )
    source = read(path)
    assert "- النوع: كتاب; الرسوم: 41" in source.text
    assert "- النوع: مفتاح; الرسوم: 85" in source.text
    for hidden in ("draft", "31", "secret", "قديم", "63", "unseen", "74", "ask Kim"):
        assert hidden not in source.text
    assert [(remark.kind, remark.detail) for remark in source.remarks] == [
        (RemarkKind.COMMENTS, "comments: 1"),
        (RemarkKind.HIDDEN, "struck-out passages: 2"),
        (RemarkKind.HIDDEN, "white cells, or of an empty format: 2"),
        (RemarkKind.HIDDEN, "hidden rows: 1"),
        (RemarkKind.HIDDEN, "hidden columns: 1"),
        (RemarkKind.HIDDEN, "hidden sheets: 2"),
        (RemarkKind.LEFT_OUT, "sheets of a chart: 1"),
    ]


def test_merged_cells_stand_in_each_row_and_text_boxes_below(tmp_path: Path) -> None:
    cells = {
        (0, 0): ("Kind", PLAIN), (0, 1): ("Fee", PLAIN), (0, 2): ("Term", PLAIN),
        (1, 0): ("Loan", PLAIN), (1, 1): (41, PLAIN), (1, 2): ("spring", PLAIN),
        (2, 1): (52, PLAIN), (2, 2): ("autumn", PLAIN),
    }  # fmt: skip
    sheet = XlsSheet("s", cells, merged=[(1, 2, 0, 0)], text_box="수수료는 환불하지 않는다.")
    text = read(xls_file(tmp_path / "fees.xls", sheet)).text
    assert "- Kind: Loan; Fee: 52; Term: autumn" in text
    assert "수수료는 환불하지 않는다." in text


def test_a_workbook_with_a_password_is_told_as_such(tmp_path: Path) -> None:
    path = xls_file(tmp_path / "fees.xls", XlsSheet("s", {(0, 0): ("x", PLAIN)}), locked=True)
    with pytest.raises(UnreadableFileError) as caught:
        read(path)
    assert caught.value.fault == Fault.PROTECTED
