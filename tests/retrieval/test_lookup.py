"""Articles that a question names by document and number, in any pair of languages."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.calibration import load_calibration
from assistant.index.passage import Passage
from assistant.language import Language, detect
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.retrieval.hits import Hit
from assistant.retrieval.lookup import ArticleLookup, asks_for_contents, one_of_each

pytestmark = pytest.mark.models

LAWS: dict[str, Language] = {
    "고등교육법": "ko",
    "공공기관의 정보공개에 관한 법률": "ko",
    "공공데이터의 제공 및 이용 활성화에 관한 법률": "ko",
    "저작권법": "ko",
    "지능정보화 기본법": "ko",
    "نظام العمل": "ar",
    "نظام التجارة الإلكترونية": "ar",
    "نظام مكافحة جرائم المعلوماتية": "ar",
    "GitHub Sponsors Additional Terms": "en",
    "GitHub Trademark Policy": "en",
}


def lookup(embedder: SentenceTransformerEmbedder) -> ArticleLookup:
    return ArticleLookup(embedder, load_calibration(embedder.model_name, "*").cosines)


def part(title: str, article: str, ordinal: int = 0) -> Hit:
    passage = Passage(
        id=f"{title}/{article}/{ordinal}", document_id=title, collection="c", source=title,
        title=title, language=LAWS[title], text="x", ordinal=ordinal, article=article,
    )  # fmt: skip
    near = np.ones(1, dtype=np.float32)
    one = np.ones(4, dtype=np.float32)
    return Hit(passage, 0.5, 0.5, near, near, one[None], one, near)


def named(embedder: SentenceTransformerEmbedder, question: str, *articles: str) -> list[str]:
    hits = [part(title, article) for title in LAWS for article in articles]
    found = lookup(embedder).select(question, detect(question).language, hits)
    return [hit.passage.id.removesuffix("/0") for hit in found]


@pytest.mark.parametrize(
    ("question", "title", "article"),
    [
        ("저작권법 제28조", "저작권법", "28"),
        ("고등교육법 11조의2에 따르면 대학은 무엇을 평가하나요?", "고등교육법", "11-2"),
        ("정보공개법 제9조", "공공기관의 정보공개에 관한 법률", "9"),
        ("정보공개법 제9조의 내용은 무엇입니까?", "공공기관의 정보공개에 관한 법률", "9"),
        ("Article 28 of the Korean Copyright Act", "저작권법", "28"),
        ("Article 53 of the Saudi Labor Law", "نظام العمل", "53"),
        ("المادة الثالثة والخمسون من نظام العمل", "نظام العمل", "53"),
        ("사우디 노동법 제53조", "نظام العمل", "53"),
        ("art. 14 of the Saudi e-commerce law", "نظام التجارة الإلكترونية", "14"),
        ("المادة 28 من قانون حق المؤلف الكوري", "저작권법", "28"),
        ("Section 5 of the GitHub Trademark Policy", "GitHub Trademark Policy", "5"),
    ],
)
def test_finds_the_article_that_is_named(
    embedder: SentenceTransformerEmbedder, question: str, title: str, article: str
) -> None:
    assert named(embedder, question, article) == [f"{title}/{article}"]


@pytest.mark.parametrize(
    "question",
    [
        "개인정보 보호법 제15조",
        "Article 15 of the Personal Information Protection Act",
        "المادة الخامسة عشرة من نظام حماية البيانات الشخصية",
        "제15조의 내용이 뭐예요?",
        "저작권법 부칙 제15조",
    ],
)
def test_a_law_that_is_not_there_is_not_taken_for_another(
    embedder: SentenceTransformerEmbedder, question: str
) -> None:
    assert named(embedder, question, "15") == []


def test_parts_and_several_articles_come_in_the_order_asked_for(
    embedder: SentenceTransformerEmbedder,
) -> None:
    hits = [part("저작권법", "3", 1), part("저작권법", "7", 9), part("저작권법", "3", 0)]
    found = lookup(embedder).select("저작권법 제7조와 제3조의 차이", "ko", hits)
    assert [(h.passage.article, h.passage.ordinal) for h in found] == [("7", 9), ("3", 0), ("3", 1)]


def test_nothing_to_choose_from_gives_nothing(embedder: SentenceTransformerEmbedder) -> None:
    assert lookup(embedder).select("저작권법 제3조", "ko", []) == []


@pytest.mark.parametrize(
    "question",
    [
        "제32조", "제15조의 내용이 뭐예요?", "제7조와 제8조를 보여줘",
        "제5조는 무엇을 규정하고 있나요?",
        "What does Article 25 say?", "Article 5 bis", "Show me section 7",
        "المادة 30", "ما نص المادة الثلاثين؟", "على ماذا تنص المادة 30؟",
    ],
)  # fmt: skip
def test_a_question_for_the_text_of_an_article_names_no_document(question: str) -> None:
    assert asks_for_contents(question)


@pytest.mark.parametrize(
    "question",
    [
        "저작권법 제28조", "휴학 규정 제3조", "제15조에 따르면 동의가 필요한가요?", "부칙 제1조",
        "What does Article 25 of the statute say?", "Can I appeal under Article 15?",
        "المادة 53 من نظام العمل", "هل تسمح المادة 5 بالاستئناف؟", "등록금은 얼마인가요?",
    ],
)  # fmt: skip
def test_a_question_that_says_more_asks_for_more(question: str) -> None:
    assert not asks_for_contents(question)


def test_of_each_document_the_first_part_comes_the_readers_language_first() -> None:
    hits = [
        part("저작권법", "28", 3), part("نظام العمل", "28"), part("저작권법", "28", 2),
        part("GitHub Trademark Policy", "28"),
    ]  # fmt: skip
    found = one_of_each("ar", hits)
    assert [(hit.passage.title, hit.passage.ordinal) for hit in found] == [
        ("نظام العمل", 0), ("저작권법", 2), ("GitHub Trademark Policy", 0),
    ]  # fmt: skip
