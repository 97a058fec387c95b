"""What could be asked next is about the articles around the cited one, in the reader's language."""

from __future__ import annotations

import httpx
import pytest
from fake_service import FakeService
from test_ui_routes import SOURCE, context

from assistant.api.schemas.chat_schemas import Citation, PassageView
from assistant.api.schemas.reader_schemas import PassageContext
from assistant.codes import Language
from ui.next_questions import next_questions
from ui.texts import LANGUAGES, load_texts

HEADINGS: dict[Language, list[str]] = {
    "ko": ["제2조(학생의 자격)", "제3조(선발 인원)", "제4조(신청 기한)", "제5조", "제6조(학비)"],
    "ar": [
        "المادة 2: الأهلية", "المادة 3: عدد المقبولين", "المادة 4: مواعيد التقديم",
        "المادة الخامسة", "المادة 6: الرسوم",
    ],
    "en": [
        "Article 2 (Eligibility)", "Article 3 (Intake)", "Article 4 (Deadlines)", "Article 5",
        "Article 6 (Fees)",
    ],
}  # fmt: skip
SUBJECTS: dict[Language, list[str]] = {
    "ko": ["신청 기한", "학생의 자격", "학비"],
    "ar": ["مواعيد التقديم", "الأهلية", "الرسوم"],
    "en": ["Deadlines", "Eligibility", "Fees"],
}


def around(given: PassageContext, language: Language) -> PassageContext:
    """The third article of five, in a language."""

    def view(heading: str) -> PassageView:
        told = {"headings": ["T", heading], "language": language, "title": "T"}
        return given.passage.model_copy(update=told)

    first, passage, *after = [view(heading) for heading in HEADINGS[language]]
    changed = {"passage": passage, "before": [first], "after": [passage, *after]}
    return given.model_copy(update=changed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_about_what_stands_near(
    korean: Citation, arabic: Citation, language: Language
) -> None:
    texts = load_texts(language)
    near = around(context(korean, arabic), language)
    expected = [texts.ask_about.format(title="T", subject=s) for s in SUBJECTS[language]]
    assert sorted(next_questions(near, texts)) == sorted(expected)
    for other in LANGUAGES:
        if other != language:
            assert next_questions(near, load_texts(other)) == []


def test_the_readers_own_edition_is_asked_about(
    service: FakeService, address: str, korean: Citation, arabic: Citation
) -> None:
    texts = load_texts("ar")
    cited = around(context(korean, arabic), "ko")
    service.passages[korean.passage_id] = cited
    service.passages[arabic.passage_id] = around(cited, "ar")
    page = httpx.get(f"{address}next", params=SOURCE | {"lang": "ar"})
    assert texts.ask_about.format(title="T", subject="الأهلية") in page.text
    assert texts.next_title in page.text
    assert httpx.get(f"{address}next", params=SOURCE | {"lang": "en"}).text.strip() == ""
    assert httpx.get(f"{address}next", params={"document": "x"}).status_code == 404
