"""A small service for the tests of the API: two documents in each of two collections, the tiny
model, and everything else real but the generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lenient import COSINES, lenient
from scripted_generator import ScriptedGenerator

from assistant.answering.pipeline import Assistant
from assistant.api.app import create_app
from assistant.api.service import Service, links_of
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.options import JobOptions
from assistant.ingestion.originals import originals_of
from assistant.ingestion.page_pictures import PictureCache
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.models.session import TextGenerator
from assistant.retrieval.answerable import Decision
from assistant.retrieval.hits import Hit
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.keys import KeyScope
from assistant.storage.records import Records
from ingest.job import IngestionJob
from ingest.pictures.picture_workers import PictureWorkers
from ingest.threaded_queue import ThreadedIngestionQueue

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

    def decide(self, hits: Sequence[Hit]) -> Decision:
        return Decision(1.0 if hits else 0.0, 0.5, None)


@dataclass(frozen=True)
class Library:
    """A service and the documents that it knows, by their file names."""

    service: Service
    documents: dict[str, str]
    folder: Path

    def passage(self, source: str) -> str:
        """Id of the document's first passage."""
        return self.service.store.select({"document_id": [self.documents[source]]})[0].node_id


def compose(
    settings: Settings,
    store: PassageStore,
    embedder: SentenceTransformerEmbedder,
    generator: TextGenerator,
    records: Records,
) -> Service:
    """A service that answers whatever was found; its queue is not started."""
    searcher = Searcher(store, embedder)
    assistant = Assistant(settings, searcher, OpenGate(), generator, lenient(embedder), COSINES)
    pictures = PictureCache()
    originals = originals_of(settings, records.database)
    writer = DocumentWriter(store, records.documents, pictures.drop_document, originals)
    ingestions = ThreadedIngestionQueue(settings, store, embedder, records, writer)
    return Service(
        settings, store, searcher, generator, assistant, embedder,
        ingestions, records, records.answers(settings), links_of(settings, records),
        PictureWorkers(settings), pictures,
    )  # fmt: skip


@pytest.fixture
def make_library(
    settings: Settings,
    store: PassageStore,
    job: IngestionJob,
    tiny_embedder: SentenceTransformerEmbedder,
    generator: ScriptedGenerator,
    records: Records,
    write: Write,
) -> Iterator[Callable[..., Library]]:
    """Makes the service, with other settings where a test names them."""
    running = ExitStack()

    def make(**changes: object) -> Library:
        changed = settings.model_copy(update=changes)
        documents: dict[str, str] = {}
        for collection, files in DOCUMENTS.items():
            paths = [write(f"{collection}/{name}", text) for name, text in files.items()]
            for result in job.run(paths, JobOptions(collection)).files:
                documents[Path(result.path).name] = result.document_id or ""
        service = compose(changed, store, tiny_embedder, generator, records)
        service.ingestions.start()
        running.callback(service.ingestions.close)
        running.callback(service.painter.close)
        generator.answer = ANSWER
        return Library(service, documents, write("README", "").parent)

    with running:
        yield make


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
