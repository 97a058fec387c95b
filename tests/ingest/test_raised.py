"""A raised digit is a note's mark or an exponent, and never the last digit of a number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pptx
import pytest
import xlsxwriter
from epub_files import make_epub
from mail_files import eml
from office_files import docx, hp, hwpx, p, package, r
from pptx.util import Inches

from assistant.language import analyze, article_references, numbers_in
from ingest.readers import read
from ingest.readers.raised import raised
from ingest.structure import markdown_blocks

UP = '<w:vertAlign w:val="superscript"/>'
NAMES = 'xmlns:office="o" xmlns:text="t" xmlns:style="s"'
FEE = {
    "ko": ("요금은 41,000", "원이고 면적은 85 m", "이다."),
    "ar": ("الرسم 41,000", " وون والمساحة 85 م", "."),
    "en": ("The fee is 41,000", " won for 85 m", " of space."),
}


def _html(before: str, between: str, after: str) -> str:
    return f"<p>{before}<sup><a href='#n'>1)</a></sup>{between}<sup>2</sup>{after}</p>"


def _docx(path: Path, *said: str) -> None:
    docx(path, p(r(said[0]), r("1)", UP), r(said[1]), r("2", UP), r(said[2])))


def _odt(path: Path, *said: str) -> None:
    style = (
        '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/>'
        "</style:style>"
    )
    first, second = (f'<text:span text:style-name="up">{m}</text:span>' for m in ("1)", "2"))
    body = f"<text:p>{said[0]}{first}{said[1]}{second}{said[2]}</text:p>"
    package(
        path,
        {
            "content.xml": f"<office:document-content {NAMES}><office:automatic-styles>{style}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>"
        },
    )


def _hwpx(path: Path, *said: str) -> None:
    pieces = zip((said[0], "1)", said[1], "2", said[2]), (0, 9, 0, 9, 0), strict=True)
    runs = (f'<hp:run charPrIDRef="{look}"><hp:t>{text}</hp:t></hp:run>' for text, look in pieces)
    hwpx(path, hp("".join(runs)), '<hh:charPr id="9"><hh:supscript/></hh:charPr>')


def _pptx(path: Path, *said: str) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(4), Inches(1))
    for text in (said[0], "1)", said[1], "2", said[2]):
        run = box.text_frame.paragraphs[0].add_run()
        run.text = text
        if len(text) < 3 and text[0].isdigit():
            run.font._element.set("baseline", "30000")
    deck.save(str(path))


def _xlsx(path: Path, *said: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        up = book.add_format({"font_script": 1})
        book.add_worksheet("1").write_rich_string(
            0, 0, said[0], up, "1)", said[1], up, "2", said[2]
        )


def _eml(path: Path, *said: str) -> None:
    path.write_bytes(bytes(eml("s", "", _html(*said))))


def _markdown(path: Path, *said: str) -> None:
    path.write_text(f"{said[0]}<sup>1)</sup>{said[1]}<sup>2</sup>{said[2]}", encoding="utf-8")


WRITERS: dict[str, Callable[..., object]] = {
    "docx": _docx,
    "odt": _odt,
    "hwpx": _hwpx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "eml": _eml,
    "md": _markdown,
    "html": lambda path, *said: path.write_text(_html(*said), encoding="utf-8"),
    "epub": lambda path, *said: make_epub(path, _html(*said)),
}


@pytest.mark.parametrize("language", FEE)
@pytest.mark.parametrize("ending", WRITERS)
def test_raised_digits_stay_raised(tmp_path: Path, ending: str, language: str) -> None:
    path = tmp_path / f"fees.{ending}"
    said = FEE[language]
    WRITERS[ending](path, *said)
    text = " ".join(block.text for block in markdown_blocks(read(path).text))
    assert f"{said[0]}¹⁾{said[1]}²{said[2]}" in text


@pytest.mark.parametrize(
    ("text", "shown"), [("1)", "¹⁾"), ("-3", "⁻³"), ("1,2", "¹,²"), ("th", "th"), ("주1", "주1")]
)
def test_words_are_not_raised(text: str, shown: str) -> None:
    assert raised(text) == shown


def test_a_raised_digit_is_no_part_of_a_number_or_a_reference() -> None:
    assert numbers_in("41,000¹⁾ won, 10⁶") == ["41000", "10"]
    assert article_references("Article 3² and 제4조³") == ["3", "4"]
    assert "41000" in analyze("41,000¹ won")
