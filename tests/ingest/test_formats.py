"""Office, book and Hangul formats: their text comes out with its structure."""

from __future__ import annotations

import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import pptx
import pytest
import xlsxwriter
from pdf_files import make_pdf
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches

from assistant.codes import RemarkKind
from ingest.archives import unpack
from ingest.readers import Limits, read
from ingest.structure import markdown_blocks

Write = Callable[[str, str | bytes], Path]
FILES = Path(__file__).parent / "files"


def rows(path: Path) -> list[str]:
    return [block.text for block in markdown_blocks(read(path).text)]


@pytest.mark.parametrize("name", ["exchange.hwp", "exchange.hwpx"])
def test_a_hangul_document_keeps_its_articles_and_its_table(name: str) -> None:
    lines = rows(FILES / name)
    assert "제1조(목적) 이 규정은 학생 교류에 필요한 사항을 정함을 목적으로 한다." in lines
    assert '1. "교류"란 학생을 보내고 받는 것을 말한다.' in lines
    assert lines[-2:] == ["구분 | 금액", "등록금 | 100만원"]


def test_slides_become_sections_with_tables_and_notes(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Exchange"
    slide.placeholders[1].text_frame.text = "Apply in March"
    slide.notes_slide.notes_text_frame.text = "Say that there is no fee."
    table = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(
        2, 2, Inches(1), Inches(1), Inches(4), Inches(1)
    )
    for (row, column), text in zip(
        ((0, 0), (0, 1), (1, 0), (1, 1)), ("구분", "금액", "등록금", "100만원"), strict=True
    ):
        table.table.cell(row, column).text = text
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    assert rows(path) == [
        "Exchange",
        "- Apply in March",
        "Say that there is no fee.",
        "2",
        "구분 | 금액",
        "등록금 | 100만원",
    ]


def test_a_row_of_a_sheet_says_what_its_cells_are(tmp_path: Path) -> None:
    path = tmp_path / "fees.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("등록금")
        for column, title in enumerate(("학과", "금액", "시행일")):
            sheet.write(0, column, title)
        sheet.write_row(1, 0, ["전산학부", 3_500_000])
        sheet.write_datetime(1, 2, date(2026, 3, 1))  # type: ignore[arg-type]
        sheet.write_row(2, 0, ["물리학과", 3_250_000.5])
        book.add_worksheet("비어 있음")
    assert rows(path) == [
        "등록금",
        "- 학과: 전산학부; 금액: 3500000; 시행일: 2026-03-01",
        "- 학과: 물리학과; 금액: 3250000.5",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(
    write: Write, encoding: str, delimiter: str
) -> None:
    lines = ["학과,금액", "전산학부,350만원", "물리학과,325만원"]
    text = "\n".join(line.replace(",", delimiter) for line in lines)
    path = write("fees.csv", text.encode(encoding))
    assert rows(path) == ["- 학과: 전산학부; 금액: 350만원", "- 학과: 물리학과; 금액: 325만원"]


def test_the_chapters_of_a_book_come_in_reading_order_without_its_navigation(
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.epub"
    xhtml = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>',
        )
        book.writestr(
            "O/b.opf",
            '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>نظام</dc:title>'
            '</metadata><manifest><item id="n" href="n.xhtml" properties="nav"/>'
            '<item id="b" href="b%20b.xhtml"/><item id="a" href="a.xhtml"/></manifest>'
            '<spine><itemref idref="n"/><itemref idref="b"/><itemref idref="a"/></spine></package>',
        )
        book.writestr("O/n.xhtml", xhtml.format("<nav><p>Contents</p></nav>"))
        book.writestr("O/b b.xhtml", xhtml.format("<h1>المادة الأولى</h1><p>نص <b>أول</b>.</p>"))
        book.writestr("O/a.xhtml", xhtml.format("<ul><li>One<ul><li>Two</li></ul></li></ul>"))
    source = read(path)
    assert source.title == "نظام"
    assert rows(path) == ["المادة الأولى", "نص أول.", "- One", "- Two"]


def test_an_open_document_keeps_headings_lists_and_tables_and_loses_its_contents(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rules.odt"
    names = 'xmlns:office="o" xmlns:text="t" xmlns:table="b" office:version="1.3"'
    body = (
        "<text:table-of-content><text:p>Article 1 .... 1</text:p></text:table-of-content>"
        '<text:h text:outline-level="2">Article 1</text:h>'
        "<text:p>A <text:span>rule</text:span>.</text:p>"
        "<text:list><text:list-item><text:p>An item</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Kind</text:p></table:table-cell>"
        "<table:table-cell><text:p>Fee</text:p></table:table-cell></table:table-row></table:table>"
    )
    with zipfile.ZipFile(path, "w") as odt:
        odt.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
        )
    assert rows(path) == ["Article 1", "A rule.", "- An item", "Kind | Fee"]


def test_a_table_of_contents_of_word_is_left_out(tmp_path: Path) -> None:
    word = docx.Document()
    word.styles.add_style("toc 1", 1)
    word.add_paragraph("Article 1\t3", style="toc 1")
    word.add_heading("Article 1", 1)
    word.add_paragraph("A rule.")
    path = tmp_path / "toc.docx"
    word.save(str(path))
    assert rows(path) == ["Article 1", "A rule."]


def test_running_heads_page_numbers_and_contents_of_a_pdf_are_left_out(write: Write) -> None:
    contents = ["Table of Contents", *(f"Article {i} {'.' * 20} {i}" for i in range(1, 6))]
    pages = [["University Handbook 2026", *contents, "- 1 -"]]
    pages += [
        ["University Handbook 2026", f"Article {i}", f"Rule {i} of all.", f"- {i + 1} -"]
        for i in range(1, 5)
    ]
    source = read(write("handbook.pdf", make_pdf(pages)))
    assert "Handbook 2026" not in source.text
    assert "Table of Contents" not in source.text
    assert "- 3 -" not in source.text
    assert [f"Rule {i} of all." in source.text for i in range(1, 5)] == [True] * 4
    assert source.text[source.page_starts[2] :].startswith("Article 2")
    (remark,) = source.remarks
    assert remark.kind == RemarkKind.LEFT_OUT


def test_headings_that_many_pages_begin_with_stay(write: Write) -> None:
    pages = [[f"제{i}조(목적)", f"규칙 {i}이 있다.", "둘째 줄이다."] for i in range(1, 7)]
    text = read(write("rules.pdf", make_pdf(pages))).text
    assert all(f"제{i}조(목적)" in text for i in range(1, 7))


def test_decomposed_hangul_and_presentation_forms_become_ordinary_letters(write: Write) -> None:
    korean = unicodedata.normalize("NFD", "제1조(목적) 이 규정은 다음과 같다.")
    assert read(write("nfd.md", korean)).text == "제1조(목적) 이 규정은 다음과 같다."
    assert read(write("forms.txt", "ﺍﻟﻤﺎﺩﺓ ﺍﻷﻭﻟﻰ\u200f\u00ad")).text == "المادة الأولى"
    assert read(write("signs.md", "① ½ ㈜ stay")).text == "① ½ ㈜ stay"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16-le", "제1조(목적) 이 규정의 목적은 다음과 같다.\n제2조 그렇다."),
        ("utf-16-be", "المادة الأولى: يهدف هذا النظام إلى تنظيم تبادل الطلاب."),
        ("cp949", "붙임 1. 신청서"),
        ("cp1256", "الرسوم 300 ريال"),
        ("utf-32", "A rule in thirty-two bits."),
    ],
)
def test_short_texts_are_decoded_too(write: Write, encoding: str, text: str) -> None:
    assert read(write("short.txt", text.encode(encoding))).text == text


