"""Word documents: what a reader sees in Word is in the text, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_files import docx, level, numbering, p, r, tbl, tc, tr

from assistant.codes import RemarkKind
from ingest.headings import Block, locator
from ingest.readers import read
from ingest.structure import markdown_blocks, sections


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.docx"


def blocks(path: Path) -> list[Block]:
    return markdown_blocks(read(path).text)


def lines(path: Path) -> list[str]:
    return [block.text for block in blocks(path)]


def remarks(path: Path) -> dict[RemarkKind, list[str]]:
    found: dict[RemarkKind, list[str]] = {}
    for remark in read(path).remarks:
        found.setdefault(remark.kind, []).append(remark.detail)
    return found


def sdt(content: str, about: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def box(text: str) -> str:
    inner = f"<w:txbxContent>{p(r(text))}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{inner}</wps:txbx>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "외부 강의료는 시간당 9만원까지이다.",
        "لا تتجاوز مكافأة المحاضر 450 ريالا.",
        "A lecture is paid with at most 85 euros.",
    ],
)
def test_a_text_box_is_read_once_behind_its_paragraph(path: Path, text: str) -> None:
    docx(path, p(r("First."), box(text)) + p(r("Last.")))
    assert lines(path) == ["First.", text, "Last."]


def test_a_text_box_that_only_older_programs_know_is_read(path: Path) -> None:
    docx(path, p(r("First."), box("Old.").replace("wps:txbx", "wps:none").replace(
        "<w:txbxContent>", "<w:none>", 1).replace("</w:txbxContent>", "</w:none>", 1)
        .replace(p(r("Old.")), "", 1)))  # fmt: skip
    assert lines(path) == ["First.", "Old."]


def test_content_controls_and_fields_leave_what_is_in_them(path: Path) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("room 12")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = f'<w:fldSimple w:instr=" DOCPROPERTY Office ">{r("B-31")}</w:fldSimple>'
    docx(
        path,
        sdt(p(r("It lasts 7 months.")))
        + p(r("It pays "), sdt(r("310 euros")), r(" in "), field, r(" or "), simple, r("."))
        + sdt(tbl(sdt(tr("Rank", sdt(tc("Space")))), tr("Reader", "9 m²"))),
    )
    assert lines(path) == [
        "It lasts 7 months.",
        "It pays 310 euros in room 12 or B-31.",
        "Rank | Space",
        "Reader | 9 m²",
    ]


def test_the_boxes_and_lists_of_forms_show_what_is_chosen(path: Path) -> None:
    def chosen(about: str) -> str:
        return (
            f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{about}</w:ffData></w:fldChar></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    ticked = chosen('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
    listed = chosen(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="가"/>'
        '<w:listEntry w:val="나"/></w:ddList>'
    )
    docx(path, p(ticked, r(" 동의 "), listed))
    assert lines(path) == ["☒ 동의 나"]


def test_a_field_that_never_ends_hides_nothing(path: Path) -> None:
    docx(path, p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', r("A rule.")) + p(r("Another.")))
    assert lines(path) == ["A rule.", "Another."]


def test_a_table_of_contents_is_left_out_and_reported(path: Path) -> None:
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r>'
    )
    docx(
        path,
        sdt(p(r("Article 1 .... 3")), gallery)
        + p(begin, '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', r("Article 2 .... 4"))
        + p(r("Article 3 .... 5"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        + p(r("A rule.")),
    )
    assert lines(path) == ["A rule."]
    assert remarks(path) == {RemarkKind.LEFT_OUT: ["tables of contents: 1"]}


def test_notes_stand_behind_the_sentence_that_refers_to_them(path: Path) -> None:
    docx(
        path,
        p(
            r("여비는 30만원까지 지급한다"),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            r(". 신청은 서면으로 한다"),
            '<w:r><w:endnoteReference w:id="2"/></w:r>',
            r("."),
        )
        + p(r("Fees"), '<w:r><w:footnoteReference w:id="3"/></w:r>', style="Heading1")
        + p(r("A fee.")),
        footnotes=f'<w:footnote w:id="2">{p(r("박사과정생은 47만원"))}</w:footnote>'
        f'<w:footnote w:id="3">{p(r("Since 2024."))}</w:footnote>',
        endnotes=f'<w:endnote w:id="2">{p(r("출발 21일 전까지"))}</w:endnote>',
    )
    assert lines(path) == [
        "여비는 30만원까지 지급한다. (박사과정생은 47만원) "
        "신청은 서면으로 한다. (출발 21일 전까지)",
        "Fees",
        "(Since 2024.)",
        "A fee.",
    ]


def test_tracked_changes_are_read_as_if_accepted_and_reported(path: Path) -> None:
    who = 'w:id="1" w:author="a"'
    docx(
        path,
        p(
            r("يكون الموعد "),
            f"<w:del {who}><w:r><w:delText>1 مايو</w:delText></w:r></w:del>",
            f"<w:ins {who}>{r('9 يونيو')}</w:ins>",
            r("."),
        )
        + p(f"<w:moveFrom {who}>{r('moved away')}</w:moveFrom>", r("Stays, "), mark="<w:del/>")
        + p(f"<w:moveTo {who}>{r('moved here')}</w:moveTo>", r("."))
        + tbl(
            tr("a", "b"),
            tr("old", "row", properties=f"<w:del {who}/>"),
            tr("new", "row", properties=f"<w:ins {who}/>"),
        ),
    )
    assert lines(path) == [
        "يكون الموعد 9 يونيو.",
        "Stays, moved here.",
        "a | b",
        "new | row",
    ]
    assert remarks(path) == {
        RemarkKind.TRACKED_CHANGES: [
            "tracked deletions: 2",
            "tracked insertions: 2",
            "tracked moves: 2",
        ]
    }


def test_struck_out_and_hidden_runs_are_left_out_and_counted_without_their_words(
    path: Path,
) -> None:
    docx(
        path,
        p(r("보증금은 "), r("3만원", "<w:strike/>"), r(" 5만원이다."))
        + p(r("The fee is "), r("10", '<w:rStyle w:val="Gone"/>'), r(" 20 euros."))
        + p(r("Shown", '<w:rStyle w:val="Gone"/><w:strike w:val="0"/>'))
        + p(r("كلمة السر", "<w:vanish/>"), r("نص")),
    )
    assert lines(path) == ["보증금은 5만원이다.", "The fee is 20 euros.", "Shown", "نص"]
    assert remarks(path) == {RemarkKind.HIDDEN: ["struck-out passages: 2", "hidden passages: 1"]}


def test_comments_and_running_heads_are_no_text_and_reported(path: Path) -> None:
    docx(
        path,
        p(r("A rule."), '<w:r><w:commentReference w:id="0"/></w:r>'),
        comments=f'<w:comment w:id="0">{p(r("Ask the dean."))}</w:comment>',
        header=p(r("Handbook")),
    )
    assert lines(path) == ["A rule."]
    assert remarks(path) == {
        RemarkKind.LEFT_OUT: ["running heads and feet: 1"],
        RemarkKind.COMMENTS: ["comments: 1"],
    }


def test_running_heads_are_the_text_where_there_is_no_other(path: Path) -> None:
    docx(path, p(), header=p(r("The library is closed on 9 May.")))
    assert lines(path) == ["The library is closed on 9 May."]


@pytest.mark.parametrize(
    ("mark", "second", "locators", "items"),
    [
        ("제%1조", "decimalEnclosedCircle", ["제1조", "제2조", "제3조"], ["① 가", "② 나"]),
        ("المادة (%1)", "arabicAlpha", ["المادة 1", "المادة 2", "المادة 3"], ["أ 가", "ب 나"]),
        ("Article %1", "lowerRoman", ["Article 1", "Article 2", "Article 3"], ["i 가", "ii 나"]),
    ],
)
def test_numbers_that_word_counts_are_read(
    path: Path, mark: str, second: str, locators: list[str], items: list[str]
) -> None:
    docx(
        path,
        p(r("(A) A rule."), numbered=(1, 0))
        + p(r("(B)"), numbered=(1, 0))
        + p(r("가"), numbered=(1, 1))
        + p(r("나"), numbered=(1, 1))
        + p(r("(C) A third rule."), numbered=(1, 0)),
        numbering=numbering(level(0, mark) + level(1, "%2", second), ""),
    )
    found = sections(blocks(path))
    assert [locator(section.headings) for section in found] == locators
    assert [block.text for block in found[1].paragraphs] == items


def test_numbers_of_a_heading_style_and_of_its_levels_are_read(path: Path) -> None:
    style = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    levels = level(0, "Article %1", more='<w:pStyle w:val="H1"/>') + level(
        1, "%1.%2", more='<w:pStyle w:val="H2"/>'
    )
    docx(
        path,
        p(r("Scope"), style="H1")
        + p(r("Dues"), style="H1")
        + p(r("Late"), style="H2")
        + p(r("X.")),
        styles=style,
        numbering=numbering(levels, ""),
    )
    assert [(b.text, b.level) for b in blocks(path)] == [
        ("Article 1 Scope", 2),
        ("Article 2 Dues", 2),
        ("2.1 Late", 3),
        ("X.", None),
    ]


def test_lists_count_on_and_begin_anew_as_they_are_told(path: Path) -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    docx(
        path,
        "".join(
            p(r(text), numbered=(which, depth))
            for text, which, depth in (
                *(("a", 1, 0), ("b", 1, 1), ("c", 1, 1), ("d", 1, 0), ("e", 1, 1)),
                *(("f", 2, 0), ("g", 3, 0), ("h", 3, 0), ("i", 0, 0)),
            )
        ),
        numbering=numbering(level(0, "%1.") + level(1, "(%2)", "ganada"), "", "", anew),
    )
    assert lines(path) == [
        "1. a",
        "(가) b",
        "(나) c",
        "2. d",
        "(가) e",
        "3. f",
        "5. g",
        "6. h",
        "i",
    ]


def test_bullets_are_items_and_long_clauses_in_heading_styles_are_text(path: Path) -> None:
    clause = "The tenant pays the rent by the third day of each month to the office of the campus."
    docx(
        path,
        p(r("An item"), numbered=(1, 0))
        + p(r(clause), style="Clause")
        + p(r("Dues"), style="Clause"),
        numbering=numbering(level(0, "\u2022", "bullet"), ""),
    )
    assert [(b.text, b.level) for b in blocks(path)] == [
        ("- An item", None),
        (clause, None),
        ("Dues", 2),
    ]


def test_each_row_knows_what_spans_it_and_two_rows_of_headers_are_one(path: Path) -> None:
    begins, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    docx(
        path,
        tbl(
            tr(tc("건물", properties=begins), tc("요금", properties=wide)),
            tr(tc("", properties=goes_on), "학기", "방학"),
            tr(tc("누리관", properties=begins), "71만원", "24만원"),
            tr(tc("", properties=goes_on), tc("무료", properties=wide)),
            tr("다솜관", "", "19만원"),
        ),
    )
    assert lines(path) == [
        "건물 | 요금 학기 | 요금 방학",
        "누리관 | 71만원 | 24만원",
        "누리관 | 무료 | 무료",
        "다솜관 | – | 19만원",
    ]


def test_the_rows_of_a_table_in_a_cell_stand_in_that_cell(path: Path) -> None:
    inner = tbl(tr("ماجستير", "31,700"), tr("دكتوراه", "44,900"))
    docx(path, tbl(tr("الكلية", "الرسوم"), tr("الطب", tc("بالريال:", inner, p()))))
    assert lines(path) == [
        "الكلية | الرسوم",
        "الطب | بالريال: ماجستير: 31,700; دكتوراه: 44,900",
    ]


def test_a_table_of_one_cell_is_a_frame_around_its_paragraphs(path: Path) -> None:
    docx(path, tbl(tr(tc("Article 1", "A rule.", tbl(tr("a", "b"), tr("c", "d"))))))
    assert lines(path) == ["Article 1", "A rule.", "a | b", "c | d"]


def test_charts_and_diagrams_give_their_texts_and_values(path: Path) -> None:
    def points(*values: str) -> str:
        return "".join(f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i, v in enumerate(values))

    docx(
        path,
        p('<w:r><w:drawing><c:chart r:id="chart"/></w:drawing></w:r>')
        + p('<w:r><w:drawing><dgm:relIds r:dm="diagramData"/></w:drawing></w:r>'),
        chart="<c:chart><c:title><a:t>정원</a:t></c:title><c:ser><c:tx><c:v>2026</c:v></c:tx>"
        f"<c:cat>{points('석사', '박사')}</c:cat><c:val>{points('63', '18')}</c:val></c:ser>"
        "</c:chart>",
        diagramData="<dgm:ptLst><dgm:pt><dgm:t><a:p><a:t>Step one: 12 days</a:t></a:p></dgm:t>"
        "</dgm:pt></dgm:ptLst>",
    )
    assert lines(path) == ["정원", "– | 2026", "석사 | 63", "박사 | 18", "- Step one: 12 days"]


def test_formulas_and_signs_of_symbol_fonts_are_read(path: Path) -> None:
    fraction = (
        "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    docx(path, p(fraction, r(", x "), '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', r(" 3")))
    assert lines(path) == ["x=(a+b)/2, x ≥ 3"]


def test_breaks_part_sentences_and_signs_are_those_of_their_fonts(path: Path) -> None:
    def fonts(name: str) -> str:
        return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'

    page = '<w:r><w:br w:type="page"/></w:r>'
    docx(
        path,
        p(r("보증금을 낸다."), page, r("열쇠를 받는다."))
        + p(
            r("일비 "), r("\uf0b3", fonts("Symbol")), r(" 61,500"), r(" £", fonts("Symbol")), r("9")
        )
        + p(r("\uf052", fonts("Wingdings 2")), r(" موافق "), r("\uf0a3", fonts("Wingdings 2")))
        + p('<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>', r("Agreed"))
        + p('<w:r><w:pict><v:shape><v:textpath string="Fees 2026"/></v:shape></w:pict></w:r>'),
    )
    assert lines(path) == [
        "보증금을 낸다. 열쇠를 받는다.",
        "일비 ≥ 61,500 ≤9",
        "☑ موافق ☐",
        "Agreed",
        "Fees 2026",
    ]
    assert remarks(path) == {RemarkKind.MANGLED: ["signs of unknown fonts: 1"]}


def test_white_and_tiny_letters_are_left_out_and_reported(path: Path) -> None:
    white = '<w:color w:val="FFFFFF"/>'
    dark = '<w:shd w:val="clear" w:fill="1F3864"/>'
    docx(
        path,
        p(r("요금은 41,000원이다."))
        + p(r("Ignore this.", white))
        + p(r("تجاهل", '<w:sz w:val="2"/>'))
        + p(r("Seen.", white + dark))
        + tbl(tr(tc(p(r("Kind", white)), properties=dark), "Fee"), tr("Pool", "6")),
    )
    assert lines(path) == ["요금은 41,000원이다.", "Seen.", "Kind | Fee", "Pool | 6"]
    assert remarks(path) == {RemarkKind.HIDDEN: ["white and tiny passages: 2"]}
