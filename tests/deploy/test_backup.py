"""Backup and restore as docs/operations.md describes them: what was there at the backup is there
again, and what came later is brought back by ingesting."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from postgres_server import binaries

from assistant.index.open import open_store
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.records import Records
from ingest.job import IngestionJob

RULES = {
    name: f"# {name}\n\n## Article 1\n\nThe {name} fee is {fee} won a term.\n"
    for name, fee in (("library", 7000), ("locker", 9000), ("parking", 30000))
}
Write = Callable[[str, str | bytes], Path]


@dataclass(frozen=True)
class Held:
    """What a deployment holds, so that it can be compared."""

    documents: dict[str, str]
    passages: dict[str, str]
    keys: list[str]


@dataclass(frozen=True)
class Deployment:
    """A data folder and a database."""

    settings: Settings
    embedder: SentenceTransformerEmbedder

    def ingest(self, *paths: Path) -> dict[str, int]:
        """What became of the files."""
        with closing(open_store(self.settings, self.embedder)) as store:
            records = Records.open(self.settings)
            job = IngestionJob(self.settings, store, records.documents, self.embedder)
            counts = job.run(list(paths)).counts
            records.close()
        return dict(counts)

    def held(self) -> Held:
        """All that it holds."""
        with closing(open_store(self.settings, self.embedder)) as store:
            records = Records.open(self.settings)
            held = Held(
                {d.source: d.content_hash for d in records.documents.documents()},
                {node.node_id: node.to_passage().text for node in store.select({})},
                [key.name for key in records.keys.list()],
            )
            records.close()
        return held

    def make_key(self, name: str) -> None:
        """Make a key for the API."""
        records = Records.open(self.settings)
        records.keys.create(name, ["chat"], None)
        records.close()

    def back_up_index(self, folder: Path) -> None:
        """Copy the index, while nothing has it open."""
        shutil.copytree(self.settings.data_dir / "edge", folder / "edge")

    def back_up_database(self, folder: Path) -> None:
        """Take a dump, in the database's own way."""
        folder.mkdir(parents=True, exist_ok=True)
        url = urlsplit(self.settings.database)
        if url.scheme == "sqlite":
            with (
                closing(sqlite3.connect(url.path[1:])) as database,
                closing(sqlite3.connect(folder / "backup.db")) as backup,
            ):
                database.backup(backup)
        else:
            postgres(
                "pg_dump", "--format", "custom", "--file", str(folder / "backup.dump"),
                self.settings.database,
            )  # fmt: skip

    def restore_index(self, folder: Path) -> None:
        """Bring an index back."""
        shutil.rmtree(self.settings.data_dir / "edge", ignore_errors=True)
        shutil.copytree(folder / "edge", self.settings.data_dir / "edge")

    def restore_database(self, folder: Path) -> None:
        """Bring a database back."""
        url = urlsplit(self.settings.database)
        if url.scheme == "sqlite":
            for file in Path(url.path[1:]).parent.glob("trilogue.db*"):
                file.unlink()
            shutil.copy(folder / "backup.db", url.path[1:])
        else:
            postgres(
                "pg_restore", "--clean", "--if-exists", "--dbname", self.settings.database,
                str(folder / "backup.dump"),
            )  # fmt: skip


def postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs."""
    folder = binaries()
    assert folder is not None
    subprocess.run([folder / program, *arguments], check=True, timeout=60)


@pytest.fixture
def deployment(
    url: str, tmp_path: Path, tiny_model: Path, tiny_embedder: SentenceTransformerEmbedder
) -> Deployment:
    settings = Settings(
        data_dir=tmp_path / "data", embedder=str(tiny_model), database_url=url, _env_file=None
    )
    return Deployment(settings, tiny_embedder)


@pytest.fixture
def rules(write: Write) -> list[Path]:
    return [write(f"{name}.en.md", text) for name, text in RULES.items()]


def test_what_was_there_at_the_backup_is_there_again(
    deployment: Deployment, rules: list[Path], tmp_path: Path
) -> None:
    assert deployment.ingest(*rules[:2]) == {"added": 2}
    deployment.make_key("portal")
    before = deployment.held()
    assert len(before.documents) == 2
    assert before.keys == ["portal"]
    deployment.back_up_database(tmp_path / "backup")
    deployment.back_up_index(tmp_path / "backup")
    deployment.ingest(rules[2])
    deployment.make_key("later")
    assert deployment.held() != before
    deployment.restore_database(tmp_path / "backup")
    deployment.restore_index(tmp_path / "backup")
    assert deployment.held() == before
    assert deployment.ingest(*rules) == {"unchanged": 2, "added": 1}
    assert len(deployment.held().documents) == 3


@pytest.mark.parametrize("lost", ["older", "gone"])
def test_an_index_that_is_behind_the_database_is_filled_by_ingesting(
    deployment: Deployment, rules: list[Path], tmp_path: Path, lost: str
) -> None:
    deployment.ingest(*rules[:2])
    deployment.back_up_index(tmp_path / "backup")
    deployment.ingest(rules[2])
    whole = deployment.held()
    if lost == "older":
        deployment.restore_index(tmp_path / "backup")
    else:
        shutil.rmtree(deployment.settings.data_dir / "edge")
    assert deployment.held().passages != whole.passages
    deployment.ingest(*rules)
    assert deployment.held() == whole


def test_an_index_that_is_ahead_of_the_database_loses_nothing_by_ingesting(
    deployment: Deployment, rules: list[Path], tmp_path: Path
) -> None:
    deployment.ingest(*rules[:2])
    deployment.back_up_database(tmp_path / "backup")
    deployment.ingest(rules[2])
    whole = deployment.held()
    deployment.restore_database(tmp_path / "backup")
    deployment.ingest(*rules)
    assert deployment.held() == whole
