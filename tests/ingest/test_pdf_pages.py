"""What stands on the pages of PDFs: turned text, forms, comments, and what cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from drawn_pdf import Page, Paint, Rule, Text, check_box, comment, drawn_pdf, text_field
from pdf_files import make_pdf

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.readers import Remark, RemarkKind, SourceText, read
from ingest.structure import plain_blocks

Write = Callable[[str, str | bytes], Path]

TABLES = {
    "en": [
        ("Budget line", "2031", "2032", "Change"),
        ("Lectures abroad", "712", "803", "91"),
        ("Repairs of halls", "264", "198", "-66"),
    ],
    "ko": [
        ("예산 과목", "2031년", "2032년", "증감"),
        ("해외 강연", "712만원", "803만원", "91만원"),
        ("강당 보수", "264만원", "198만원", "-66만원"),
    ],
    "ar": [
        ("بند الموازنة", "عام ٢٠٣١", "عام ٢٠٣٢", "الفرق"),
        ("محاضرات خارجية", "٧١٢", "٨٠٣", "٩١"),
        ("ترميم القاعات", "٢٦٤", "١٩٨", "٦٦"),
    ],
}


def source_of(write: Write, *pages: Page, title: str = "") -> SourceText:
    return read(write("a.pdf", drawn_pdf(pages, title)))


def paragraphs(source: SourceText) -> list[str]:
    return [block.text for block in plain_blocks(source.text, source.page_starts)]


def remarks(source: SourceText, kind: RemarkKind) -> list[Remark]:
    return [remark for remark in source.remarks if remark.kind == kind]


def upright(x: float, y: float, turn: int) -> tuple[float, float]:
    """Where a point of an upright page of 842 by 595 points is on a page that is turned."""
    return {0: (x, y), 1: (595 - y, x), 2: (595 - x, 842 - y), 3: (y, 842 - x)}[turn]


def visual(text: str) -> str:
    """Arabic as producers draw it, from left to right; numbers as they are."""
    return re.sub(r"\d+", lambda number: number[0][::-1], text[::-1])


def lines(texts: Sequence[str]) -> list[Text]:
    return [Text(text, 50, 780 - 20 * i) for i, text in enumerate(texts)]


@pytest.mark.parametrize("rotate", [0, 90, 270])
@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("language", ["en", "ko", "ar"])
def test_rows_of_a_turned_table_are_rows(
    write: Write, language: str, turn: int, rotate: int
) -> None:
    rows = TABLES[language]
    drawn = [
        # The columns from the right.
        Text(visual(cell), *upright(420 - 110 * column, 500 - 22 * row, turn), turn=turn)
        if language == "ar"
        else Text(cell, *upright(60 + 110 * column, 500 - 22 * row, turn), turn=turn)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    source = source_of(write, Page(drawn, rotate=rotate))
    assert paragraphs(source) == [" | ".join(row) for row in rows]


def test_a_stamp_in_the_margin_does_not_disturb_the_text(write: Write) -> None:
    text = ["The hall closes at nine.", "Keys are kept by the porter.", "Guests sign the book."]
    stamp = Text("Copy of the archive", 30, 300, turn=1)
    body = lines(text)
    assert paragraphs(source_of(write, Page([body[0], stamp, *body[1:]]))) == [
        *text,
        "Copy of the archive",
    ]


def test_what_was_filled_in_stands_beside_its_label(write: Write) -> None:
    page = Page(
        [
            Text("Lender of the instrument:", 50, 700),
            Text("Months of the loan:", 50, 670),
            Text("The lender insures it.", 50, 640),
        ],
        [
            text_field((230, 666, 320, 682), "seventeen (17)"),
            text_field((230, 696, 400, 712), "Museum of Sound, hall D-12"),
        ],
    )
    told = paragraphs(source_of(write, page))
    assert told == [
        "Lender of the instrument: | Museum of Sound, hall D-12",
        "Months of the loan: | seventeen (17)",
        "The lender insures it.",
    ]


@pytest.mark.parametrize(
    ("label", "value", "label_x", "field_box"),
    [
        ("대여 기간:", "열일곱 달", 50, (120, 696, 300, 712)),
        # From right to left: the field is left of its label. Drawn in visual order.
        ("مدة الإعارة:"[::-1], "سبعة عشر شهرا", 400, (200, 696, 390, 712)),
    ],
)
def test_a_field_within_a_line_in_other_languages(
    write: Write, label: str, value: str, label_x: int, field_box: tuple[int, int, int, int]
) -> None:
    page = Page([Text(label, label_x, 700)], [text_field(field_box, value)])
    (told,) = paragraphs(source_of(write, page))
    plain = label if "대" in label else label[::-1]
    assert told.replace(" | ", " ") == f"{plain} {value}"


def test_a_field_in_the_middle_of_a_sentence(write: Write) -> None:
    page = Page(
        [Text("The tenant pays", 50, 700), Text("each month.", 220, 700)],
        [text_field((140, 696, 215, 712), "830 euros")],
    )
    assert paragraphs(source_of(write, page)) == ["The tenant pays 830 euros each month."]


def test_boxes_show_whether_they_are_ticked(write: Write) -> None:
    page = Page(
        [Text("on foot", 70, 700), Text("by bicycle", 70, 680)],
        [check_box((50, 698, 62, 710), True), check_box((50, 678, 62, 690), False)],
    )
    assert source_of(write, page).text.split("\n")[:2] == ["☑ on foot", "☐ by bicycle"]


def test_a_hidden_field_is_left_out_and_reported(write: Write) -> None:
    page = Page(
        [Text("Loans end in June.", 50, 700)],
        [text_field((50, 650, 200, 665), "Loans end in May.", flags=2)],
    )
    source = source_of(write, page)
    assert paragraphs(source) == ["Loans end in June."]
    assert "May" in remarks(source, RemarkKind.HIDDEN)[0].detail


def test_a_text_box_is_text_and_comments_are_remarks(write: Write) -> None:
    page = Page(
        [Text("Dogs stay outside.", 50, 700), Text("Cats may come in.", 50, 640)],
        [
            comment("FreeText", (50, 664, 300, 680), "Birds need a cage."),
            comment("Text", (400, 690, 420, 710), "Ask the dean again."),
            comment("Highlight", (50, 636, 150, 652)),
        ],
    )
    source = source_of(write, page)
    assert paragraphs(source) == ["Dogs stay outside.", "Birds need a cage.", "Cats may come in."]
    (remark,) = remarks(source, RemarkKind.COMMENTS)
    assert "Ask the dean again." in remark.detail
    assert tuple(remark.pages) == (1,)


SEEN = Text("Fines are 40 euros.", 50, 700)


@pytest.mark.parametrize(
    "hidden",
    [
        [Text("Fines are 90 euros.", 50, 660, mode=3)],
        [Text("Fines are 90 euros.", 50, 660, grey=1)],
        [Text("Fines are 90 euros.", 50, 660, grey=0.98)],
        [Text("Fines are 90 euros.", 50, 660), Paint((40, 650, 300, 680))],
        [Paint((40, 650, 300, 680), grey=0), Text("Fines are 90 euros.", 50, 660)],
        [Text("벌금은 90유로로 한다.", 50, 660), Paint((40, 650, 300, 680))],
        [Text("الغرامة ٩٠ يورو"[::-1], 50, 660), Paint((40, 650, 300, 680), picture=True)],
        [Text("Fines are 90 euros.", 50, -40)],
        [Text("Fines are 90 euros.", 50, 660, size=0.8)],
        [Text("벌금은 90유로로 한다.", 50, 660, grey=1)],
        [Text("벌금은 90유로로 한다.", 50, 660, mode=3)],
        [Text("الغرامة ٩٠ يورو"[::-1], 50, 660, mode=3)],
        # White on white, over black text that stands there.
        [Text("Fines are 90 euros.", 52, 700, grey=1)],
    ],
    ids=[
        "invisible",
        "white",
        "nearly white",
        "covered",
        "covered, Korean",
        "covered by a picture, Arabic",
        "black on black",
        "off the page",
        "tiny",
        "white, Korean",
        "invisible, Korean",
        "invisible, Arabic",
        "white over text",
    ],
)
def test_what_cannot_be_seen_is_left_out_and_reported(write: Write, hidden: list[Text]) -> None:
    source = source_of(write, Page([SEEN, *hidden, Text("Appeal within 12 days.", 50, 620)]))
    assert paragraphs(source) == ["Fines are 40 euros.", "Appeal within 12 days."]
    (remark,) = remarks(source, RemarkKind.HIDDEN)
    assert "90" in remark.detail or "٩٠" in remark.detail or "٠٩" in remark.detail
    assert tuple(remark.pages) == (1,)


def test_a_layer_that_is_switched_off_is_left_out(write: Write) -> None:
    hidden = [Text("Fines are 90 euros.", 50, 660)]
    source = source_of(write, Page([SEEN], layer_hidden=hidden))
    assert paragraphs(source) == ["Fines are 40 euros."]
    assert remarks(source, RemarkKind.HIDDEN)


@pytest.mark.parametrize(
    "drawn",
    [
        [Paint((40, 650, 300, 720), grey=0.1), Text("Fines are 40 euros.", 50, 700, grey=1)],
        [
            Paint((40, 650, 300, 720), grey=0.1),
            Text("벌금은 40유로로 한다.", 50, 700, grey=1, in_file=False),
        ],
        [Paint((40, 650, 300, 720), grey=0.9), Text("Fines are 40 euros.", 50, 700)],
        [Text("Fines are 40 euros.", 50, 700, grey=0.8)],
        [Text("벌금은 40유로로 한다.", 50, 700), Paint((40, 600, 300, 640), grey=0.5)],
        [
            Text("벌금은 40유로로 한다.", 50, 700, in_file=False),
            Paint((40, 690, 300, 715), picture=True),
        ],
    ],
    ids=[
        "white on dark",
        "white on dark, in a font that is not in the file",
        "on a light ground",
        "light grey",
        "beside paint",
        "in a font that is not in the file, below a picture",
    ],
)
def test_what_can_be_seen_stays(write: Write, drawn: list[Text | Paint]) -> None:
    source = source_of(write, Page(drawn))
    assert "40" in source.text
    assert not remarks(source, RemarkKind.HIDDEN)


def test_the_text_layer_of_a_scan_is_its_text(write: Write) -> None:
    scan = Paint((0, 0, 595, 842), picture=True)
    source = source_of(write, Page([scan, Text("Fines are 40 euros.", 50, 700, mode=3)]))
    assert paragraphs(source) == ["Fines are 40 euros."]
    assert remarks(source, RemarkKind.RECOGNISED)
    assert not remarks(source, RemarkKind.HIDDEN)


def test_a_row_between_two_lines_is_one_row(write: Write) -> None:
    cells = [
        (("Kind of leave", 0), ("Days", 0)),
        (("Care for a child", 0), ("up to 24 days,", 0)),
        (("or a parent", 14), ("of which 6 are paid", 14)),
        (("Moving house", 28), ("3 days", 28)),
    ]
    tops = [700, 670, 670, 640]
    drawn: list[Text | Rule] = [
        Text(text, x, top - down + (14 if row == 3 else 0))
        for row, (line, top) in enumerate(zip(cells, tops, strict=True))
        for x, (text, down) in zip((60, 300), line, strict=True)
    ]
    drawn += [Rule(50, y, 500) for y in (718, 690, 645, 615)]
    assert paragraphs(source_of(write, Page(drawn))) == [
        "Kind of leave | Days",
        "Care for a child or a parent | up to 24 days, of which 6 are paid",
        "Moving house | 3 days",
    ]


def test_a_wrapped_cell_is_told_by_the_space_between_rows(write: Write) -> None:
    drawn = [
        *(Text(t, x, 700) for t, x in (("구분", 60), ("일수", 300), ("급여", 430))),
        *(Text(t, x, 672) for t, x in (("자녀 돌봄과 부모", 60), ("24일", 300), ("유급", 430))),
        Text("간병 휴가", 60, 658),
        *(Text(t, x, 630) for t, x in (("이사", 60), ("3일", 300), ("무급", 430))),
    ]
    assert paragraphs(source_of(write, Page(drawn))) == [
        "구분 | 일수 | 급여",
        "자녀 돌봄과 부모 간병 휴가 | 24일 | 유급",
        "이사 | 3일 | 무급",
    ]


JUNK = [
    "Microsoft Word - 붙임9_계획(안)_수정(2).docx",
    "붙임9_계획(안)_수정(2)",
    "untitled",
    "Untitled-3",
    "Document7",
    "문서4",
    "제목 없음",
    "새 Microsoft Word 문서",
    "مستند3",
    "بدون عنوان",
    "PowerPoint Presentation",
    "leave_policy_v3_final",
    "8f14e45f-ceea-467f-9d2c-6f2b8f14e45f",
    "C:\\Users\\kim\\Desktop\\plan.hwp",
    "2031-04-02",
    "",
]


@pytest.mark.parametrize("title", JUNK)
def test_a_title_that_is_none_gives_way_to_the_printed_one(write: Write, title: str) -> None:
    drawn = [
        Text("한빛대학교", 50, 800, size=9),
        Text("해외 강연 지원", 50, 770, size=20),
        Text("운영 규정", 50, 745, size=20),
        Text("강연은 해마다 두 번 지원한다.", 50, 700),
        Text("신청은 학과에서 받는다.", 50, 680),
    ]
    assert source_of(write, Page(drawn), title=title).title == "해외 강연 지원 운영 규정"


def test_a_title_that_is_one_stays(write: Write) -> None:
    drawn = [Text("Handbook", 50, 770, size=20), *lines(["Doors close at nine."])]
    for title in ("Rules of the museum", "교원 인사 규정", "لائحة الإعارة", "Guide 2031"):
        assert source_of(write, Page(drawn), title=title).title == title


def test_a_page_of_one_size_has_no_printed_title(write: Write) -> None:
    assert source_of(write, Page(lines(["Doors close at nine.", "Keys stay here."]))).title is None


@pytest.mark.parametrize(
    ("before", "behind"), [("The fee is 41,000", " won."), ("요금은 41,000", "원")]
)
def test_raised_digits_stay_raised(write: Write, before: str, behind: str) -> None:
    width = 6 * len(before) if not before.isascii() else 94
    mark = Text("1)", 50 + width, 745, 6)
    drawn = [Text(before, 50, 740), mark, Text(behind, 50 + width + 7, 740)]
    assert "41,000¹⁾" in read(write("fees.pdf", drawn_pdf([Page(drawn)]))).text


def test_pictures_and_letters_without_a_code_are_reported(write: Write) -> None:
    page = Page([Text("The fee is 6.", 50, 780), Paint((50, 150, 545, 740), 0.5, picture=True)])
    (remark,) = read(write("a.pdf", drawn_pdf([page]))).remarks
    assert (remark.kind, remark.pages) == (RemarkKind.LEFT_OUT, (1,))
    unknown = drawn_pdf([Page([Text("The fee is 6.", 50, 780), Text("요금 41,000원", 50, 740)])])
    unknown = unknown.replace(b"/ToUnicode 11 0 R", b" " * 17)
    (remark,) = read(write("b.pdf", unknown)).remarks
    assert (remark.kind, remark.pages) == (RemarkKind.MANGLED, (1,))


def test_attached_files_are_reported(write: Write) -> None:
    attached = (
        b"/Names<</EmbeddedFiles<</Names[(fees.txt)<</Type/Filespec/F(fees.txt)"
        b"/UF(fees.txt)/EF<</F 5 0 R>>>>]>>>>/OCProperties"
    )
    pdf = drawn_pdf([Page([Text("The fee is 6.", 50, 780)])]).replace(b"/OCProperties", attached, 1)
    (remark,) = read(write("fees.pdf", pdf)).remarks
    assert remark.kind == RemarkKind.LEFT_OUT
    assert "fees.txt" in remark.detail


def test_a_form_that_only_adobe_shows_is_refused(write: Write) -> None:
    page = make_pdf([["Please wait... If this message is not eventually replaced"]])
    form = page.replace(
        b"/Type/Catalog",
        b"/Type/Catalog/NeedsRendering true/AcroForm<</Fields[]/XFA[(template)1 0 R]>>",
    )
    assert "Please wait" in read(write("page.pdf", page)).text
    with pytest.raises(UnreadableFileError, match="XFA") as caught:
        read(write("form.pdf", form))
    assert caught.value.fault == Fault.NO_TEXT
