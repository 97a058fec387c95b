"""Search over the sample corpus: any language, exact references, folding, filters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from assistant.calibration import load_calibration
from assistant.errors import UnavailableError
from assistant.index.store import PassageStore
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.models.reranker import Reranker, load_reranker
from assistant.retrieval.hits import Hit, Scope
from assistant.retrieval.search import Searcher
from assistant.settings import Settings

pytestmark = pytest.mark.models


@pytest.fixture
def searcher(sample_store: PassageStore, embedder: SentenceTransformerEmbedder) -> Searcher:
    cosines = load_calibration(embedder.model_name, "*").cosines
    return Searcher(sample_store, embedder, cosines=cosines)


def find(searcher: Searcher, query: str, limit: int = 5, **scope: object) -> Sequence[Hit]:
    return asyncio.run(searcher.search(query, limit, Scope(**scope))).hits  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "work", "article"),
    [
        ("학생 및 교직원 교류 규정 제4조", "exchange-eligibility", "4"),
        ("What does Article 4 of the student and staff exchange policy say?",
         "exchange-eligibility", "4"),
        ("ما نص المادة الرابعة من سياسة تبادل الطلاب والمنسوبين؟", "exchange-eligibility", "4"),
        ("대학원 복수학위 과정 운영 규정 제７조의 내용", "dual-degree", "7"),
        ("Art. 7 KAIST-KSU dual graduate degree policy", "dual-degree", "7"),
    ],
)  # fmt: skip
def test_a_named_article_comes_first(
    searcher: Searcher, query: str, work: str, article: str
) -> None:
    first, *others = find(searcher, query)
    assert (first.passage.work_id, first.passage.article) == (work, article)
    assert first.score >= 1.0 > max(hit.score for hit in others), "by its name, not by its text"


@pytest.mark.parametrize(
    ("query", "language"),
    [("제4조", "ko"), ("What does Article 4 say?", "en"), ("ما نص المادة الرابعة؟", "ar")],
)
def test_an_article_asked_for_by_its_number_comes_first_from_every_document(
    searcher: Searcher, query: str, language: str
) -> None:
    found = asyncio.run(searcher.search(query, 8))
    assert len(found.articles) > 2
    assert list(found.articles) == list(found.hits[: len(found.articles)])
    assert {hit.passage.article for hit in found.articles} == {"4"}
    assert found.hits[0].passage.language == language
    works = [hit.passage.work_id or hit.passage.document_id for hit in found.articles]
    assert len(set(works)) == len(works), "editions are one"


@pytest.mark.parametrize(
    "query",
    [
        "교류 규정 제4조의 내용은 무엇입니까?",
        "What does Article 4 of the exchange policy say?",
        "Policy on Student and Staff Exchange: Eligibility and Support, Article 4",
    ],
)
def test_the_article_of_a_named_document_is_all_that_is_asked_for(
    searcher: Searcher, query: str
) -> None:
    found = asyncio.run(searcher.search(query, 8))
    (article,) = found.articles
    assert article is found.hits[0]
    assert article.passage.article == "4"
    assert article.passage.source.startswith("exchange-eligibility")


def test_a_question_that_names_an_article_and_says_more_is_searched_for(searcher: Searcher) -> None:
    query = "Who decides by Article 4 of the exchange policy?"
    assert asyncio.run(searcher.search(query, 8)).articles == []


def test_a_number_without_a_document_names_nothing(searcher: Searcher) -> None:
    question = "개인정보 보호법 제15조에 따르면 동의가 필요한가요?"
    plain = find(searcher, question)
    assert max(hit.score for hit in plain) < 1.0, "no article was looked up"


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("교환학생이 되려면 평점이 얼마 이상이어야 하나요?", "ko"),
        ("ما المعدل المطلوب لقبول طالب التبادل؟", "ar"),
        ("What grade average does an exchange student need?", "en"),
    ],
)
def test_editions_are_one_hit_in_the_readers_language(
    searcher: Searcher, query: str, language: str
) -> None:
    hits = find(searcher, query)
    assert hits[0].passage.work_id == "exchange-eligibility"
    assert hits[0].passage.language == language
    others = {p.language for p in hits[0].also if p.work_id == "exchange-eligibility"}
    assert others == {"ko", "ar", "en"} - {language}
    said = [(h.passage.work_id, h.passage.article) for h in hits if h.passage.article]
    assert len(said) == len(set(said))


def test_the_reader_may_prefer_another_language_than_the_query(searcher: Searcher) -> None:
    query = "What grade average does an exchange student need?"
    found = asyncio.run(searcher.search(query, 3, reader="ar"))
    assert found.hits[0].passage.language == "ar"


def test_filters_hold(searcher: Searcher) -> None:
    query = "What grade average does an exchange student need?"
    assert {h.passage.language for h in find(searcher, query, languages=("ko",))} == {"ko"}
    assert {h.passage.article for h in find(searcher, query, articles=("4",))} == {"4"}
    works = {h.passage.work_id for h in find(searcher, query, work_ids=("dual-degree",))}
    assert works == {"dual-degree"}
    assert not find(searcher, query, collections=("nowhere",))
    assert not find(searcher, query, collections=())


def test_only_what_was_in_force_on_the_day_is_found(searcher: Searcher) -> None:
    query = "What grade average does an exchange student need?"
    works = {
        day: {hit.passage.work_id for hit in find(searcher, query, as_of=day)}
        for day in (date(1990, 1, 1), date(2025, 9, 1), date(2025, 8, 31))
    }
    assert not works[date(1990, 1, 1)]
    assert "exchange-eligibility" in works[date(2025, 9, 1)]
    assert "exchange-eligibility" not in works[date(2025, 8, 31)]


@pytest.mark.parametrize(
    "query", ["🎓🎓🎓", "؟؟", "ㅋㅋ", "x" * 50_000, "제\u200b15조\x00", "\ud800"]
)
def test_odd_queries_find_something_or_nothing_and_do_not_fail(
    searcher: Searcher, query: str
) -> None:
    assert len(find(searcher, query, 3)) <= 3


def test_a_reranker_ranks_what_was_found(
    sample_store: PassageStore,
    embedder: SentenceTransformerEmbedder,
    tiny_model: Path,
    tmp_path: Path,
) -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_model)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    reranker = load_reranker(Settings(reranker=str(tmp_path), _env_file=None))
    assert reranker is not None
    query = "교환학생이 되려면 평점이 얼마 이상이어야 하나요?"
    hits = find(Searcher(sample_store, embedder, reranker), query, 8)
    for hit in hits:
        texts = [f"{p.heading_path}\n{p.text}" for p in (hit.passage, *hit.also)]
        assert hit.score == pytest.approx(max(reranker.scores(query, texts)), abs=1e-3)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_reranker_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="reranker"):
        Reranker(str(tmp_path / "nothing"))
    assert load_reranker(Settings(_env_file=None)) is None
