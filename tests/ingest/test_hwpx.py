"""HWPX: what a reader sees in Hangul is in the text, and nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from office_files import hp, ht, htbl, hwpx

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.headings import locator
from ingest.readers import read
from ingest.structure import markdown_blocks, sections


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.hwpx"


def lines(path: Path) -> list[str]:
    return [block.text for block in markdown_blocks(read(path).text)]


def remarks(path: Path) -> set[tuple[RemarkKind, str]]:
    return {(remark.kind, remark.detail) for remark in read(path).remarks}


def sublist(name: str, text: str, about: str = "") -> str:
    return f"<hp:{name} {about}><hp:subList>{hp(ht(text))}</hp:subList></hp:{name}>"


def test_tracked_changes_are_read_as_if_accepted_and_reported(path: Path) -> None:
    hwpx(
        path,
        hp(
            ht(
                "임기는 <hp:deleteBegin/>2년<hp:deleteEnd/><hp:insertBegin/>3년<hp:insertEnd/>이다."
            ),
            ht("<hp:deleteBegin/>연임할"),
        )
        + hp(ht('수 없다.<hp:deleteEnd paraend="1"/>'))
        + hp(ht(" 연임은 한 번이다.")),
    )
    assert lines(path) == ["임기는 3년이다.", "연임은 한 번이다."]
    assert remarks(path) == {
        (RemarkKind.TRACKED_CHANGES, "tracked deletions: 2"),
        (RemarkKind.TRACKED_CHANGES, "tracked insertions: 1"),
    }


def test_memos_and_hidden_comments_are_no_text_and_what_they_are_about_stays(path: Path) -> None:
    memo = sublist("fieldBegin", "검토할 것", 'type="MEMO"')
    field = '<hp:fieldBegin type="CLICK_HERE"/>'
    hwpx(
        path,
        hp(
            f"<hp:ctrl>{memo}</hp:ctrl>",
            ht("겸직은 허가를 받는다."),
            "<hp:ctrl><hp:fieldEnd/></hp:ctrl>",
        )
        + hp(f"<hp:ctrl>{sublist('hiddenComment', '초안')}</hp:ctrl>", ht("끝."))
        + hp(f"<hp:ctrl>{field}</hp:ctrl>", ht("누름틀 값"))
        + f"<hp:memogroup><hp:memo>{hp(ht('검토할 것'))}</hp:memo></hp:memogroup>",
    )
    assert lines(path) == ["겸직은 허가를 받는다.", "끝.", "누름틀 값"]
    assert remarks(path) == {(RemarkKind.COMMENTS, "memos: 2")}


def test_numbers_that_hangul_counts_are_read(path: Path) -> None:
    heads = "".join(
        f'<hh:paraHead level="{depth}" start="{start}" numFormat="{style}">{text}</hh:paraHead>'
        for depth, start, style, text in (
            (1, 1, "DIGIT", "제^1조"),
            (2, 1, "CIRCLED_DIGIT", "^2"),
            (3, 1, "HANGUL_SYLLABLE", "^3."),
        )
    )
    kinds = "".join(
        f'<hh:paraPr id="{i}"><hh:heading type="{kind}" idRef="5" level="{depth}"/></hh:paraPr>'
        for i, (kind, depth) in enumerate(
            [("NONE", 0), ("NUMBER", 0), ("NUMBER", 1), ("NUMBER", 2), ("BULLET", 0)]
        )
    )
    hwpx(
        path,
        hp(ht("(목적) 목적을 정한다."), properties=1)
        + hp(ht("(회비)"), properties=1)
        + hp(ht("회비를 낸다."), properties=2)
        + hp(ht("재학생"), properties=3)
        + hp(ht("휴학생"), properties=3)
        + hp(ht("회비는 반납하지 않는다."), properties=2)
        + hp(ht("(탈퇴) 탈퇴할 수 있다."), properties=1)
        + hp(ht("항목"), properties=4),
        f'<hh:numbering id="5">{heads}</hh:numbering>{kinds}',
    )
    found = sections(markdown_blocks(read(path).text))
    assert [locator(section.headings) for section in found] == ["제1조", "제2조", "제3조"]
    assert [block.text for block in found[1].paragraphs] == [
        "① 회비를 낸다.",
        "가. 재학생",
        "나. 휴학생",
        "② 회비는 반납하지 않는다.",
    ]
    assert found[2].paragraphs[-1].text == "- 항목"


def test_an_outline_is_headings_with_their_numbers(path: Path) -> None:
    heads = '<hh:paraHead level="1" numFormat="ROMAN_CAPITAL">^1.</hh:paraHead>'
    kind = '<hh:paraPr id="1"><hh:heading type="OUTLINE" idRef="0" level="0"/></hh:paraPr>'
    hwpx(
        path,
        hp(ht("총칙"), properties=1) + hp(ht("글.")) + hp(ht("재정"), properties=1) + hp(ht("글.")),
        f'<hh:numbering id="1">{heads}</hh:numbering>{kind}',
    )
    blocks = markdown_blocks(read(path).text)
    assert [(b.text, b.level) for b in blocks if b.level] == [("I. 총칙", 1), ("II. 재정", 1)]


def test_each_row_knows_what_spans_it_and_empty_cells_keep_their_places(path: Path) -> None:
    inner = hp(ht("학위별")) + hp(htbl(("석사", "12만원"), ("박사", "27만원")))
    hwpx(
        path,
        hp(
            htbl(
                (("구분", 2, 1), ("출장비", 1, 2)),
                ("숙박", "일비"),
                (("교수", 2, 1), "실비", "6만원"),
                (("무료", 1, 2),),
                ("직원", "", "3만원"),
                ("학생", inner, ""),
                header=2,
            )
        ),
    )
    assert lines(path) == [
        "구분 | 출장비 숙박 | 출장비 일비",
        "교수 | 실비 | 6만원",
        "교수 | 무료 | 무료",
        "직원 | – | 3만원",
        "학생 | 학위별 석사: 12만원; 박사: 27만원 | –",
    ]


def test_notes_text_boxes_captions_and_equations_are_read(path: Path) -> None:
    number = '<hp:ctrl><hp:autoNum num="4" numType="TABLE"/></hp:ctrl>'
    inner = f"<hp:subList>{hp(number, ht(' 정원'))}</hp:subList>"
    caption = f"<hp:caption>{inner}</hp:caption>"
    table = htbl(("과", "수"), ("법", "8")).replace("<hp:tbl>", f"<hp:tbl>{caption}")
    hwpx(
        path,
        hp(
            ht("회의비는 4만원이다"),
            f"<hp:ctrl>{sublist('footNote', '간식 포함')}</hp:ctrl>",
            ht(". 평점은 "),
            "<hp:equation><hp:script>a over b</hp:script></hp:equation>",
            ht("이다."),
        )
        + hp(f"<hp:rect>{sublist('drawText', '주의: 영수증을 낸다.')}</hp:rect>")
        + hp(table),
    )
    assert lines(path) == [
        "회의비는 4만원이다. (간식 포함) 평점은 a over b이다.",
        "주의: 영수증을 낸다.",
        "4 정원",
        "과 | 수",
        "법 | 8",
    ]


def test_struck_out_text_and_running_heads_are_left_out_and_reported(path: Path) -> None:
    looks = "".join(
        f'<hh:charPr id="{i}"><hh:strikeout shape="{shape}"/></hh:charPr>'
        for i, shape in enumerate(("NONE", "SOLID", "3D"))
    )
    head = f"<hp:ctrl>{sublist('header', '학칙집')}</hp:ctrl>"
    hwpx(
        path,
        hp(head, *(f'<hp:run charPrIDRef="{i}">{ht(t)}</hp:run>' for i, t in enumerate("가나다"))),
        looks,
    )
    assert lines(path) == ["가다"]
    assert remarks(path) == {
        (RemarkKind.HIDDEN, "struck-out passages: 1"),
        (RemarkKind.LEFT_OUT, "running heads and feet: 1"),
    }


def test_a_document_of_a_running_head_alone_has_its_text_and_its_title(path: Path) -> None:
    hwpx(path, hp(f"<hp:ctrl>{sublist('header', '5월 3일은 휴관한다.')}</hp:ctrl>"))
    assert lines(path) == ["5월 3일은 휴관한다."]
    assert read(path).title == "학칙"


def test_a_protected_document_is_named_as_such(path: Path, tmp_path: Path) -> None:
    hwpx(path, hp(ht("글.")))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<m><odf:encryption-data/></m>")
    with pytest.raises(UnreadableFileError) as told:
        read(path)
    assert told.value.fault == Fault.PROTECTED


def test_text_in_attributes_fields_and_charts(path: Path) -> None:
    hwpx(
        path,
        hp('<hp:textart text="열람실 규정"/>')
        + hp(ht('표 <hp:compose composeText="가"/>'))
        + hp('<hp:checkBtn caption="موافق" value="CHECKED"/>')
        + hp(ht("Fee: ") + "<hp:edit><hp:text>61,500</hp:text></hp:edit>")
        + hp('<hp:comboBox selectedValue="88,200"/>')
        + hp('<hp:chart chartIDRef="c"/>'),
    )
    assert lines(path) == ["열람실 규정", "표 가", "☒ موافق", "Fee: 61,500", "88,200"]
    assert remarks(path) == {(RemarkKind.LEFT_OUT, "charts and embedded objects: 1")}
