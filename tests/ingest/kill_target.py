"""Runs jobs in children of its own, for a test to kill: ``kill_target.py DATA_DIR MODEL FOLDER``.

For each line on standard input a child is forked, and its number printed; when it has ended,
"done" if it came to its end, else "killed". The libraries are loaded once for all of them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from assistant.index.open import open_store
from assistant.models.embedder import load_embedder
from assistant.settings import Settings
from assistant.storage.database import Database
from assistant.storage.registry import DocumentRegistry
from ingest import job as job_module
from ingest.job import IngestionJob


def run(data_dir: Path, model: Path, folder: Path) -> None:
    settings = Settings(
        data_dir=data_dir,
        embedder=str(model),
        ingest_workers=1,
        keep_originals=True,
        _env_file=None,
    )
    embedder = load_embedder(settings)
    store = open_store(settings, embedder)
    # Small windows: a kill finds the job between documents, and within them.
    job_module.WINDOW = 12
    IngestionJob(settings, store, DocumentRegistry(Database(settings.database)), embedder).run(
        [folder]
    )
    store.close()


def main() -> None:
    data_dir, model, folder = map(Path, sys.argv[1:])
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            run(data_dir, model, folder)
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        _, status = os.waitpid(child, 0)
        print("done" if status == 0 else "killed", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
