"""Ingests on a Ray cluster, and kills itself when something is written: ``ray_driver.py ADDRESS
DATA_DIR MODEL FOLDER``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from assistant.index.open import open_store
from assistant.ingestion.progress import Progress
from assistant.models.embedder import load_embedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest import job as job_module
from ingest.job import IngestionJob
from ingest.ray_executor import RayExecutor


def watch(progress: Progress) -> None:
    if progress.result and progress.result.outcome == "added":
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    address, data_dir, model, folder = sys.argv[1:]
    settings = Settings(data_dir=Path(data_dir), embedder=model, ray_readers=1, _env_file=None)
    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    job_module.WINDOW = 4
    with (
        DocumentRegistry.opened(settings) as registry,
        RayExecutor.at(address, settings, embedder) as executor,
    ):
        job = IngestionJob(settings, store, registry, embedder, executor=executor)
        job.run([Path(folder)], watch=watch)


if __name__ == "__main__":
    main()
