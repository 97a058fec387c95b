"""Readers: every format, and every way a file can be something else than it says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from mail_files import ole_file

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers import read
from ingest.structure import markdown_blocks, plain_blocks

SAMPLES = Path(__file__).parents[2] / "samples"
Write = Callable[[str, str | bytes], Path]
OLE = ole_file({"EncryptedPackage": b"x" * 600})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("research-data-handling.en.pdf", "Policy on the Handling of Research Data"),
        ("research-data-handling.ko.pdf", "제1조(목적 및 적용 범위)"),
        ("research-data-handling.ar.pdf", "المادة 1: الغرض والنطاق"),
        ("complaints-and-appeals.en.docx", "## Article 1"),
        ("complaints-and-appeals.ko.docx", "## 제1조"),
        ("complaints-and-appeals.ar.docx", "## المادة ١"),
        ("global-ai-hub.en.html", "## Article 2"),
        ("global-ai-hub.ar.html", "## المادة 2"),
        ("dual-degree.ko.md", "## 제2조"),
    ],
)
def test_reads_every_format_in_every_language(name: str, expected: str) -> None:
    assert expected in read(SAMPLES / name).text


def test_leaves_menus_of_a_web_page_out() -> None:
    page = SAMPLES / "global-ai-hub.en.html"
    assert "<nav" in page.read_text("utf-8")
    text = read(page).text
    assert "|" in text, "its table is kept"
    assert not any(word in text for word in ("<nav", "Cookie", "Log in", "function("))


def test_knows_where_the_pages_of_a_pdf_begin() -> None:
    document = read(SAMPLES / "research-data-handling.en.pdf")
    starts = document.page_starts
    assert starts[0] == 0
    assert len(starts) == 2
    assert list(starts) == sorted(starts)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "제1조(목적) 이 규정의 목적은 다음과 같다."),
        ("utf-16", "제1조(목적) 이 규정의 목적은 다음과 같다."),
        ("cp949", "제1조(목적) 이 규정은 학생 교류에 필요한 사항을 정함을 목적으로 한다."),
        ("iso2022_kr", "제1조(목적) 이 규정은 학생 교류에 필요한 사항을 정함을 목적으로 한다."),
        ("cp1256", "المادة الأولى: يهدف هذا النظام إلى تنظيم تبادل الطلاب بين الجامعات."),
    ],
)
def test_reads_the_encodings_of_korean_and_arabic_files(
    write: Write, encoding: str, text: str
) -> None:
    assert read(write("rules.txt", text.encode(encoding))).text.strip() == text


def _truncated_pdf() -> bytes:
    return (SAMPLES / "research-data-handling.en.pdf").read_bytes()[:300]


def _scanned_pdf() -> bytes:
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(200, 200)
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _truncated_docx() -> bytes:
    return (SAMPLES / "complaints-and-appeals.en.docx").read_bytes()[:2000]


def _xlsx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def _docx_with(document_xml: str) -> bytes:
    buffer = io.BytesIO()
    source = SAMPLES / "complaints-and-appeals.en.docx"
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(buffer, "w") as archive:
        for name in good.namelist():
            body = good.read(name)
            archive.writestr(name, document_xml if name == "word/document.xml" else body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.md", b"", "is empty"),
        ("blank.md", b"  \n\n ", "is empty"),
        ("empty.pdf", b"", "is empty"),
        ("photo.xyz", b"hello", "unknown kind of file"),
        ("noending", b"hello", "unknown kind of file"),
        ("broken.pdf", b"%PDF-1.7\nnothing else", "damaged PDF"),
        ("truncated.pdf", _truncated_pdf(), "damaged PDF|no text"),
        ("scanned.pdf", _scanned_pdf(), "seems to be scanned"),
        ("text.pdf", b"This is a text.", "named as PDF"),
        ("word.pdf", _xlsx(), "named as PDF, but its content is a ZIP"),
        ("pdf.md", b"%PDF-1.7 ...", "named as Markdown, but its content is a PDF"),
        ("program.txt", b"\x7fELF\x02\x01" + b"\0" * 100, "content is a program"),
        ("binary.html", b"<html>\0\1\2\3</html>", "named as HTML"),
        ("page.html", b"<html><body></body></html>", "no main text"),
        ("secret.docx", OLE, "protected with a password"),
        ("text.docx", b"This is a text.", "named as DOCX"),
        ("truncated.docx", _truncated_docx(), "damaged"),
        ("sheet.docx", _xlsx(), "another ZIP"),
        ("bad.docx", _docx_with("<w:document"), "damaged Word document|is damaged"),
    ],
)
def test_says_what_is_wrong_with_a_file(
    write: Write, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(UnreadableFileError, match=message) as caught:
        read(write(name, content))
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("photo.xyz", b"hello", Fault.UNKNOWN_FORMAT),
        ("scanned.pdf", _scanned_pdf(), Fault.SCANNED),
        ("noise.txt", bytes(range(128, 256)), Fault.ENCODING),
    ],
)
def test_says_of_which_kind_a_fault_is(
    write: Write, name: str, content: bytes, fault: Fault
) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(write(name, content))
    assert caught.value.fault == fault


def test_a_password_protected_pdf_is_named_as_such(write: Write) -> None:
    with pytest.raises(UnreadableFileError, match="protected with a password") as caught:
        read(write("locked.pdf", ENCRYPTED_PDF))
    assert caught.value.fault == Fault.PROTECTED


def test_entities_in_a_word_file_are_not_expanded(write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e SYSTEM "file://{secret}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>public &e;</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        text = read(write("xxe.docx", _docx_with(body))).text
    except UnreadableFileError:
        return
    assert "TOPSECRET" not in text


def test_tables_of_a_word_file_are_kept(write: Write, tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Fees", 1)
    table = word.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Kind", "Fee", "Visa", "60"), strict=True
    ):
        cell.text = text
    path = tmp_path / "table.docx"
    word.save(str(path))
    text = read(path).text
    assert "# Fees" in text
    assert "| Visa | 60 |" in text


def test_merged_cells_and_signs_of_markdown_stay_as_they_are(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("<Table 1> Fees are *100* SAR.")
    table = word.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Fees"
    for cell, text in zip(table.rows[1].cells, ("1|2", "a", "b"), strict=True):
        cell.text = text
    path = tmp_path / "merged.docx"
    word.save(str(path))
    blocks = [block.text for block in markdown_blocks(read(path).text)]
    assert blocks == ["<Table 1> Fees are *100* SAR.", "Fees", "1|2 | a | b"]


# A one-page PDF encrypted with a user password (standard security handler, revision 2, RC4 40).
ENCRYPTED_PDF = (
    b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -44/O<"""
    + b"11" * 32
    + b">/U<"
    + b"22" * 32
    + b""">>>endobj
trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R
/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]>>
%%EOF
"""
)


