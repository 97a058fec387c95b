"""Workbooks: what a reader sees in a sheet is in the text, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from office_files import package, relations

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
        (0.1 + 0.2, "GENERAL", "0.3"),
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


TABLES = {
    "ko": (("구분", "일비"), ("교수", "61,500"), ("시설", "이용료"), ("수영장", "3,400")),
    "ar": (("الفئة", "البدل"), ("أستاذ", "61,500"), ("المرفق", "الرسم"), ("المسبح", "3,400")),
    "en": (("Grade", "Rate"), ("Professor", "61,500"), ("Facility", "Fee"), ("Pool", "3,400")),
}


@pytest.mark.parametrize("language", TABLES)
@pytest.mark.parametrize("ending", ["xlsx", "csv", "ods"])
def test_a_table_below_another_has_its_own_names(
    tmp_path: Path, ending: str, language: str
) -> None:
    head, row, other_head, other_row = TABLES[language]
    rows = [head, row, ("Extra", "9"), (), other_head, other_row, (), ("Late", "8")]
    path = tmp_path / f"fees.{ending}"
    if ending == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("1")
            for i, cells in enumerate(rows):
                sheet.write_row(i, 0, cells)
    elif ending == "csv":
        path.write_text("\n".join(";".join(cells) for cells in rows), encoding="utf-8")
    else:
        ods(path, "".join(ods_row(*cells) for cells in rows))
    assert [line for line in lines(path) if line != "1"] == [
        f"- {head[0]}: {row[0]}; {head[1]}: {row[1]}",
        f"- {head[0]}: Extra; {head[1]}: 9",
        f"- {other_head[0]}: {other_row[0]}; {other_head[1]}: {other_row[1]}",
        f"- {other_head[0]}: Late; {other_head[1]}: 8",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nGrade;Rate\nStaff;38,200\n",
        "Rates, 2026\n\nGrade;Rate\nStaff;38,200\n",
        '"Grade";"Rate"\n"Staff";"38,200"\n',
    ],
)
def test_what_stands_between_cells_is_told_by_the_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    assert lines(path)[-1] == "- Grade: Staff; Rate: 38,200"


def test_three_rows_of_headers_are_one(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("여비")
        sheet.merge_range("A1:A3", "구분")
        sheet.merge_range("B1:C1", "국외")
        sheet.merge_range("B2:C2", "하루")
        sheet.write_row("B3", ["일비", "숙박비"])
        sheet.write_row("A4", ["교수", 61, 142])
    assert lines(path) == ["여비", "- 구분: 교수; 국외 하루 일비: 61; 국외 하루 숙박비: 142"]


def test_white_and_blank_cells_are_left_out_and_charts_reported(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("1")
        sheet.write_row(0, 0, ["Kind", "Fee"])
        sheet.write_row(1, 0, ["Pool", 6])
        sheet.write(2, 0, "Old", book.add_format({"font_color": "#FFFFFF"}))
        sheet.write(2, 1, 5, book.add_format({"num_format": ";;;"}))
        sheet.write(3, 0, "Gym", book.add_format({"font_color": "#FFFFFF", "bg_color": "#333333"}))
        charts = [book.add_chart({"type": "bar"}) for _ in range(2)]
        for chart in charts:
            chart.add_series({"values": "='1'!$B$2:$B$3"})
        sheet.insert_chart(5, 0, charts[0])
        book.add_chartsheet("2").set_chart(charts[1])
    assert lines(path) == ["1", "- Kind: Pool; Fee: 6", "- Kind: Gym"]
    assert {kind for kind, _ in remarks(path)} == {RemarkKind.HIDDEN, RemarkKind.LEFT_OUT}
    assert len(remarks(path)) == 3


ODS = 'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s"'


def ods(path: Path, rows: str, columns: str = "", styles: str = "") -> Path:
    sheet = f'<table:table table:name="1">{columns}{rows}</table:table>'
    return package(
        path,
        {
            "content.xml": f"<office:document-content {ODS}><office:automatic-styles>{styles}"
            "</office:automatic-styles><office:body><office:spreadsheet>"
            f"{sheet}</office:spreadsheet></office:body></office:document-content>"
        },
    )


def ods_row(*cells: str, more: str = "") -> str:
    inner = (
        c if c.startswith("<") else f"<table:table-cell><text:p>{c}</text:p></table:table-cell>"
        for c in cells
    )
    return f"<table:table-row {more}>{''.join(inner)}</table:table-row>"


def test_an_open_document_sheet_is_read_as_it_is_shown(tmp_path: Path) -> None:
    shown = (
        '<table:table-cell office:value="0.075"><text:p>7.5%</text:p></table:table-cell>',
        '<table:table-cell office:date-value="2026-03-15"><text:p>15.3.26</text:p>'
        "</table:table-cell>",
    )
    struck = '<table:table-cell table:style-name="gone"><text:p>17</text:p></table:table-cell>'
    path = ods(
        tmp_path / "fees.ods",
        ods_row("할인", "من", "Old", "Note")
        + ods_row(*shown, "18,800", "<table:table-cell><text:p>x</text:p></table:table-cell>")
        + ods_row("19,900", "1", "2", more='table:visibility="collapse"')
        + ods_row("5%", '<table:table-cell table:number-columns-repeated="2"/>', "y")
        + ods_row(struck, "z"),
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>',
        '<style:style style:name="gone"><style:text-properties'
        ' style:text-line-through-style="solid"/></style:style>',
    )
    assert lines(path) == [
        "1",
        "- 할인: 7.5%; من: 2026-03-15; Note: x",
        "- 할인: 5%; Note: y",
        "- من: z",
    ]
    assert remarks(path) == {
        (RemarkKind.HIDDEN, "struck-out passages: 1"),
        (RemarkKind.HIDDEN, "hidden rows: 1"),
        (RemarkKind.HIDDEN, "hidden columns: 1"),
    }


def test_days_that_are_stored_as_such_and_cells_without_a_name_are_read(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml"
    book = (
        f'<workbook xmlns="{strict}/spreadsheetml/main" xmlns:r="{strict}/officeDocument/'
        'relationships"><sheets><sheet name="요금" r:id="worksheet"/></sheets></workbook>'
    )
    cells = (
        '<row><c t="inlineStr"><is><t>시행일</t></is></c><c t="d"><v>2026-03-01T00:00:00</v></c>'
        "<c><f>1+1</f></c></row>"
    )
    path = package(
        tmp_path / "days.xlsx",
        {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": relations({"worksheet": "/xl/worksheets/one.xml"}),
            "xl/worksheets/one.xml": f'<worksheet xmlns="{strict}/spreadsheetml/main">'
            f"<sheetData>{cells}</sheetData></worksheet>",
        },
    )
    assert lines(path) == ["요금", "시행일 2026-03-01"]
    ((kind, detail),) = remarks(path)
    assert kind == RemarkKind.MANGLED
    assert "(row 1)" in detail


@pytest.mark.parametrize(
    "rows",
    [
        [["신청기간", "3월 1일~15일"], ["보증금", "41,000원"], ["문의", "학생처"]],
        [["الجهة", "عمادة شؤون الطلاب"], ["الهاتف", "تحويلة ٥٢"], ["الموقع", "المبنى الرئيسي"]],
        [["Office", "Registry"], ["Opens", "Monday"], ["Fee", "41"]],
    ],
)
def test_rows_of_a_name_and_what_it_stands_for_have_no_head(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    path = tmp_path / "form.csv"
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), "utf-8")
    assert lines(path) == [" | ".join(row) for row in rows]


def test_two_columns_of_names_and_numbers_have_a_head(tmp_path: Path) -> None:
    path = tmp_path / "fees.csv"
    path.write_text("항목,금액\n보증금,41000\n연체료,500\n", "utf-8")
    assert lines(path) == ["- 항목: 보증금; 금액: 41000", "- 항목: 연체료; 금액: 500"]
