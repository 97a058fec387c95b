"""OpenDocument texts: what a reader sees is in the text, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_files import package
from test_coverage import covered

from assistant.codes import RemarkKind
from ingest.coverage import Coverage
from ingest.readers import Limits, read
from ingest.reading import read_twice
from ingest.structure import markdown_blocks

NAMES = (
    'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s" xmlns:draw="d" xmlns:fo="f"'
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.odt"


def odt(path: Path, body: str, styles: str = "", head: str = "") -> Path:
    return package(
        path,
        {
            "content.xml": f"<office:document-content {NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {NAMES}><style:header>{head}</style:header>"
            "</office:document-styles>",
        },
    )


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def lines(path: Path) -> list[str]:
    return [block.text for block in markdown_blocks(read(path).text)]


def remarks(path: Path) -> set[tuple[RemarkKind, str]]:
    return {(remark.kind, remark.detail) for remark in read(path).remarks}


def test_numbers_of_lists_are_read(path: Path) -> None:
    def level(depth: int, style: str, before: str = "", behind: str = "") -> str:
        return (
            f'<text:list-level-style-number text:level="{depth}" style:num-format="{style}"'
            f' style:num-prefix="{before}" style:num-suffix="{behind}"/>'
        )

    def item(text: str, inner: str = "") -> str:
        return f"<text:list-item>{p(text)}{inner}</text:list-item>"

    styles = f'<text:list-style style:name="L">{level(1, "1", "제", "조")}'
    styles += level(2, "①, ②, ③, ...") + "</text:list-style>"
    styles += '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/>'
    styles += "</text:list-style>"
    inner = f"<text:list>{item('회비를 낸다.')}{item('반납하지 않는다.')}</text:list>"
    odt(
        path,
        f'<text:list text:style-name="L">{item("(목적) 목적이다.")}'
        f"{item('(회비)', inner)}</text:list>"
        + p("글.")
        + '<text:list text:style-name="L" text:continue-numbering="true">'
        + item("(탈퇴) 탈퇴한다.")
        + "</text:list>"
        + f'<text:list text:style-name="B">{item("항목")}</text:list>',
        styles,
    )
    assert lines(path) == [
        *("제1조 (목적)", "목적이다.", "제2조 (회비)", "① 회비를 낸다.", "② 반납하지 않는다."),
        *("글.", "제3조 (탈퇴)", "탈퇴한다.", "- 항목"),
    ]


def test_notes_boxes_and_spanned_cells_are_where_they_belong(path: Path) -> None:
    note = f"<text:note><text:note-citation>1</text:note-citation><text:note-body>{p('48 days')}"
    note += "</text:note-body></text:note>"
    box = f"<draw:frame><draw:text-box>{p('Keep receipts.')}</draw:text-box></draw:frame>"
    cell = "<table:table-cell{}>{}</table:table-cell>".format
    odt(
        path,
        p(f"Apply early{note}. Then wait.{box}")
        + "<table:table><table:table-row>"
        + cell("", p("Hall"))
        + cell("", p("Fee"))
        + "</table:table-row><table:table-row>"
        + cell(' table:number-rows-spanned="2"', p("Nuri"))
        + cell("", p("71"))
        + "</table:table-row><table:table-row><table:covered-table-cell/>"
        + cell("", p("65"))
        + "</table:table-row></table:table>",
    )
    assert lines(path) == [
        "Apply early. (48 days) Then wait.",
        "Keep receipts.",
        "Hall | Fee",
        "Nuri | 71",
        "Nuri | 65",
    ]


def test_what_is_struck_out_hidden_deleted_or_commented_is_left_out_and_reported(
    path: Path,
) -> None:
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties {about}/></style:style>'
        for name, about in (
            ("S", 'style:text-line-through-style="solid"'),
            ("H", 'text:display="none"'),
            ("N", 'style:text-line-through-style="none"'),
        )
    )
    hidden = f'<text:section text:display="none">{p("السر")}</text:section>'
    changes = (
        f"<text:tracked-changes><text:deletion>{p('30')}</text:deletion></text:tracked-changes>"
    )
    odt(
        path,
        changes
        + p('تكون الرسوم <text:span text:style-name="S">10</text:span> 20 ريالا.')
        + p('A <text:span text:style-name="H">secret</text:span><text:span text:style-name="N">rule'
            "</text:span>.<office:annotation><text:p>Ask.</text:p></office:annotation>")
        + hidden,
        styles,
        p("Handbook"),
    )  # fmt: skip
    assert lines(path) == ["تكون الرسوم 20 ريالا.", "A rule."]
    assert remarks(path) == {
        (RemarkKind.TRACKED_CHANGES, "tracked deletions: 1"),
        (RemarkKind.HIDDEN, "struck-out passages: 1"),
        (RemarkKind.HIDDEN, "hidden passages: 1"),
        (RemarkKind.HIDDEN, "hidden sections: 1"),
        (RemarkKind.COMMENTS, "comments: 1"),
        (RemarkKind.LEFT_OUT, "running heads and feet: 1"),
    }


@pytest.mark.parametrize(("before", "behind"), [("제", "조"), ("المادة ", ""), ("Article ", "")])
def test_the_outline_is_counted(path: Path, before: str, behind: str) -> None:
    outline = (
        '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1"'
        f' style:num-prefix="{before}" style:num-suffix="{behind}" style:num-format="1"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
        "</text:outline-style>"
    )
    heads = ((1, "A"), (2, "B"), (2, "C"), (1, "D"), (2, "E"))
    body = "".join(f'<text:h text:outline-level="{n}">{t}</text:h>{p("x")}' for n, t in heads)
    found = [line for line in lines(odt(path, body, outline)) if line != "x"]
    one, two = (f"{before}{n}{behind}" for n in (1, 2))
    assert found == [f"{one} A", "1.1 B", "1.2 C", f"{two} D", "2.1 E"]


def test_repeated_cells_shapes_objects_and_indexes(path: Path) -> None:
    cells = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    empty = '<table:table-cell table:number-columns-repeated="2"><text:p/></table:table-cell>'
    odt(
        path,
        "<table:table><table:table-row>"
        + "".join(map(cells, ("구분", "a", "b", "숙박비")))
        + f"</table:table-row><table:table-row>{cells('교수')}{empty}{cells('142,000')}"
        "</table:table-row></table:table>"
        + p(f"One.<draw:custom-shape>{p('مربع')}</draw:custom-shape>")
        + p("<draw:frame><draw:object/></draw:frame>")
        + f"<text:table-index>{p('Table 1')}</text:table-index>",
    )
    assert lines(path) == ["구분 | a | b | 숙박비", "교수 | – | – | 142,000", "One.", "مربع"]
    assert remarks(path) == {
        (RemarkKind.LEFT_OUT, "embedded objects: 1"),
        (RemarkKind.LEFT_OUT, "tables of contents and indexes: 1"),
    }


def test_what_is_hidden_or_struck_out_is_not_missing(path: Path) -> None:
    styles = (
        '<style:style style:name="S"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style>'
    )
    odt(
        path,
        p('تكون الرسوم <text:span text:style-name="S">10</text:span> 20 ريالا.')
        + f'<text:section text:display="none">{p("السر")}</text:section>'
        + p("<text:hidden-text>secret</text:hidden-text> rule"),
        styles,
    )
    assert covered(read_twice(path, Limits())) == Coverage(1.0)