def test_an_article_copied_from_a_web_page_loses_what_stood_around_it(write: Write) -> None:
    sentence = "The ministry announced on Thursday that the programme begins in March of next year."
    page = (
        "Skip to content\n\nShopping Cart\n\nTable of Contents\n\n  1. Aims\n  2. Money\n\n"
        f"Aims\n\n{sentence} {sentence}\n\nMoney\n\n{sentence}\n\nHappy\n0%\nSad\n0%\n\n"
        "Read also:\n\nLatest\nA headline about something else\n\nLeave a Reply\n\n"
        "Your email address will not be published.\n"
    )
    source = read(write("page.txt", page))
    assert [line for line in source.text.split("\n") if line] == [
        *("Aims", f"{sentence} {sentence}", "Money", sentence),
    ]
    assert source.remarks[0].kind == RemarkKind.LEFT_OUT


def test_a_text_that_is_no_web_page_is_not_touched(write: Write) -> None:
    text = "Section 1\n\nHome\n\nThe word above is the title of a form.\n\nRead the form."
    assert read(write("form.txt", text)).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_names_in_an_archive_are_decoded(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "korean.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("placeholder.md")
        info.filename = "규정/학칙.md".encode(encoding).decode("cp437")
        archive.writestr(info, "규칙")
    data = path.read_bytes()
    raw = "규정/학칙.md".encode(encoding)
    wrong = raw.decode("cp437").encode()
    # zipfile writes such names in UTF-8 and says so; other programs do neither.
    path.write_bytes(data.replace(wrong, raw) if len(wrong) == len(raw) else data)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (member,) = unpack(path, scratch, Limits())
    if len(wrong) == len(raw):
        assert member.name == "규정/학칙.md"
    assert member.path is not None
    assert member.path.is_relative_to(scratch)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Debian's tesseract-ocr is not there")
def test_a_scanned_page_is_recognised(tmp_path: Path) -> None:
    pytest.importorskip("pytesseract")
    picture = Image.new("L", (1600, 400), 255)
    font = ImageFont.load_default(70)
    ImageDraw.Draw(picture).text((60, 150), "Students apply in March.", fill=0, font=font)
    path = tmp_path / "scan.pdf"
    picture.save(path, "PDF", resolution=200)
    source = read(path)
    assert "Students apply in March." in source.text
    assert (source.remarks[0].kind, source.remarks[0].pages) == (RemarkKind.RECOGNISED, (1,))
