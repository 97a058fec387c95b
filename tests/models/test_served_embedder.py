"""An embedder behind an OpenAI-compatible server: asked rightly, held apart, its faults told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from live import listening

from assistant.calibration import load_calibration
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.open import open_store
from assistant.index.store import IndexMismatchError
from assistant.language import Span, split_sentences
from assistant.models.cross_encoder import load_cross_encoder
from assistant.models.embedder import PassageText, SentenceTransformerEmbedder
from assistant.models.open import embedder_name, open_embedder, served_prompts
from assistant.models.prompts import Prompts
from assistant.models.served_embedder import ServedEmbedder
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob

TEXT = "Students apply in March. There is no fee."


@dataclass
class FakeServer:
    """Serves the tiny model in OpenAI's format.

    Attributes:
        url: Its base URL.
        asked: The texts of each request.
        keys: What each request showed.
        answer: What it answers instead of vectors, given the texts; None for vectors.
    """

    url: str
    asked: list[list[str]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answer: Callable[[list[str]], JSONResponse | None] = lambda _: None


def refusal(status: int, message: str = "no") -> JSONResponse:
    return JSONResponse({"error": {"message": message}}, status)


@pytest.fixture(scope="module")
def running(tiny_embedder: SentenceTransformerEmbedder) -> Iterator[FakeServer]:
    app = FastAPI()
    fake = FakeServer("")

    @app.post("/v1/embeddings")
    def embeddings(body: dict[str, Any], request: Request) -> JSONResponse:
        texts = body["input"]
        fake.asked.append(texts)
        fake.keys.append(request.headers.get("authorization"))
        if body["model"] != "org/tiny":
            return refusal(404, f"The model {body['model']} does not exist")
        if (answer := fake.answer(texts)) is not None:
            return answer
        vectors = 3 * tiny_embedder._encode(texts)  # not every server gives unit vectors
        rows = [
            {"object": "embedding", "index": i, "embedding": vector.tolist()}
            for i, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return JSONResponse({"object": "list", "data": rows[::-1], "model": "t", "usage": usage})

    with listening(app) as (url, _):
        fake.url = f"{url}/v1"
        yield fake


@pytest.fixture
def server(running: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    # Waits between tries are the client library's.
    monkeypatch.setattr(openai.OpenAI, "_calculate_retry_timeout", lambda *_: 0.0)
    running.answer = lambda _: None
    running.asked.clear()
    running.keys.clear()
    return running


@pytest.fixture
def served(server: FakeServer, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", embedder_url=server.url, embedder_model="org/tiny",
        embedder_query_prompt="query: ", embedder_document_prompt="passage: ",
        embedder_api_key="secret", embedder_batch=4, _env_file=None,
    )  # fmt: skip


def test_passages_sentences_and_questions_are_texts_of_their_own(
    served: Settings, server: FakeServer, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    embedder = open_embedder(served)
    server.asked.clear()
    (vectors,) = embedder.embed_passages([PassageText("Rules", TEXT, split_sentences(TEXT))])
    asked = [text for texts in server.asked for text in texts]
    first, second = "passage: Students apply in March.", "passage: There is no fee."
    assert sorted(asked) == sorted([f"passage: Rules\n{TEXT}", first, second])
    np.testing.assert_allclose(
        [vectors.dense, *vectors.sentences],
        tiny_embedder._encode([f"passage: Rules\n{TEXT}", first, second]),
        atol=2e-2,
    )
    np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)
    (question,) = embedder.embed_questions(["Who applies?"])
    assert server.asked[-1] == ["query: Who applies?"]
    np.testing.assert_array_equal(question.tokens, question.dense[None])
    assert set(server.keys) == {"Bearer secret"}


def test_no_request_has_more_texts_than_the_settings_say(
    served: Settings, server: FakeServer
) -> None:
    sentences = [f"Sentence {i}." for i in range(10)]
    vectors = open_embedder(served).embed_sentences(sentences)
    assert vectors.shape[0] == 10
    assert [len(texts) for texts in server.asked] == [1, 4, 4, 2]


def test_a_server_that_takes_fewer_texts_gets_fewer(served: Settings, server: FakeServer) -> None:
    embedder = open_embedder(served)
    whole = embedder.embed_sentences(["one", "two", "three"])
    server.answer = lambda texts: refusal(413) if len(texts) > 1 else None
    np.testing.assert_allclose(embedder.embed_sentences(["one", "two", "three"]), whole, atol=2e-2)


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (401, UnavailableError, "TRILOGUE_EMBEDDER_API_KEY"),
        (404, UnavailableError, "TRILOGUE_EMBEDDER_MODEL"),
        (413, InvalidInputError, "auto-truncate"),
        (429, UnavailableError, "fewer requests"),
        (500, UnavailableError, "server's log"),
    ],
)
def test_what_the_server_refuses_is_told_with_a_remedy(
    served: Settings, server: FakeServer, status: int, kind: type[Exception], told: str
) -> None:
    embedder = open_embedder(served)
    server.answer = lambda _: refusal(status, "because")
    with pytest.raises(kind, match=rf"{server.url} refuses .*\({status}\): .*because.*{told}"):
        embedder.embed_queries(["Who?"])


def test_a_server_that_is_busy_is_asked_again(served: Settings, server: FakeServer) -> None:
    embedder = open_embedder(served)
    answers = [refusal(429), refusal(503), None]
    server.answer = lambda _: answers.pop(0)
    assert embedder.embed_queries(["Who?"]).shape == (1, embedder.dimensions)
    assert answers == []


def test_a_model_that_the_server_does_not_have_is_told(served: Settings) -> None:
    with pytest.raises(UnavailableError, match=r"refuses other .404.*TRILOGUE_EMBEDDER_MODEL"):
        open_embedder(served.model_copy(update={"embedder_model": "other"}))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "0 vectors for 1 texts"),
        ([[0.0] * 32], "zero or not finite"),
        ([[1.0] * 8], "vectors of 8 numbers, and gave 32 before"),
    ],
)
def test_what_is_no_vector_of_the_model_is_refused(
    served: Settings, server: FakeServer, rows: list[list[float]], told: str
) -> None:
    embedder = open_embedder(served)
    data = [{"object": "embedding", "index": i, "embedding": r} for i, r in enumerate(rows)]
    reply = {"object": "list", "data": data, "model": "t"}
    server.answer = lambda _: JSONResponse(
        reply | {"usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )
    with pytest.raises(UnavailableError, match=told):
        embedder.embed_queries(["Who?"])


def test_a_server_that_does_not_answer_is_told(served: Settings) -> None:
    away = served.model_copy(update={"embedder_url": "http://127.0.0.1:9/v1"})
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9/v1 does not answer.*EMBEDDER_URL"):
        open_embedder(away)


def test_it_is_another_embedder_than_the_same_model_here(served: Settings) -> None:
    assert embedder_name(served) == "served-org-tiny"
    named = served.model_copy(update={"embedder_model": "google/embeddinggemma-300m"})
    assert embedder_name(named) == "served-google-embeddinggemma-300m"
    assert load_calibration(embedder_name(named), "*").is_default
    assert load_cross_encoder(open_embedder(served)) is None


def test_prompts_are_the_settings_or_the_catalogues_or_none() -> None:
    def prompts(**values: str) -> Prompts:
        return served_prompts(Settings(embedder_url="http://x", _env_file=None, **values))

    gemma = Prompts("task: search result | query: ", "title: none | text: ")
    assert prompts() == prompts(embedder_model="google/embeddinggemma-300m") == gemma
    assert prompts(embedder_model="BAAI/bge-m3") == Prompts()
    assert prompts(embedder_query_prompt="", embedder_document_prompt="d: ") == Prompts("", "d: ")


def test_documents_come_in_and_are_found(
    served: Settings, server: FakeServer, tmp_path: Path, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    embedder = open_embedder(served)
    file = tmp_path / "rules.md"
    file.write_text(f"# Rules\n\n## Article 1\n\n{TEXT}\n\n## Article 2\n\nLoans last a week.\n")
    store = open_store(served, embedder)
    with DocumentRegistry.opened(served) as registry:
        job = IngestionJob(served, store, registry, embedder)
        assert job.run([file]).counts == {"added": 1}
        file.write_text(file.read_text() + "\n## Article 3\n\nKeep quiet.\n")
        server.answer = lambda _: refusal(401)
        with pytest.raises(UnavailableError, match="API_KEY"):
            job.run([file])
        server.answer = lambda _: None
        assert job.run([file]).counts == {"updated": 1}
    found = asyncio.run(Searcher(store, embedder).search("How long do loans last?", limit=3))
    assert found.hits[0].passage.text == "Loans last a week."
    store.close()
    with pytest.raises(IndexMismatchError):
        open_store(served, tiny_embedder)


@pytest.mark.models
def test_the_catalogue_has_the_prompts_of_the_default_model(
    embedder: SentenceTransformerEmbedder,
) -> None:
    assert served_prompts(Settings(embedder_url="http://x", _env_file=None)) == embedder._prompts


def test_a_text_that_occurs_again_is_asked_for_once() -> None:
    asked: list[str] = []

    def embed(texts: Any) -> Any:
        asked.extend(texts)
        return np.eye(1, 4, dtype=np.float32).repeat(len(texts), 0)

    embedder = ServedEmbedder("served", Prompts("", ""), embed)
    asked.clear()
    text = "Yes. No. Yes."
    passage = PassageText("", text, [Span(0, 4), Span(5, 8), Span(9, 13)])
    vectors = embedder.embed_passages([passage, passage])
    assert sorted(asked) == ["No.", "Yes.", "Yes. No. Yes."]
    assert [v.sentences.shape for v in vectors] == [(3, 4), (3, 4)]
