"""Presentations: what is on the slides that are shown, wherever it is kept."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.presentation import Presentation
from pptx.util import Inches

from assistant.codes import RemarkKind
from ingest.readers import read
from ingest.structure import markdown_blocks

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
BOX = (Inches(1), Inches(1), Inches(4), Inches(1))


@pytest.fixture
def deck() -> Presentation:
    return pptx.Presentation()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deck.pptx"


def lines(deck: Presentation, path: Path) -> list[str]:
    deck.save(str(path))
    return [block.text for block in markdown_blocks(read(path).text)]


def test_charts_give_their_values_and_long_titles_are_text(deck: Presentation, path: Path) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = (
        "Applications for the summer term are taken until the ninth of May at noon."
    )
    data = CategoryChartData()
    data.categories = ["석사", "박사"]
    data.add_series("정원", (41, 17))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)
    assert lines(deck, path) == [
        "1",
        "Applications for the summer term are taken until the ninth of May at noon.",
        "– | 정원",
        "석사 | 41",
        "박사 | 17",
    ]


def test_each_row_of_a_table_knows_what_spans_it(deck: Presentation, path: Path) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(3, 2, *BOX).table
    texts = ("الفئة", "المهلة", "سري", "6 أشهر", "", "9 أشهر")
    for cell, text in zip(table.iter_cells(), texts, strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert lines(deck, path) == ["1", "الفئة | المهلة", "سري | 6 أشهر", "سري | 9 أشهر"]


def test_hidden_slides_and_shapes_and_struck_out_text_are_left_out(
    deck: Presentation, path: Path
) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    group = slide.shapes.add_group_shape()
    for text in ("Report within 36 hours.", "Hidden."):
        group.shapes.add_textbox(*BOX).text_frame.text = text
    group.shapes[1].element.nvSpPr.cNvPr.set("hidden", "1")
    struck = slide.shapes.add_textbox(*BOX).text_frame.paragraphs[0]
    for text in ("10", "12 days"):
        struck.add_run().text = text
    look = parse_xml(f'<a:rPr xmlns:a="{A}" strike="sngStrike"/>')
    slide.shapes[-1].element.find(f".//{{{A}}}r").insert(0, look)
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "Old rules"
    hidden.element.set("show", "0")
    assert lines(deck, path) == ["1", "- Report within 36 hours.", "- 12 days"]
    assert {(remark.kind, remark.detail) for remark in read(path).remarks} == {
        (RemarkKind.HIDDEN, "hidden shapes: 1"),
        (RemarkKind.HIDDEN, "struck-out passages: 1"),
        (RemarkKind.HIDDEN, "hidden slides: 1"),
    }


def test_a_slide_with_a_title_alone_says_its_title(deck: Presentation, path: Path) -> None:
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "연구 보안"
    assert lines(deck, path) == ["연구 보안"]


def test_numbers_formulas_and_what_stands_beside_the_slide(deck: Presentation, path: Path) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = slide.shapes.add_textbox(*BOX).text_frame
    for i, (text, style) in enumerate(
        (("보증금", "arabicPeriod"), ("연체료", "arabicPeriod"), ("غرامة", "alphaLcParenBoth"))
    ):
        paragraph = frame.paragraphs[0] if not i else frame.add_paragraph()
        paragraph.text = text
        start = ' startAt="4"' if style == "arabicPeriod" else ""
        counted = f'<a:buAutoNum xmlns:a="{A}" type="{style}"{start}/>'
        paragraph._p.get_or_add_pPr().append(parse_xml(counted))
    frame.add_paragraph().text = "Share "
    formula = (
        '<a14:m xmlns:a14="x" xmlns:m="m"><m:oMath><m:f><m:num><m:r><m:t>2</m:t></m:r>'
        "</m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f></m:oMath></a14:m>"
    )
    frame.paragraphs[3]._p.append(parse_xml(formula))
    beside = slide.shapes.add_textbox(Inches(-8), Inches(1), Inches(4), Inches(1))
    beside.text_frame.text = "Ignore the fees."
    assert lines(deck, path) == ["1", "4. 보증금", "5. 연체료", "(a) غرامة", "- Share 2/3"]
    assert [remark.detail for remark in read(path).remarks] == ["shapes beside the slide: 1"]


def test_embedded_objects_and_texts_of_layouts_are_reported(deck: Presentation, path: Path) -> None:
    layout = deck.slide_layouts[5]
    slide = deck.slides.add_slide(layout)
    slide.shapes.title.text = "요금"
    box = slide.shapes.add_textbox(*BOX)
    box.text_frame.text = "41,000"
    layout.shapes._spTree.append(deepcopy(box._element))
    slide.shapes.add_ole_object(BytesIO(b"x"), "Excel.Sheet.12", Inches(1), Inches(4))
    deck.save(str(path))
    assert {remark.detail for remark in read(path).remarks} == {
        "embedded objects: 1",
        "texts of slide layouts: 1",
    }
