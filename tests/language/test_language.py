"""Language detection, sentences, numbers and lexical terms."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import (
    Detection,
    analyze,
    as_language,
    detect,
    estimate_tokens,
    numbers_in,
    script_shares,
    shows_language,
    split_sentences,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("교류 신청 자격은 무엇인가요?", Detection("ko")),
        ("KAIST와 KSU의 dual degree 과정은?", Detection("ko")),
        ("ما شروط التقديم إلى برنامج KAIST؟", Detection("ar")),
        ("Who may apply for the exchange?", Detection("en")),
        ("GPA?", Detection("en")),
        ("Quelles sont les conditions requises pour participer ?", Detection("en", False)),
        ("این سیاست درباره داده‌های پژوهشی چه می‌گوید؟", Detection("en", False)),
        ("研究数据的保存期限是多久？", Detection("en", False)),
        ("1234 ?!", Detection("en")),
        ("", Detection("en")),
    ],
)
def test_detects_the_language_of_a_question(text: str, expected: Detection) -> None:
    assert detect(text) == expected


@pytest.mark.parametrize(
    "text", ["TOEFL iBT?", "toefl ibt", "KAIST 2026?", "Erasmus Mundus", "3.0"]
)
def test_names_and_numbers_show_no_language(text: str) -> None:
    assert not shows_language(text)


@pytest.mark.parametrize(
    "text",
    ["TOEFL 점수는?", "كم TOEFL؟", "What TOEFL?", "Is GPA 3.0 enough", "dual degree tuition 2026",
     "Quelles sont les conditions requises ?", "研究数据"],
)  # fmt: skip
def test_sentences_show_their_language(text: str) -> None:
    assert shows_language(text)


def test_reads_language_codes_with_regions() -> None:
    assert [as_language(c) for c in ("ar-SA", "KO_kr", "en", "fr", None)] == [
        "ar", "ko", "en", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "제2조제1항. 및 제3조에 따른다. 총장은 승인할 수 있다.",
            ["제2조제1항. 및 제3조에 따른다.", "총장은 승인할 수 있다."],
        ),
        ("See Art. 5 and Dr. Kim. It ends in 2028. Then stop.",
         ["See Art. 5 and Dr. Kim.", "It ends in 2028.", "Then stop."]),
        ("هل يجوز ذلك؟ نعم، وفق المادة ٥. ولا يجوز غيره.",
         ["هل يجوز ذلك؟", "نعم، وفق المادة ٥.", "ولا يجوز غيره."]),
        ("1. 신청서를 낸다.\n2. 심사를 받는다.", ["1. 신청서를 낸다.", "2. 심사를 받는다."]),
        ("The rate is 3.5 percent. “Yes.” he said.",
         ["The rate is 3.5 percent.", "“Yes.”", "he said."]),
        ("It is free. [1][2] It is open. [3]", ["It is free. [1][2]", "It is open. [3]"]),
        ("Visa | Paid once. Not returned. | 60\nEnd. Yes.",
         ["Visa | Paid once. Not returned. | 60", "End.", "Yes."]),
        ("신청 기한은 2026. 3. 15. 까지입니다. 그 뒤에는 받지 않습니다.",
         ["신청 기한은 2026. 3. 15. 까지입니다.", "그 뒤에는 받지 않습니다."]),
        ("이 법은 2026. 3. 1.부터 시행한다.", ["이 법은 2026. 3. 1.부터 시행한다."]),
        ("접수: 2026. 3. 2.(월) 09:00 ~ 3. 5. 까지", ["접수: 2026. 3. 2.(월) 09:00 ~ 3. 5. 까지"]),
        ("It opens at 9 a.m. and closes at 5 p.m. Apply (approx. 5 pages).",
         ["It opens at 9 a.m. and closes at 5 p.m.", "Apply (approx. 5 pages)."]),
        ("تبلغ الرسوم 500 ر.س. وتدفع سنويا. ولا ترد.",
         ["تبلغ الرسوم 500 ر.س. وتدفع سنويا.", "ولا ترد."]),
        ("", []),
    ],
)  # fmt: skip
def test_splits_sentences_of_legal_text(text: str, sentences: list[str]) -> None:
    assert [text[a:b] for a, b in split_sentences(text)] == sentences


@given(st.text())
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    spans = split_sentences(text)
    joined = "".join(text[a:b] for a, b in spans)
    assert "".join(joined.split()) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert all(x.end <= y.start for x, y in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("١٬٥٠٠ دولار و٣٫٥٪", ["1500", "3.5"]),
        ("1,100,000원, 30일, 007", ["1100000", "30", "7"]),
        ("from 2024 to 2,026.50", ["2024", "2026.5"]),
        ("three", []),
    ],
)
def test_numbers_have_one_form_in_every_script(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers


def test_terms_of_a_question_meet_those_of_the_text_in_each_language() -> None:
    pairs = [
        ("공동연구센터는 어디에 있나요?", "공동연구센터를 대전에 둔다."),
        ("ما الجامعات المشاركة؟", "تشترك الجامعة في البرنامج"),
        ("Who is applying?", "Students who apply"),
    ]
    for question, text in pairs:
        assert set(analyze(question)) & set(analyze(text)), question


def test_an_article_has_the_same_term_in_every_language() -> None:
    texts = ("제15조에 따라", "وفق المادة ١٥", "under Article 15", "see Art. 15")
    assert all("§15" in analyze(text) for text in texts)


@given(st.text())
def test_any_text_can_be_analysed(text: str) -> None:
    assert analyze(text) == analyze(text)
    assert estimate_tokens(text) >= 1
    assert sum(script_shares(text).values()) == pytest.approx(1.0, abs=1e-6) or not any(
        script_shares(text).values()
    )


def test_terms_are_the_same_in_another_process() -> None:
    text = "공동연구 센터와 المادة ١٥ and Article 3"
    code = f"from assistant.index.sparse import encode_passage as e; print(e({text!r}).indices)"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
    assert "[" in outputs.pop()
