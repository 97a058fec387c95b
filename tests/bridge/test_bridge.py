"""llama-index both ways, as docs/llama-index.md shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import regex
from lenient import COSINES, lenient
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.llms import (
    ChatMessage,
    ChatResponseAsyncGen,
    CompletionResponse,
    CompletionResponseGen,
    CustomLLM,
    LLMMetadata,
    MockLLM,
)
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.query_engine import RetrieverQueryEngine
from scripted_generator import ScriptedGenerator
from shelf import Shelf, passage

from assistant.answering.pipeline import Assistant
from assistant.answering.question import Question
from assistant.answering.reply import Reply
from assistant.bridge.ours import PassageRetriever
from assistant.bridge.theirs import ForeignGenerator, ForeignRetriever
from assistant.index.store import PassageStore
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.models.session import (
    CutOffError,
    GenerationSession,
    Prompt,
    TextGenerator,
)
from assistant.retrieval.answerable import Decision
from assistant.retrieval.hits import Hit, Scope
from assistant.retrieval.search import Retriever
from assistant.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "llama-index.md"
TEXT = "Students apply in May. The stipend is 900 dollars a month."
QUESTION = "How much is the stipend?"


class OpenGate:
    """Lets every question through."""

    def decide(self, hits: Sequence[Hit]) -> Decision:
        return Decision(1.0 if hits else 0.0, 0.5, None)


class Parrot(CustomLLM):
    """Somebody else's model: says one thing, word by word."""

    says: str = "The stipend is 900 dollars a month."

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="parrot")

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        return CompletionResponse(text=self.says)

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **_: Any
    ) -> CompletionResponseGen:
        said = ""
        for word in self.says.split(" "):
            delta = f" {word}" if said else word
            said += delta
            yield CompletionResponse(text=said, delta=delta)


class Silent(Parrot):
    """A model that fails."""

    async def astream_chat(self, messages: Any, **_: Any) -> ChatResponseAsyncGen:
        raise ConnectionError("no route")


def assistant(retriever: Retriever, generator: TextGenerator) -> Assistant:
    settings = Settings(_env_file=None)
    return Assistant(
        settings, retriever, OpenGate(), generator, lenient(retriever.embedder), COSINES
    )  # fmt: skip


def reply(retriever: Retriever, generator: TextGenerator, scope: Scope | None = None) -> Reply:
    question = Question(QUESTION, scope=scope or Scope())
    return asyncio.run(assistant(retriever, generator).reply(question))


@pytest.fixture
def foreign(tiny_embedder: SentenceTransformerEmbedder) -> ForeignRetriever:
    documents = [
        Document(text=TEXT, metadata={"file_name": "exchange.md"}, doc_id="exchange"),
        Document(text="연구실은 밤 10시에 닫는다.", metadata={"title": "연구실"}, doc_id="lab"),
    ]
    index = VectorStoreIndex.from_documents(documents, embed_model=tiny_embedder)
    return ForeignRetriever(index.as_retriever(similarity_top_k=2), tiny_embedder)


def test_our_search_answers_in_a_query_engine(tiny_embedder: SentenceTransformerEmbedder) -> None:
    retriever = PassageRetriever(Shelf(tiny_embedder, [passage(1, TEXT)]), limit=4)
    engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM())
    answer = engine.query(QUESTION)
    (source,) = answer.source_nodes
    assert source.node.get_content() == TEXT
    assert source.node.metadata["locator"] == "Article 2"
    assert TEXT in str(answer), "the mock repeats what it was told"
    assert "exchange.md" not in str(answer)
    assert asyncio.run(retriever.aretrieve(QUESTION)) == retriever.retrieve(QUESTION)


def test_a_foreign_retriever_stands_behind_our_citations(
    foreign: ForeignRetriever, generator: ScriptedGenerator
) -> None:
    generator.answer = "The stipend is 900 dollars a month."
    found = reply(foreign, generator)
    assert found.outcome == "answered"
    (cited,) = found.citations
    assert cited.passage.source == "exchange.md"
    assert "900 dollars" in cited.quote
    generator.answer = "The stipend is 950 dollars a month."
    assert reply(foreign, generator).outcome == "quoted"


def test_a_foreign_retriever_keeps_to_documents_and_languages(
    foreign: ForeignRetriever,
) -> None:
    def found(**limits: Any) -> set[str]:
        result = asyncio.run(foreign.search(QUESTION, 8, Scope(**limits)))
        return {hit.passage.document_id for hit in result.hits}

    assert found() == {"exchange", "lab"}
    assert found(languages=("ko",)) == {"lab"}
    assert found(document_ids=("exchange",)) == {"exchange"}
    assert found(document_ids=()) == set()


def test_a_foreign_model_stands_behind_our_verdict(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    shelf = Shelf(tiny_embedder, [passage(1, TEXT)])
    said = reply(shelf, ForeignGenerator(Parrot()))
    assert (said.outcome, said.model) == ("answered", "parrot")
    invented = reply(shelf, ForeignGenerator(Parrot(says="The stipend is 977 dollars.")))
    assert invented.outcome == "quoted"
    assert "977" not in invented.answer


def test_a_foreign_model_that_fails_leaves_the_quotes(
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    shelf = Shelf(tiny_embedder, [passage(1, TEXT)])
    failed = reply(shelf, ForeignGenerator(Silent()))
    assert failed.outcome == "quoted"
    assert failed.notice


@pytest.mark.models
def test_the_examples_of_the_page_run(
    sample_settings: Settings,
    sample_store: PassageStore,
    embedder: SentenceTransformerEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("assistant.settings.get_settings", lambda: sample_settings)
    monkeypatch.setattr("assistant.models.embedder.load_embedder", lambda _: embedder)
    monkeypatch.setattr("assistant.index.open.open_store", lambda *_: sample_store)
    blocks = regex.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), regex.DOTALL)
    assert len(blocks) == 3
    known: dict[str, Any] = {"llm": Parrot(says="The library lends books for 30 days.")}
    told = []
    for block in blocks:
        exec(block, known)  # noqa: S102 - our own page
        told.append(capsys.readouterr().out)
    assert "제" in told[0]
    assert "30 days" in told[1]
    assert "quoted" in told[2]


def test_a_foreign_model_is_cut_off_at_the_limit() -> None:
    async def say() -> tuple[str, int]:
        session = GenerationSession(ForeignGenerator(Parrot(says="word " * 500)))
        said: list[str] = []

        async def listen() -> None:
            async for piece in session.stream(Prompt([ChatMessage(content="Go.")], 20)):
                said.append(piece)  # noqa: PERF401 - what came before it was cut off

        with pytest.raises(CutOffError):
            await listen()
        return "".join(said), session.usage.completion_tokens

    said, counted = asyncio.run(say())
    assert 10 < len(said.split()) < 40
    assert counted >= 20
