"""What the tests of the whole service share: a data folder with two policies, and the service
over it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_process import TRILOGUE, ServiceProcess

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which ``trilogue ingest`` has brought two policies."""
    folder = tmp_path_factory.mktemp("ingested")
    paths = [*SAMPLES.glob("exchange-*"), *SAMPLES.glob("research-data-*.pdf")]
    subprocess.run(
        [TRILOGUE, "ingest", *map(str, paths)],
        env=os.environ | {"TRILOGUE_DATA_DIR": str(folder)}, check=True, timeout=300,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def environment(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a service with such a data folder, each file of tests with its own."""
    folder = shutil.copytree(ingested, tmp_path_factory.mktemp("service"), dirs_exist_ok=True)
    return os.environ | {"TRILOGUE_DATA_DIR": str(folder)}


@pytest.fixture(scope="module")
def service(environment: dict[str, str]) -> Iterator[ServiceProcess]:
    """The service, ready."""
    service = ServiceProcess(environment)
    service.start()
    yield service
    service.kill()
