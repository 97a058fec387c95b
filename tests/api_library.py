"""A small service for the tests of the API: two documents in each of two collections, the tiny
model, and everything else real but the generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from scripted_generator import ScriptedGenerator

from assistant.answering.pipeline import Assistant
from assistant.api.app import create_app
from assistant.api.service import Service, links_of
from assistant.index.store import PassageStore
from assistant.models.answer_cache import AnswerCache
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.retrieval.search import Hit, Searcher
from assistant.settings import Settings
from assistant.storage.keys import KeyScope
from assistant.storage.records import Records
from ingest.job import IngestionJob

Write = Callable[[str, str | bytes], Path]
Keys = Callable[..., dict[str, str]]

QUESTION = "What is the exchange stipend?"
ANSWER = "The exchange stipend is 900 dollars a month. [1]"
DOCUMENTS = {
    "students": {
        "exchange.md": "# Exchange\n\n## Article 1\n\nThe exchange stipend is 900 dollars a month."
        " It is paid in advance.",
        "housing.md": "# Housing\n\n## Article 1\n\nA room in the dormitory costs 300 dollars.",
    },
    "staff": {
        "salaries.md": "# Salaries\n\n## Article 1\n\nThe exchange stipend of staff is 5000 dollars"
        " and confidential.",
    },
}


class OpenGate:
    """Answers whatever was found: how the tiny model's vectors lie means nothing."""

    def passes(self, hits: Sequence[Hit]) -> bool:
        return bool(hits)


@dataclass(frozen=True)
class Library:
    """A service and the documents that it knows, by their file names."""

    service: Service
    documents: dict[str, str]

    def passage(self, source: str) -> str:
        """Id of the document's first passage."""
        return self.service.store.select({"document_id": [self.documents[source]]})[0].node_id


@pytest.fixture
def make_library(
    settings: Settings,
    store: PassageStore,
    job: IngestionJob,
    tiny_embedder: SentenceTransformerEmbedder,
    generator: ScriptedGenerator,
    records: Records,
    write: Write,
) -> Callable[..., Library]:
    """Makes the service, with other settings where a test names them."""

    def make(**changes: object) -> Library:
        changed = settings.model_copy(update=changes)
        documents: dict[str, str] = {}
        for collection, files in DOCUMENTS.items():
            paths = [write(f"{collection}/{name}", text) for name, text in files.items()]
            for result in job.run(paths, collection).files:
                documents[Path(result.path).name] = result.document_id or ""
        searcher = Searcher(store, tiny_embedder)
        assistant = Assistant(changed, searcher, OpenGate(), generator)  # type: ignore[arg-type]
        service = Service(
            changed, store, searcher, generator, assistant, tiny_embedder, records,  # type: ignore[arg-type]
            AnswerCache(100, 60), links_of(changed, records),
        )  # fmt: skip
        generator.answer = ANSWER
        return Library(service, documents)

    return make


@pytest.fixture
def library(make_library: Callable[..., Library]) -> Library:
    return make_library()


@pytest.fixture
def api(library: Library) -> Iterator[TestClient]:
    """The API of the small service."""
    with TestClient(create_app(library.service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def key(records: Records) -> Keys:
    """Makes a key; what it gives are the headers that send it."""

    def make(
        *scopes: KeyScope, collections: Sequence[str] | None = None, **limits: int
    ) -> dict[str, str]:
        _, token = records.keys.create("test", scopes or ("chat",), collections, **limits)  # type: ignore[arg-type]
        return {"Authorization": f"Bearer {token}"}

    return make