@pytest.mark.parametrize("fee", ["19,900원", "١٩٬٩٠٠", "19,900 won"])
def test_what_markdown_strikes_out_is_left_out_and_reported(write: Write, fee: str) -> None:
    text = f"~~{fee}~~ 41,000 <del>{fee}</del>\n\n```\n~~kept~~\n```\n\n[1]: 52,000\n\n[a]: b.html"
    source = read(write("fees.md", text))
    assert fee not in source.text
    assert [remark.detail for remark in source.remarks] == ["struck-out passages: 2"]
    blocks = [block.text for block in markdown_blocks(source.text)]
    assert blocks == ["41,000", "~~kept~~", "[1]: 52,000"]


def test_lines_in_cells_of_markdown_stay_apart(write: Write) -> None:
    text = "| 구분 | Fee |\n|---|---|\n| 교수<br>موظف | 61,500<br>38,200 |"
    blocks = [block.text for block in markdown_blocks(read(write("fees.md", text)).text)]
    assert blocks[-1] == "교수 موظف | 61,500 38,200"


@pytest.mark.parametrize(
    "table",
    [
        "{0}\t{1}\t{2}\n교수\t\t142,000\nموظف\t38,200\t97,000",
        "┌───┬───┐\n│ {0} │ {1} │ {2} │\n├───┼───┤\n│ 교수 │  │ 142,000 │\n"
        "│ موظف │ 38,200 │ 97,000 │\n└───┴───┘",
    ],
)
def test_rows_of_a_plain_table_are_rows(write: Write, table: str) -> None:
    text = f"Rules\n\n{table.format('Grade', 'Rate', 'Lodging')}\n\n1.\tFirst\n2.\tSecond\n"
    blocks = plain_blocks(read(write("fees.txt", text)).text)
    assert [block.text for block in blocks if block.row] == [
        "Grade | Rate | Lodging",
        "교수 | – | 142,000",
        "موظف | 38,200 | 97,000",
    ]


@pytest.mark.parametrize("article", ["제{}조(요금)", "المادة {}: الرسوم", "Article {} (Fees)"])
def test_a_table_of_contents_of_a_text_is_left_out_and_prices_stay(
    write: Write, article: str
) -> None:
    heads = [article.format(n) for n in (1, 2, 3)]
    listed = "\n".join(f"{head} ......... {i}" for i, head in enumerate(heads, 1))
    text = "\n\n".join(f"{head}\nFee {i}." for i, head in enumerate(heads, 1))
    prices = "Pool ....... 500\nGym ....... 600\nHall ....... 700"
    source = read(write("rules.txt", f"{listed}\n\n{text}\n\n{prices}"))
    assert "........." not in source.text
    assert "Hall ....... 700" in source.text
    assert [remark.kind for remark in source.remarks] == [RemarkKind.LEFT_OUT]


@pytest.mark.parametrize("ornament", ["■ ", "◎", "○ "])
@pytest.mark.parametrize("article", ["제 ２ 조 (요금)", "المــادة (٢): الرسوم", "ARTICLE 2. Fees"])
def test_an_ornament_before_a_heading_is_none_of_it(ornament: str, article: str) -> None:
    blocks = plain_blocks(f"Rules\n\n{ornament}{article}\nThe fee is 41,000.\n")
    assert [block.text for block in blocks if block.level] == [article]
