"""The service: its long-lived parts, opened once and closed once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from assistant.answering.pipeline import Assistant
from assistant.answering.verdict.judge import Judge
from assistant.api.links import Links
from assistant.api.schemas.chat_schemas import ChatRequest
from assistant.calibration import load_calibration
from assistant.errors import InvalidInputError
from assistant.index.open import open_store
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.ingestion.originals import originals_of
from assistant.ingestion.page_pictures import PagePainter, PictureCache
from assistant.ingestion.queue import IngestionQueue
from assistant.language import warm_up
from assistant.models.cross_encoder import load_cross_encoder
from assistant.models.embedder import Embedder
from assistant.models.generator import Generator
from assistant.models.open import open_embedder
from assistant.models.reranker import load_reranker
from assistant.models.session import GenerationSession, SamplingOptions, TextGenerator
from assistant.retrieval.answerable import AnswerableGate, Gate
from assistant.retrieval.search import Retriever, Searcher
from assistant.settings import Settings
from assistant.storage.answers import AnswerStore
from assistant.storage.records import Records
from assistant.storage.secret import shared_secret

#: Makes the queue of ingestions over the service's index, embedder and database, and over what
#: changes its documents.
MakeQueue = Callable[[Settings, PassageStore, Embedder, Records, DocumentWriter], IngestionQueue]
#: Makes what draws pages of original files.
MakePainter = Callable[[Settings], PagePainter]


@dataclass(frozen=True)
class Service:
    """The parts that requests share.

    ``operator_token`` opens what only the operator of this machine may do; it is a new one with
    each start.
    """

    settings: Settings
    store: PassageStore
    searcher: Retriever
    generator: TextGenerator
    assistant: Assistant
    embedder: Embedder
    ingestions: IngestionQueue
    records: Records
    answers: AnswerStore
    links: Links
    painter: PagePainter
    pictures: PictureCache = field(default_factory=PictureCache)
    operator_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @classmethod
    def open(cls, settings: Settings, make_queue: MakeQueue, make_painter: MakePainter) -> Service:
        """Open the database and the store, load the embedder, start the generator and the queue.

        Args:
            settings: What is opened.
            make_queue: What ingests.
            make_painter: What draws pages of original files.

        Raises:
            UnavailableError: A part is missing or in use; the message says what to do.
        """
        records = Records.open(settings)
        generator = Generator(settings)
        with ThreadPoolExecutor() as pool:
            # The child loads its model, and the analyzers theirs, while the embedder loads here.
            started = pool.submit(generator.start)
            warmed = pool.submit(warm_up)
            try:
                embedder = open_embedder(settings)
                reranker = load_reranker(settings)
                store = open_store(settings, embedder)
            except BaseException:
                started.exception()
                generator.stop()
                raise
            warmed.result()
            try:
                started.result()
                fitted = load_calibration(
                    embedder.model_name, generator.model, settings.calibration_dir
                )
                searcher = Searcher(store, embedder, reranker, fitted.cosines)
                assistant = make_assistant(settings, searcher, generator)
            except BaseException:
                generator.stop()
                store.close()
                raise
        pictures = PictureCache()

        originals = originals_of(settings, records.database)
        writer = DocumentWriter(store, records.documents, pictures.drop_document, originals)
        ingestions = make_queue(settings, store, embedder, records, writer)
        ingestions.start()
        links = links_of(settings, records)
        return cls(
            settings,
            store,
            searcher,
            generator,
            assistant,
            embedder,
            ingestions,
            records,
            records.answers(settings),
            links,
            make_painter(settings),
            pictures,
        )

    def session(self, options: SamplingOptions) -> GenerationSession:
        """The generator's work for one question."""
        return GenerationSession(self.generator, options, self.answers)

    def check(self, request: ChatRequest) -> None:
        """Refuse a chat that does not end with a question that can be answered.

        Raises:
            InvalidInputError: The last message is not the user's, or no usable question.
        """
        last = request.messages[-1]
        if last.role != "user":
            raise InvalidInputError("The last message is not the user's.", "End with a question.")
        self.assistant.check(last.content)

    def close(self) -> None:
        """Stop the ingestion at hand and the generator; release the store and the database."""
        self.ingestions.close()
        self.painter.close()
        self.generator.stop()
        self.store.close()
        self.records.close()


def make_assistant(
    settings: Settings,
    retriever: Retriever,
    generator: TextGenerator,
    gate: Gate | None = None,
) -> Assistant:
    """The assistant, with what is fitted for its models; the gate, too, where none is given."""
    embedder = retriever.embedder
    fitted = load_calibration(embedder.model_name, generator.model, settings.calibration_dir)
    gate = gate or AnswerableGate(fitted.gate.model() if fitted.gate else None)
    judge = Judge(embedder, fitted.verdict.model(), load_cross_encoder(embedder))
    return Assistant(settings, retriever, gate, generator, judge, fitted.cosines)


def links_of(settings: Settings, records: Records) -> Links:
    """What makes links for this service and its replicas."""
    return Links(settings.link_base, shared_secret(records.database, "links"))
