"""How ingestion on a Ray cluster scales with its workers: ``python benchmarks/ray_ingestion.py``.

The embedder is a stand-in that waits for a fixed time for each passage, as one on another machine
would: waiting takes no core of this one. All else is real. Ratios are to the same job in one
process, in the same run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import cast
from unittest.mock import patch

import numpy as np

from assistant.index.open import open_store
from assistant.models.embedder import (
    Embedder,
    PassageText,
    PassageVectors,
    SentenceTransformerEmbedder,
    Vectors,
)
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest import ray_executor
from ingest.executor import Executor, LocalExecutor
from ingest.job import IngestionJob
from ingest.ray_embedding import EmbeddingWorker
from ingest.ray_executor import RayExecutor

#: Seconds for a passage: what the default embedder takes on two cores.
COST = 0.1
DOCUMENTS, ARTICLES = 64, 10
WORKERS = (1, 2, 4)


class StandIn:
    """Waits, and gives the same unit vector for everything."""

    model_name = "stand-in"
    dimensions = 768

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        time.sleep(COST * len(passages))
        unit = np.eye(1, self.dimensions, dtype=np.float32)
        return [PassageVectors(unit[0], np.repeat(unit, len(p.sentences), 0)) for p in passages]

    def embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        return np.eye(1, self.dimensions, dtype=np.float32).repeat(len(sentences), 0)


class StandInWorker(EmbeddingWorker):
    """A worker with the stand-in."""

    @property  # Ray pickles this class, and the lock of a cached property cannot be
    def _embedder(self) -> Embedder:
        return cast(Embedder, StandIn())


def seconds(files: Path, workers: int) -> float:
    """How long the job takes on so many workers; 0 for this process alone. Starting the cluster
    and its workers is not counted: it does not grow with the documents."""
    embedder = cast(SentenceTransformerEmbedder, StandIn())
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder), ray_embedders=workers or None, ray_readers=1, ingest_workers=1,
            _env_file=None,
        )  # fmt: skip
        store = open_store(settings, embedder)
        place: AbstractContextManager[Executor] = (
            RayExecutor.at("local", settings, embedder)
            if workers
            else nullcontext(LocalExecutor(settings, embedder))
        )
        with DocumentRegistry.opened(settings) as registry, place as executor:
            job = IngestionJob(settings, store, registry, embedder, executor=executor)
            report = job.run([files])
        store.close()
    assert report.passages == DOCUMENTS * ARTICLES
    return report.seconds


def main() -> None:
    with (
        patch.object(ray_executor, "EmbeddingWorker", StandInWorker),
        tempfile.TemporaryDirectory() as folder,
    ):
        for number in range(DOCUMENTS):
            rules = (
                f"## Article {i}\n\nRule {i} of document {number}." for i in range(1, ARTICLES + 1)
            )
            Path(folder, f"{number}.md").write_text(
                f"# Document {number}\n\n" + "\n\n".join(rules) + "\n"
            )
        alone = seconds(Path(folder), 0)
        passages = DOCUMENTS * ARTICLES
        print(f"one process: {passages / alone:.1f} passages/s")
        for workers in [int(word) for word in sys.argv[1:]] or WORKERS:
            taken = seconds(Path(folder), workers)
            ratio = alone / taken
            print(
                f"{workers} workers: {passages / taken:.1f} passages/s, {ratio:.2f} times one "
                f"process, {ratio / workers:.2f} of linear (wanted 0.85)",
                flush=True,
            )


if __name__ == "__main__":
    main()
