"""Arabic text layers, good and mangled in the ways that producers mangle them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import regex
from pdf_files import make_pdf

from assistant.codes import RemarkKind
from ingest.readers import SourceText, read
from ingest.readers.arabic import mend

Write = Callable[[str, str | bytes], Path]
#: Laws as they are written, with numbers, Latin words and brackets.
GOOD = (
    ("المادة الأولى: التعريفات", "يقصد بالجامعة الجامعة السعودية وكلياتها (KSU) ومعاهدها."),
    ("المادة الثانية:", "يقدم الطالب الطلب في شهر مارس 2025 إلى عمادة شؤون الطلبة."),
    ("المادة 3: الرسوم", "الرسوم 300 ريال سعودي لكل فصل (انظر المادة الخامسة)."),
    ("المادة الرابعة:", "لا يجوز للجامعة تعديل اللائحة إلا بموافقة المجلس الأعلى خلال السنة."),
    ("المادة الخامسة:", "تلتزم الجهة بالأحكام الواردة في الاتفاقية والأنظمة واللوائح الأخرى."),
)
MIRROR = str.maketrans("()", ")(")


def visual(line: str) -> str:
    """A line as it is drawn from left to right: letters turned, numbers and Latin words not."""
    turned = line[::-1].translate(MIRROR)
    return str(regex.sub(r"[0-9A-Za-z]+", lambda run: run[0][::-1], turned))


def shaped(line: str) -> str:
    """A line in presentation forms, isolated ones: as old programs write them."""
    isolated = {
        unicodedata.normalize("NFKC", form): form
        for form in map(chr, range(0xFE80, 0xFEF5))
        if "ISOLATED" in unicodedata.name(form)
    }
    return "".join(isolated.get(c, c) for c in line)


def pdf(write: Write, lines: Sequence[str], ligatures: dict[str, str] | None = None) -> SourceText:
    return read(write("law.pdf", make_pdf([lines], ligatures)))


def lines_of(source: SourceText) -> list[str]:
    return [line.strip() for line in source.text.split("\n") if line.strip()]


@pytest.mark.parametrize("law", GOOD)
def test_a_good_text_layer_is_left_as_it_is(write: Write, law: tuple[str, str]) -> None:
    source = pdf(write, [visual(line) for line in law])
    assert lines_of(source) == list(law)
    assert source.remarks == ()


@pytest.mark.parametrize("law", GOOD)
def test_presentation_forms_are_folded(write: Write, law: tuple[str, str]) -> None:
    assert lines_of(pdf(write, [visual(shaped(line)) for line in law])) == list(law)


def test_lines_written_back_to_front_are_turned(write: Write) -> None:
    law = [line for pair in GOOD for line in pair]
    source = pdf(write, law)  # drawn in reading order: the library turns them
    assert lines_of(source) == law
    (remark,) = source.remarks
    assert (remark.kind, remark.pages) == (RemarkKind.REPAIRED, (1,))
    assert "back to front" in remark.detail


def test_lam_alef_turned_round_is_put_right_where_it_can_only_be_meant_so(write: Write) -> None:
    law = [line for pair in GOOD for line in pair]
    ligatures = {"ﻻ": "لا", "ﻷ": "لأ", "ﻹ": "لإ"}
    drawn = [visual(line.replace("لا", "ﻻ").replace("لأ", "ﻷ").replace("لإ", "ﻹ")) for line in law]
    source = pdf(write, drawn, ligatures)
    assert lines_of(source) == law
    assert [remark.kind for remark in source.remarks] == [RemarkKind.REPAIRED]


def test_no_is_never_lost(write: Write) -> None:
    """``لا يجوز`` (must not) must not come out as if nothing were forbidden."""
    drawn = [
        visual(line.replace("لا", "ﻻ"))
        for line in ("الاتفاق ملزم.", "لا يجوز ذلك ولا غيره إلا بإذن.")
    ]
    assert lines_of(pdf(write, drawn, {"ﻻ": "لا"}))[1] == "لا يجوز ذلك ولا غيره إلا بإذن."


def test_words_turned_each_for_itself_are_told_and_left() -> None:
    line = " ".join(
        word[::-1] for word in "تلتزم الجامعة بالسياسة العامة واللائحة التنفيذية".split()
    )
    text, remarks = mend(f"{line}.\n{line}.", page=7)
    assert text == f"{line}.\n{line}."
    assert [(r.kind, r.pages) for r in remarks] == [(RemarkKind.MANGLED, (7,))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("المادة \ue001\ue002 الأولى", "2 characters have no code"),
        ("ا ل م ا د ة الأولى", "taken apart"),
    ],
)
def test_what_cannot_be_mended_is_told_with_its_page(text: str, message: str) -> None:
    _, remarks = mend(text, page=3)
    assert [(r.kind, r.pages) for r in remarks] == [(RemarkKind.MANGLED, (3,))]
    assert message in remarks[0].detail


def test_text_without_arabic_is_not_touched() -> None:
    for text in ("Fees (300 SAR) :1", "제1조(목적) 이 규정은", ")a("):
        assert mend(text) == (text, [])


def test_words_that_begin_like_turned_ones_are_left() -> None:
    text = "الحالة والرسالة للطالب في مجال الأعمال، وآلية العمل وألف ريال."
    assert mend(text) == (text, [])
