"""The embedder: prompts that never mix, and sentence vectors from the passage's own pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_model import build_tiny_model

from assistant.errors import UnavailableError
from assistant.language import split_sentences
from assistant.models.embedder import (
    PassageText,
    SentenceTransformerEmbedder,
    load_embedder,
)
from assistant.settings import Settings

TEXT = "교류 학생의 평점평균은 3.0점 이상이어야 한다. 신청은 3월 31일까지 한다."


def test_queries_and_passages_get_their_own_prompts(
    tiny_embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    model = tiny_embedder._model
    original = model.encode

    def spy(texts: list[str], **options: object) -> object:
        read.extend(texts)
        return original(texts, **options)

    monkeypatch.setattr(model, "encode", spy)
    tiny_embedder.get_query_embedding("who?")
    tiny_embedder.get_text_embedding("they")
    assert read == ["query: who?", "passage: they"]
    assert tiny_embedder.passage_input("Rules", "they") == "passage: Rules\nthey"


def test_a_passage_is_embedded_as_the_model_itself_would(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    texts = [TEXT, "short", "a much longer passage " * 10]
    vectors = tiny_embedder.embed_passages([PassageText("", t, split_sentences(t)) for t in texts])
    for text, vector in zip(texts, vectors, strict=True):
        alone = np.array(tiny_embedder.get_text_embedding(text))
        assert float(vector.dense @ alone) > 0.999
        assert vector.sentences.shape == (len(split_sentences(text)), tiny_embedder.dimensions)
        np.testing.assert_allclose(np.linalg.norm(vector.sentences, axis=1), 1, atol=1e-3)


def test_text_beyond_the_window_still_gets_vectors(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    text = "word " * 600 + "The last sentence."
    (vector,) = tiny_embedder.embed_passages([PassageText("", text, [(0, 4), (3000, 3018)])])  # type: ignore[list-item]
    assert np.isfinite(vector.sentences).all()


def test_a_model_that_does_not_pool_by_mean_is_refused(tmp_path: Path) -> None:
    folder = build_tiny_model(tmp_path / "cls", pooling="cls")
    with pytest.raises(UnavailableError, match="pool by mean"):
        load_embedder(Settings(embedder=str(folder), _env_file=None))


def test_a_missing_model_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="trilogue models pull"):
        load_embedder(Settings(models_dir=tmp_path, _env_file=None))


@pytest.mark.models
def test_the_default_model_uses_its_task_prompts(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.query_input("who?") == "task: search result | query: who?"
    assert embedder.passage_input("Rules", "they") == "title: Rules | text: they"
    assert embedder.passage_input("", "they") == "title: none | text: they"


@pytest.mark.models
def test_questions_find_the_sentence_across_languages(
    embedder: SentenceTransformerEmbedder,
) -> None:
    sentences = split_sentences(TEXT)
    (vectors,) = embedder.embed_passages([PassageText("교류 규정", TEXT, sentences)])
    questions = ["What grade average is needed?", "متى آخر موعد للتقديم؟"]
    nearest = [int((vectors.sentences @ q).argmax()) for q in embedder.embed_queries(questions)]
    assert nearest == [0, 1]
