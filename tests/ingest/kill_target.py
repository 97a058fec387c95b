"""A job in a process of its own, for a test to kill: ``kill_target.py DATA_DIR MODEL FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.index.open import open_store
from assistant.models.embedder import load_embedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest import job as job_module
from ingest.job import IngestionJob


def main() -> None:
    data_dir, model, folder = map(Path, sys.argv[1:])
    settings = Settings(data_dir=data_dir, embedder=str(model), ingest_workers=1, _env_file=None)
    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    # Small windows: a kill finds the job between documents, and within them.
    job_module.WINDOW = 12
    print("ready", flush=True)
    IngestionJob(settings, store, DocumentRegistry(settings.database), embedder).run([folder])
    print("done", flush=True)


if __name__ == "__main__":
    main()
