"""The samples in Markdown, indexed with a model of a few kilobytes, and commands over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.calibration import load_calibration
from assistant.commands.app import app
from assistant.index.open import open_store
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.settings import Settings, get_settings
from assistant.storage.registry import DocumentRegistry
from ingest.job import IngestionJob

ROOT = Path(__file__).parents[2]
Trilogue = Callable[..., Result]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Settings:
    """Settings over a folder with the samples in Markdown, whose index is closed."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("calibrate"), embedder=str(tiny_model), _env_file=None
    )
    embedder: SentenceTransformerEmbedder = load_embedder(settings)
    store = open_store(settings, embedder)
    with DocumentRegistry.opened(settings) as registry:
        paths = sorted((ROOT / "samples").glob("*.md"))
        IngestionJob(settings, store, registry, embedder).run(paths)
    store.close()
    return settings


@pytest.fixture
def trilogue(indexed: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trilogue]:
    """Runs a command over that folder, or another one."""

    def run(*arguments: object, data_dir: Path = indexed.data_dir) -> Result:
        monkeypatch.setenv("TRILOGUE_DATA_DIR", str(data_dir))
        monkeypatch.setenv("TRILOGUE_EMBEDDER", indexed.embedder)
        # How well trees fit is tested elsewhere; few of them are fitted in no time.
        monkeypatch.setattr("assistant.fitting.verdict_fit._COUNTS", (5, 10))
        get_settings.cache_clear()
        load_calibration.cache_clear()
        return CliRunner().invoke(app, [*map(str, arguments)])

    yield run
    get_settings.cache_clear()
