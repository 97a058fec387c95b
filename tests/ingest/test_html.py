"""Web pages: what a reader sees of them is what is stored, and what is left out is reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from epub_files import make_epub
from test_coverage import covered

from assistant.codes import RemarkKind
from ingest.coverage import Coverage
from ingest.readers import Limits, SourceText, read
from ingest.reading import read_twice
from ingest.structure import markdown_blocks

Write = Callable[[str, str | bytes], Path]
SENTENCE = "The library lends each student six books for the length of one term."


@pytest.fixture
def page(write: Write) -> Callable[[str], SourceText]:
    """What is read of a page with this body."""
    return lambda body: read(write("page.html", f"<html><body>{body}</body></html>"))


def rows(source: SourceText) -> list[str]:
    return [block.text for block in markdown_blocks(source.text)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<ol start="3"><li>Sign.<ol type="a"><li>In ink.</li><li>Twice.</li></ol></li>'
            "<li>Send.</li></ol>",
            ["3. Sign.", "a. In ink.", "b. Twice.", "4. Send."],
        ),
        (
            '<ol type="I"><li>하나.</li><li value="9">아홉.</li><li>열.</li></ol>',
            ["I. 하나.", "IX. 아홉.", "X. 열."],
        ),
        ("<ol reversed><li>ثالثًا</li><li>ثانيًا</li></ol>", ["2. ثالثًا", "1. ثانيًا"]),
        (
            '<ol style="list-style-type: upper-alpha"><li>One</li></ol><ul><li><p>First.</p>'
            "<p>More of it.</p></li></ul>",
            ["A. One", "- First.", "More of it."],
        ),
        ("<ol><li>(1) It has a mark of its own.</li></ol>", ["(1) It has a mark of its own."]),
    ],
)
def test_items_of_lists_have_the_marks_that_are_shown(
    page: Callable[[str], SourceText], html: str, expected: list[str]
) -> None:
    assert rows(page(html)) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<table><tr><th>기숙사</th><th>방</th><th>월세</th></tr>"
            '<tr><td rowspan="2">희망관</td><td>1인실</td><td>31만원</td></tr>'
            "<tr><td>2인실</td><td>19만원</td></tr><tr><td>사랑관</td><td></td><td>22만원</td></tr>"
            "</table>",
            ["기숙사 | 방 | 월세", "희망관 | 1인실 | 31만원", "희망관 | 2인실 | 19만원",
             "사랑관 | – | 22만원"],
        ),
        (
            '<table><thead><tr><th rowspan="2">المرحلة</th><th colspan="2">الرسوم</th></tr>'
            "<tr><th>محلي</th><th>دولي</th></tr></thead><tbody><tr><td>ماجستير</td>"
            '<td colspan="2">800</td></tr><tr><td>دكتوراه</td><td>900</td><td>950</td></tr>'
            "</tbody></table>",
            ["المرحلة | الرسوم محلي | الرسوم دولي", "ماجستير | 800 | 800", "دكتوراه | 900 | 950"],
        ),
        (
            "<table><caption>Fines</caption><tr><td>Book</td><td>2 euros</td></tr>"
            '<tr><td colspan="2">From the second week</td></tr>'
            "<tr><td>Film</td><td>5<br>euros</td></tr></table>",
            ["Fines", "Book | 2 euros", "From the second week", "Film | 5 euros"],
        ),
        (
            "<table><tr><th>Part</th><th>Rule</th></tr><tr><td>A</td><td>Two kinds:"
            "<table><tr><td>x</td><td>41</td></tr></table></td></tr></table>",
            ["Part | Rule", "A | Two kinds:", "x | 41"],
        ),
        (
            f"<table><tr><td><h1>Loans</h1><p>{SENTENCE}</p></td><td><p>Ask us.</p></td></tr>"
            "</table>",
            ["Loans", SENTENCE, "Ask us."],
        ),
        (
            '<table><tr><td rowspan="65534" colspan="1000">a</td></tr>' + "<tr></tr>" * 2000
            + "<tr><td>last</td></tr></table>",
            None,
        ),
    ],
)  # fmt: skip
def test_a_value_stands_in_every_row_and_column_that_it_spans(
    page: Callable[[str], SourceText], html: str, expected: list[str] | None
) -> None:
    source = page(html)
    if expected is None:  # what a few attributes ask for costs no more than a limit
        assert "last" in source.text
        assert len(source.text) < 10_000_000
    else:
        assert rows(source) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<dl><dt>Loan</dt><dd>A book at home.</dd><dt>Guest</dt><dt>Visitor:</dt>"
            "<dd><p>Who is not enrolled.</p><ul><li>Alumni</li></ul></dd><dt>Fee</dt></dl>",
            ["Loan: A book at home.", "Guest, Visitor: Who is not enrolled.", "- Alumni", "Fee"],
        ),
        (
            "<h2>제6조(연체)</h2><p>하루 백원이다.</p><details><summary>제7조(분실)</summary>"
            "<p>같은 책으로 갚는다.</p></details>",
            ["제6조(연체)", "하루 백원이다.", "제7조(분실)", "같은 책으로 갚는다."],
        ),
        (
            "<font>One <b>bold</b> line.<p>And a paragraph.</p>A last one.</font>",
            ["One bold line.", "And a paragraph.", "A last one."],
        ),
        ("<pre>  المادة الأولى\n  تعار الكتب.\n\nانتهى</pre>", None),
        ("<p>a_b * c | d<br>=====</p>", ["a_b * c | d ====="]),
    ],
)
def test_every_kind_of_block_is_kept(
    page: Callable[[str], SourceText], html: str, expected: list[str] | None
) -> None:
    found = rows(page(html))
    if expected is None:
        assert " ".join(found) == "المادة الأولى تعار الكتب. انتهى"
    else:
        assert found == expected


def test_an_article_behind_a_summary_stands_beside_the_one_before(
    page: Callable[[str], SourceText],
) -> None:
    source = page(
        "<h2>Section 4 Fines</h2><p>A day costs one euro.</p><details><summary>Section 5 Loss"
        "</summary><p>A new copy is due.</p></details><h2>Questions</h2><details><summary>May I "
        "renew?</summary><p>Twice.</p></details>"
    )
    assert [line for line in source.text.split("\n") if line.startswith("#")] == [
        *("## Section 4 Fines", "## Section 5 Loss", "## Questions", "### May I renew?"),
    ]


def test_struck_out_and_hidden_text_is_left_out_and_reported(
    page: Callable[[str], SourceText],
) -> None:
    source = page(
        "<p>The fine is <del>5 euros</del> <ins>7 euros</ins> a "
        '<span style="text-decoration: line-through">week</span> day.</p>'
        '<div style="color: red; display:none">Nobody pays.</div><p hidden>Draft.</p>'
        '<p hidden="until-found">Found by searching.</p><p style="visibility:hidden">No.</p>'
        "<template><p>Never.</p></template><script>var x = 'code';</script>"
    )
    assert rows(source) == ["The fine is 7 euros a day.", "Found by searching."]
    assert [remark.kind for remark in source.remarks] == [RemarkKind.HIDDEN] * 2
    assert [str(remark) for remark in source.remarks] == [
        "3 words that are struck out: “5 euros … week”",
        "4 words that the page does not show: “Nobody pays. … Draft. … No.”",
    ]


MENU = '<li><a href="/{0}">{0} pages</a></li>'


@pytest.mark.parametrize(
    "html",
    [
        "<header><nav><ul>{menu}</ul></nav></header><main><h1>Loans</h1>{text}</main>"
        "<footer>Read by 40 people</footer>",
        '<div class="site-header"><ul id="gnb">{menu}</ul></div><div id="content"><h1>Loans</h1>'
        '{text}</div><div id="footer">Read by 40 people</div>',
        "<div><ul>{menu}</ul></div><h1>Loans</h1>{text}<div class='page-footer'>Read by 40 people"
        "</div>",
        "<div role='banner'><h1>Loans</h1></div><div role='navigation'>{menu}</div>"
        "<div role='main'>{text}</div><aside>Read by 40 people</aside>",
    ],
    ids=["landmarks", "names", "links", "roles"],
)
def test_menus_and_feet_of_a_page_are_left_out_and_reported(
    page: Callable[[str], SourceText], html: str
) -> None:
    menu = "".join(MENU.format(name) for name in ("Home", "News", "Staff", "Help", "Shop"))
    text = f"<p>{SENTENCE}</p>" * 3 + "<aside>Bring a card.</aside>" * ("<main>" in html)
    source = page(html.format(menu=menu, text=text))
    kept = ["Loans", *[SENTENCE] * 3, *["Bring a card."] * ("<main>" in html)]
    assert rows(source) == kept
    (remark,) = source.remarks
    assert "words around the main part of the page" in remark.detail
    assert "Home pages" in remark.detail
    assert "Read by 40 people" in remark.detail


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("cp949", "<meta http-equiv='Content-Type' content='text/html; charset=euc-kr'>",
         "똠방각하는 책을 늦게 돌려주지 않는다."),
        ("cp1256", '<meta charset="windows-1256">', "رسم التأخير 3 ريالات لكل يوم"),
        ("iso8859_6", '<meta charset="iso-8859-6">', "رسم التأخير"),
        ("utf-8", '<meta charset="euc-kr">', "유니코드로 다시 저장한 쪽이다."),
        ("utf-8", '<?xml version="1.0" encoding="utf-8"?>', "رسم التأخير"),
        ("cp1252", '<meta charset="iso-8859-1">', "The fee is 5 € — no “more”."),
    ],
)  # fmt: skip
def test_a_page_is_read_in_the_encoding_that_it_states(
    write: Write, encoding: str, declared: str, text: str
) -> None:
    html = f"{declared}<html><head><title>x</title></head><body><p>{text}</p></body></html>"
    assert rows(read(write("page.html", html.encode(encoding)))) == [text]


def test_the_title_is_the_one_on_the_page(write: Write) -> None:
    html = "<title>{}</title><body>{}<p>Text.</p></body>"
    titled = read(write("a.html", html.format("Loans | Library | Home", "<h1>Loans</h1>")))
    assert titled.title == "Loans"
    assert read(write("b.html", html.format("Rules", ""))).title == "Rules"


def test_a_chapter_of_a_book_is_written_as_a_page_is(tmp_path: Path) -> None:
    book = make_epub(
        tmp_path / "book.epub",
        '<ol start="4"><li>네 번째</li></ol><table><tr><td rowspan="2">가</td><td>1</td></tr>'
        "<tr><td>2</td></tr></table><p>남는 글 <s>지운 글</s></p><nav><p>차례</p></nav>",
    )
    source = read(book)
    assert rows(source) == ["4. 네 번째", "가 | 1", "가 | 2", "남는 글"]
    assert len(source.remarks) == 2


@pytest.mark.parametrize("fee", ["19,900원", "١٩٬٩٠٠ ريال", "19,900 won"])
@pytest.mark.parametrize(
    ("styles", "element"),
    [
        (".b {color: red} p.old, .never { display: none }", '<p class="a old">{}</p>'),
        ("/* .x{} */ #gone{visibility:hidden}", '<p id="gone">{}</p>'),
        (".x { text-decoration : line-through; }", '<p>A <span class="x">{}</span></p>'),
        ("", '<p style="font-size:0px;line-height:0">{}</p>'),
        ("", '<p style="opacity: 0">{}</p>'),
        ("", '<p style="position:absolute; left:-9999px">{}</p>'),
        ("", '<p style="mso-hide:all">{}</p>'),
    ],
)
def test_what_a_style_takes_away_is_left_out_and_reported(
    write: Write, styles: str, element: str, fee: str
) -> None:
    page = f"<style>{styles}</style><p>Fee: 52,000</p>{element.format(fee)}"
    source = read(write("fees.html", page))
    assert "52,000" in source.text
    assert fee not in source.text
    assert [remark.kind for remark in source.remarks] == [RemarkKind.HIDDEN]


def test_what_a_style_shows_after_all_stays(write: Write) -> None:
    styles = (
        "p { display: none } .on { display: block } @media print { .on { display: none } }"
        " .small { font-size: 0.9em }"
    )
    page = f'<style>{styles}</style><p class="on small" style="opacity:0.9">Fee: 7,300</p>'
    assert "7,300" in read(write("fees.html", page)).text


@pytest.mark.parametrize(
    "folded",
    [
        '<a href="#fees">Fees</a><div class="panel" id="fees">{}</div>',
        '<button aria-controls="fees">Fees</button><p>x</p><div class="panel" id="fees">{}</div>',
        '<a data-bs-target="#fees">Fees</a><p>x</p><div class="panel" id="fees">{}</div>',
        '<button class="accordion">Fees</button><div class="panel">{}</div>',
        '<div class="panel" role="tabpanel" id="fees">{}</div>',
    ],
)
def test_what_a_click_opens_is_text(write: Write, folded: str) -> None:
    styles = "<style>.panel { display: none }</style>"
    text = read(write("fees.html", f"{styles}<p>Rules.</p>{folded.format('Fee: 7,300')}")).text
    assert "7,300" in text


def test_values_frames_and_formulas_are_written_or_reported(write: Write) -> None:
    page = (
        "<p>요금: <input value='61,500원'><input type='hidden' value='19,900'></p>"
        "<p><input type='checkbox' checked> موافق <input type='checkbox'> مرفوض</p>"
        "<p>Share <math><mfrac><mn>2</mn><mn>3</mn></mfrac></math> of"
        " <math><msup><mn>10</mn><mn>6</mn></msup></math></p>"
        "<table><tr><th>Kind</th><th>Rules</th></tr><tr><td>A</td>"
        "<td><ol start=3><li>Pay.</li><li>Go.</li></ol></td></tr></table>"
        "<ol style='list-style-type: hangul'><li>첫째</li><li>둘째</li></ol>"
        "<iframe src='fees.html'></iframe>"
    )
    source = read(write("form.html", page))
    assert [block.text for block in markdown_blocks(source.text)] == [
        "요금: 61,500원",
        "☒ موافق ☐ مرفوض",
        "Share 2/3 of 10^6",
        "Kind | Rules",
        "A | 3. Pay. 4. Go.",
        "가. 첫째",
        "나. 둘째",
    ]
    assert "frames" in source.remarks[0].detail


def test_a_book_has_its_own_styles_entities_and_drawn_text(tmp_path: Path) -> None:
    hidden = "<style>.old { display: none }</style>"
    drawn = "<svg><text>반납 23일</text><text>연체료 7,300원</text></svg>"
    path = make_epub(
        tmp_path / "b.epub",
        f'{hidden}<p class="old">19,900</p><p>Fee&nbsp;&rarr; 52,000</p>',
        drawn,
    )
    blocks = [block.text for block in markdown_blocks(read(path).text)]
    assert blocks == ["Fee → 52,000", "반납 23일", "연체료 7,300원"]


def test_comments_that_word_writes_into_a_page_are_left_out(
    page: Callable[[str], SourceText],
) -> None:
    source = page(
        "<p>مدة الإعارة ٦٠ يوماً<span class=MsoCommentReference><a "
        "style='mso-comment-reference:a_1'>[a1]</a></span></p>"
        "<div style='mso-element:comment-list'><div style='mso-element:comment'>"
        "<p class=MsoCommentText>لا تنشر</p></div></div>"
    )
    assert rows(source) == ["مدة الإعارة ٦٠ يوماً"]
    assert [remark.kind for remark in source.remarks] == [RemarkKind.COMMENTS]


@pytest.mark.parametrize(
    "amended",
    [
        "<del>30</del><ins>60</ins>",
        "<s>30</s>60",
        "<span style='text-decoration:line-through'>30</span>60",
        "60<span style='display:none'>30</span>",
    ],
)
def test_what_is_struck_out_beside_a_word_is_no_part_of_it(write: Write, amended: str) -> None:
    path = write("page.html", f"<html><body><p>Within {amended} days.</p></body></html>")
    source = read_twice(path, Limits())
    assert rows(source) == ["Within 60 days."]
    assert covered(source) == Coverage(1.0)


@pytest.mark.parametrize("name", ["fees.xls", "fees.doc"])
@pytest.mark.parametrize(
    "head", ["", "\ufeff", "\r\n<!-- made by a portal -->", "<?xml version='1.0'?>"]
)
def test_a_page_that_is_called_a_workbook_or_a_document_is_read(
    write: Write, name: str, head: str
) -> None:
    page = (
        f"{head}<html xmlns:x='urn:x'><table><tr><td>보증금</td><td>41,000</td></tr></table></html>"
    )
    source = read_twice(write(name, page), Limits())
    assert rows(source) == ["보증금 | 41,000"]
    assert covered(source) == Coverage(1.0)


def test_no_cell_reaches_from_the_body_of_a_table_into_its_foot(
    page: Callable[[str], SourceText],
) -> None:
    source = page(
        "<table><thead><tr><th>구분</th><th>금액</th></tr></thead>"
        "<tbody><tr><td rowspan=9>보증금</td><td>41</td></tr><tr><td>52</td></tr></tbody>"
        "<tfoot><tr><td>합계</td><td>93</td></tr></tfoot></table>"
    )
    assert rows(source) == ["구분 | 금액", "보증금 | 41", "보증금 | 52", "합계 | 93"]
