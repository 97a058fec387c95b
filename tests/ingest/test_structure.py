"""The structure of documents, and the passages that are cut from them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from llama_index.core.schema import Document

from assistant.index.passage import Passage, PassageNode
from assistant.language import estimate_tokens
from ingest.headings import locator
from ingest.metadata import resolve, split_front_matter
from ingest.passages import MAX_TOKENS, PassageParser
from ingest.readers import read
from ingest.structure import markdown_blocks, plain_blocks, sections

SAMPLES = Path(__file__).parents[2] / "samples"


def cut(text: str, markup: str = "markdown", **metadata: object) -> list[Passage]:
    values = {
        "document_id": str(uuid.uuid4()),
        "collection": "c",
        "source": "rules.md",
        "title": "Rules",
        "language": "en",
        "work_id": None,
        "content_hash": "h",
        "markup": markup,
    }
    nodes = PassageParser()([Document(text=text, metadata=values | metadata)])
    return [node.to_passage() for node in nodes if isinstance(node, PassageNode)]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("고등교육법", "제2장 학교", "제7조의2 (고등교육 재정)"), "제7조의2"),
        (("제1조(목적)",), "제1조"),
        (("نظام العمل", "المادة الخامسة والثلاثون"), "المادة الخامسة والثلاثون"),
        (("المادة ١٥: الرسوم",), "المادة ١٥"),
        (("المادة (3)",), "المادة 3"),
        (("Part II", "Article 12 (Fees)"), "Article 12"),
        (("Getting started", "Why?"), "Getting started › Why?"),
        ((), ""),
    ],
)
def test_locators_are_what_readers_cite(headings: tuple[str, ...], expected: str) -> None:
    assert locator(headings) == expected


def test_articles_are_found_in_plain_text_of_all_three_languages() -> None:
    text = (
        "제1장 총칙\n제1조(목적) 이 규정의 목적을 정한다.\n제2조(정의) 용어의 뜻을 정한다.\n\n"
        "الفصل الأول: أحكام عامة\nالمادة الأولى: الغرض\nتهدف هذه اللائحة إلى التنظيم.\n\n"
        "CHAPTER 2\nArticle 3 (Fees)\nNo fees are charged.\n"
    )
    found = [(locator(s.headings), s.paragraphs[0].text) for s in sections(plain_blocks(text))]
    assert found == [
        ("제1조", "이 규정의 목적을 정한다."),
        ("제2조", "용어의 뜻을 정한다."),
        ("المادة الأولى", "تهدف هذه اللائحة إلى التنظيم."),
        ("Article 3", "No fees are charged."),
    ]


def test_a_reference_in_a_sentence_is_no_heading() -> None:
    text = (
        "제3조에 따라 신청한다.\n\nArticle 5 of the Act applies.\n\nوفق المادة الخامسة من النظام."
    )
    assert [s.headings for s in sections(plain_blocks(text))] == [()]


def test_wrapped_lines_of_a_pdf_are_joined_and_items_are_not() -> None:
    text = "The student\napplies in time.\n(1) The form is\nfilled in.\n(2) It is sent."
    assert [b.text for b in plain_blocks(text)] == [
        "The student applies in time.",
        "(1) The form is filled in.",
        "(2) It is sent.",
    ]


def test_markdown_markup_does_not_reach_the_reader() -> None:
    text = (
        "## Fees\n\nSee [the **list**](https://x.org) and `code`.\n\n  1\\. First\n  2\\. Second\n"
    )
    blocks = markdown_blocks(text)
    assert [b.text for b in blocks] == ["Fees", "See the list and code.", "1. First", "2. Second"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Library Rules\nArticle 1 Loans\nMembers may borrow six books.\nDeposits\n"
            "Each member pays a deposit of 20 euros.",
            ["Library Rules", "Article 1 Loans", "Members may borrow six books.", "Deposits",
             "Each member pays a deposit of 20 euros."],
        ),
        (
            "도서관 규정\n제1조(목적)\n대출을 정한다.\n보증금\n회원은 보증금으로 2만원을 낸다.",
            ["도서관 규정", "제1조(목적)", "대출을 정한다.", "보증금",
             "회원은 보증금으로 2만원을 낸다."],
        ),
        (
            "لائحة المكتبة\nالمادة الأولى: الإعارة\nتعار الكتب.\nالودائع\nيدفع كل عضو عشرين ريالًا.",
            ["لائحة المكتبة", "المادة الأولى: الإعارة", "تعار الكتب.", "الودائع",
             "يدفع كل عضو عشرين ريالًا."],
        ),
        (
            "Members pay the fee that is named in\nArticle 1 and in\n"
            "the annex to these rules in full.",
            ["Members pay the fee that is named in Article 1 and in the annex to these rules in "
             "full."],
        ),
        (
            "Fees are due in May,\nJune and July of each year, and in\nAugust.",
            ["Fees are due in May, June and July of each year, and in August."],
        ),
    ],
)  # fmt: skip
def test_titles_and_headings_without_marks_stay_apart_from_the_text_below(
    text: str, expected: list[str]
) -> None:
    assert [block.text for block in plain_blocks(text)] == expected


def test_text_in_html_and_in_angle_brackets_is_kept() -> None:
    text = "See <Annex> and <b>Form A</b>.\n\n<div>\nThe fee is 5.\n</div>\n\n<!-- note -->\n"
    blocks = [b.text for b in markdown_blocks(text)]
    assert blocks == ["See <Annex> and Form A.", "The fee is 5."]


def test_items_keep_their_own_marks() -> None:
    blocks = markdown_blocks("- (a) first\n- ① second\n- third\n\n1. fourth\n")
    assert [b.text for b in blocks] == ["(a) first", "① second", "- third", "1. fourth"]


def test_tables_become_rows() -> None:
    (_, *rows) = markdown_blocks("# T\n\n| Kind | Fee |\n|---|---|\n| Visa | 60 |\n")
    assert [row.text for row in rows] == ["Kind | Fee", "Visa | 60"]


def test_every_part_of_a_long_table_has_its_header() -> None:
    rows = "\n".join(f"| 항목 {i} | {i * 1000:,}원 | 비고가 조금 긴 줄입니다 |" for i in range(70))
    passages = cut(f"# 경비\n\n| 구분 | 한도 | 비고 |\n|---|---|---|\n{rows}")
    assert len(passages) > 2
    assert all(passage.text.startswith("구분 | 한도 | 비고\n") for passage in passages)


@pytest.mark.parametrize("language", ["en", "ko", "ar"])
def test_every_article_of_a_sample_is_one_passage(language: str) -> None:
    document = read(SAMPLES / f"exchange-eligibility.{language}.md")
    _, text = split_front_matter(document.text)
    locators = [p.locator for p in cut(text)]
    assert len(locators) == 10
    assert len(set(locators)) == 10


def test_a_passage_knows_its_page_and_its_sentences() -> None:
    document = read(SAMPLES / "research-data-handling.en.pdf")
    starts = list(document.page_starts)
    passages = cut(document.text, markup="plain", page_starts=starts)
    by_locator = {p.locator: p for p in passages}
    assert by_locator["Article 1"].page == 1
    assert by_locator["Article 12"].page == 2
    for passage in passages:
        for start, end in passage.sentences:
            assert passage.text[start:end].strip() == passage.text[start:end] != ""


@pytest.mark.parametrize(
    "text",
    [
        "# Long\n\n" + "One sentence of a long paragraph. " * 400,
        "# 긴 조문\n\n" + "학생은 신청서를 제출하여야 한다. " * 400,
        "# Endless\n\n" + "x" * 20_000,
        "# Items\n\n" + "\n\n".join(f"({i}) Item number {i} of a list." for i in range(300)),
    ],
)
def test_long_sections_are_cut_and_lose_nothing(text: str) -> None:
    passages = cut(text)
    assert len(passages) > 1
    assert all(estimate_tokens(p.text) <= MAX_TOKENS * 1.1 for p in passages)
    joined = "".join("".join(p.text.split()) for p in passages)
    assert joined == "".join(text.split("\n\n", 1)[1].split())
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    assert len({p.id for p in passages}) == len(passages)


def test_front_matter_is_not_blown_up() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for this, last in zip("bcdefgh", "abcdefg", strict=True):
        bomb += f"{this}: &{this} [{','.join([f'*{last}'] * 9)}]\n"
    stated, text = split_front_matter(f"---\n{bomb}title: *h\n---\nA rule.")
    assert resolve(Path("name.md"), stated, text, None).title == "name"


def test_front_matter_that_is_no_yaml_stays_text() -> None:
    text = "---\n: : [\n---\nBody"
    assert split_front_matter(text) == ({}, text)
    assert split_front_matter("---\ntitle: T\n---\nBody") == ({"title": "T"}, "Body")


def test_metadata_are_guessed_where_they_are_not_stated() -> None:
    guessed = resolve(Path("규정.md"), {}, "# 교류 규정\n\n학생 교류에 관한 사항을 정한다.", None)
    assert (guessed.title, guessed.language) == ("교류 규정", "ko")
    stated = resolve(Path("x.md"), {"title": "T", "language": "ar-SA", "work_id": 7}, "text", "U")
    assert (stated.title, stated.language, stated.work_id) == ("T", "ar", "7")
    assert resolve(Path("name.txt"), {}, "plain words here", None).title == "name"
