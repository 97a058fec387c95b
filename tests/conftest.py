"""What tests share: settings over a temporary folder, a tiny model, the real models, an index
of the sample corpus, and a generator that says what a test has written down."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer, binaries
from scripted_generator import ScriptedGenerator
from tiny_model import build_tiny_model

from assistant.api.service import Service, links_of, make_assistant
from assistant.calibration import load_calibration
from assistant.index.open import open_store
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.models.generator import Generator
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.records import Records
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob
from ingest.pictures.picture_workers import PictureWorkers
from ingest.threaded_queue import ThreadedIngestionQueue

# No test reads the settings of the machine it runs on, or writes into its index.
for _name in [n for n in os.environ if n.startswith("TRILOGUE_")]:
    if _name not in ("TRILOGUE_MODELS_DIR", "TRILOGUE_TEST_QDRANT_URL"):
        del os.environ[_name]
# The name by which Starlette's test client calls the service.
os.environ["TRILOGUE_TRUSTED_HOSTS"] = "testserver"

pytest_plugins = ["api_library", "browser", "databases", "live"]

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test has a data folder of its own."""
    monkeypatch.setenv("TRILOGUE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder with random weights: real code, no quality."""
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def settings(tmp_path: Path, tiny_model: Path) -> Settings:
    """Settings over a temporary folder, with the tiny model."""
    return Settings(data_dir=tmp_path / "data", embedder=str(tiny_model), _env_file=None)


@pytest.fixture(scope="session")
def tiny_embedder(tiny_model: Path) -> SentenceTransformerEmbedder:
    return load_embedder(Settings(embedder=str(tiny_model), _env_file=None))


@pytest.fixture
def store(settings: Settings, tiny_embedder: SentenceTransformerEmbedder) -> Iterator[PassageStore]:
    """An empty store of the tiny model's vectors."""
    store = open_store(settings, tiny_embedder)
    yield store
    store.close()


@pytest.fixture
def registry(settings: Settings) -> Iterator[DocumentRegistry]:
    database = Database(settings.database)
    yield DocumentRegistry(database)
    database.close()


@pytest.fixture
def job(
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
) -> IngestionJob:
    """An ingestion job into the empty store."""
    return IngestionJob(settings, store, registry, tiny_embedder)


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The real default embedder."""
    return load_embedder(Settings(_env_file=None))


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("samples"), _env_file=None)


@pytest.fixture(scope="session")
def sample_store(
    sample_settings: Settings, embedder: SentenceTransformerEmbedder
) -> Iterator[PassageStore]:
    """The sample corpus, ingested with the real embedder."""
    store = open_store(sample_settings, embedder)
    database = Database(sample_settings.database)
    registry = DocumentRegistry(database)
    report = IngestionJob(sample_settings, store, registry, embedder).run([SAMPLES])
    database.close()
    assert report.counts == {"added": 30}
    yield store
    store.close()


@pytest.fixture(scope="module")
def llama() -> Iterator[Generator]:
    """The real generator, with one slot and a short context."""
    generator = Generator(Settings(generator_slots=1, generator_context=1024, _env_file=None))
    generator.start()
    yield generator
    generator.stop()


@pytest.fixture
def generator() -> ScriptedGenerator:
    return ScriptedGenerator()


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    """The database of the test's own."""
    records = Records.open(settings)
    yield records
    records.close()


@pytest.fixture
def sample_service(
    sample_settings: Settings,
    sample_store: PassageStore,
    embedder: SentenceTransformerEmbedder,
    generator: ScriptedGenerator,
    records: Records,
) -> Service:
    """The service over the sample corpus: everything is real but the generator."""
    cosines = load_calibration(embedder.model_name, "*").cosines
    searcher = Searcher(sample_store, embedder, cosines=cosines)
    assistant = make_assistant(sample_settings, searcher, generator)
    writer = DocumentWriter(sample_store, records.documents)
    ingestions = ThreadedIngestionQueue(sample_settings, sample_store, embedder, records, writer)
    return Service(
        sample_settings, sample_store, searcher, generator, assistant, embedder,
        ingestions, records, records.answers(sample_settings), links_of(sample_settings, records),
        PictureWorkers(sample_settings),
    )  # fmt: skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; what needs one is skipped where none is installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    server = PostgresServer(programs)
    yield server
    server.remove()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below the test's folder and gives its path."""

    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write
