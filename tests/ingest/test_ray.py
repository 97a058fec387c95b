"""Ingestion on a Ray cluster of two nodes: whole and once, whatever is lost on the way."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import psutil
import pytest
import ray
from ray.cluster_utils import Cluster

from assistant.commands.ingest_command import executor_for
from assistant.errors import InvalidInputError, UnavailableError
from assistant.index.open import open_store
from assistant.index.store import PassageStore
from assistant.ingestion.progress import Progress
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentRegistry
from ingest import ray_cluster
from ingest.job import IngestionJob
from ingest.ray_embedding import difference
from ingest.ray_executor import RayExecutor
from ingest.ray_reading import Introduction

DOCUMENTS, ARTICLES = 24, 4
_NODE = {
    "num_cpus": 1,
    "object_store_memory": 80 * 2**20,
    "include_dashboard": False,
}
#: A node that is killed is missed after a second or two. Workers do not stand back for others.
_WATCHFUL = {
    "worker_niceness": 0,
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 3,
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster with one node, its head."""
    started = Cluster(initialize_head=True, head_node_args={**_NODE, "_system_config": _WATCHFUL})
    yield started
    started.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents of a few articles, and one that no reader takes."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(DOCUMENTS):
        articles = "\n\n".join(
            f"## Article {i}\n\nRule {i} of document {number}." for i in range(1, ARTICLES + 1)
        )
        (folder / f"{number}.md").write_text(f"# Document {number}\n\n{articles}\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


def everything(store: PassageStore) -> list[tuple[str, str]]:
    return sorted((n.metadata["source"], n.text) for n in store.select({}))


EVERYTHING = sorted(
    (f"{number}.md", f"Rule {i} of document {number}.")
    for number in range(DOCUMENTS)
    for i in range(1, ARTICLES + 1)
)


def workers(kind: str) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if f"ray::{kind}" in str(p.info["cmdline"])]


def test_what_a_lost_worker_and_a_lost_node_had_begun_is_done_again(
    cluster: Cluster,
    folder: Path,
    settings: Settings,
    store: PassageStore,
    registry: DocumentRegistry,
    tiny_embedder: SentenceTransformerEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("ingest.job.WINDOW", 4)
    caplog.set_level(logging.WARNING, "ingest.ray_crew")
    other = cluster.add_node(**_NODE)
    seen: list[Progress] = []
    lost: list[str] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.passages > len(EVERYTHING) / 2 and "node" not in lost:
            lost.append("node")
            cluster.remove_node(other, allow_graceful=False)

    def lose_worker(executor: RayExecutor, worker: psutil.Process) -> None:
        """Once each of the two has a call, of which this one, which stands still, ends none."""
        while len(executor._embedders._under_way) < 2:
            time.sleep(0.01)
        lost.append("worker")
        worker.kill()

    two = settings.model_copy(update={"ray_readers": 2})
    with RayExecutor.at(cluster.address, two, tiny_embedder) as executor:
        worker = workers("EmbeddingWorker")[0]
        worker.suspend()
        Thread(target=lose_worker, args=(executor, worker), daemon=True).start()
        job = IngestionJob(two, store, registry, tiny_embedder, executor=executor)
        report = job.run([folder], watch=watch)
        assert job.run([folder]).counts == {"unchanged": DOCUMENTS, "failed": 1}
    assert sorted(lost) == ["node", "worker"]
    assert "was lost" in caplog.text
    assert report.counts == {"added": DOCUMENTS, "failed": 1}
    (failed,) = (file for file in report.files if file.reason)
    assert "broken.pdf" in str(failed.reason)
    assert "trilogue-" not in str(failed.reason)
    assert everything(store) == EVERYTHING
    assert (seen[-1].files, seen[-1].passages) == (DOCUMENTS + 1, len(EVERYTHING))
    node = store.select({}, with_vectors=True)[0]
    alone = tiny_embedder.get_text_embedding_batch([node.text])
    assert len(node.embedding or ()) == len(alone[0])


def test_a_node_without_the_model_is_told(cluster: Cluster, tiny_embedder: Any) -> None:
    without = Settings(embedder="/no/such/model", ray_readers=1, ray_embedders=1, _env_file=None)
    with (
        pytest.raises(UnavailableError, match=r"cannot take part.*/no/such/model.*On each node"),
        RayExecutor.at(cluster.address, without, tiny_embedder),
    ):
        pass


def test_what_a_killed_driver_has_left_is_finished_by_the_next_job(
    cluster: Cluster,
    folder: Path,
    settings: Settings,
    tiny_model: Path,
    tiny_embedder: SentenceTransformerEmbedder,
) -> None:
    script = Path(__file__).with_name("ray_driver.py")
    driver = subprocess.run(
        [sys.executable, script, cluster.address, settings.data_dir, tiny_model, folder],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert driver.returncode == -signal.SIGKILL
    store = open_store(settings, tiny_embedder)
    with DocumentRegistry.opened(settings) as registry:
        report = IngestionJob(settings, store, registry, tiny_embedder).run([folder])
    done = report.counts["unchanged"]
    assert report.counts == {"added": DOCUMENTS - done, "unchanged": done, "failed": 1}
    assert 0 < done < DOCUMENTS
    assert everything(store) == EVERYTHING
    store.close()


HERE = Introduction("here", "1.0", 7, np.array([1, 0], np.float32))


@pytest.mark.parametrize(
    ("worker", "told"),
    [
        (replace(HERE, host="there"), None),
        (replace(HERE, probe=None), None),
        (replace(HERE, probe=np.array([0.999, 0.045], np.float32)), None),
        (replace(HERE, trilogue="0.9"), "has Trilogue 0.9, and this machine 1.0"),
        (replace(HERE, pipeline=6), "as pipeline 6 does, and this machine as pipeline 7"),
        (replace(HERE, probe=np.array([0, 1], np.float32)), "another model"),
        (replace(HERE, probe=np.ones(3, np.float32)), "vectors of 3 numbers, and not 2"),
    ],
)
def test_a_worker_that_would_do_other_work_is_told(worker: Introduction, told: str | None) -> None:
    found = difference(worker, HERE)
    assert found is None if told is None else told in str(found)


@pytest.mark.parametrize("address", ["ray://head:10001", "head", "head:", ":6379x"])
def test_what_is_no_address_of_a_cluster_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError, match="HOST:"):
        ray_cluster.join(address)


def test_an_address_that_does_not_answer_is_told_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UnavailableError, match=f"No Ray cluster answers at {address}"):
        ray_cluster.join(address)


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (RuntimeError("Version mismatch: The cluster was started with: Ray: 2.9"), "same Python"),
        (ConnectionError("Could not find any running Ray instance."), "ray start --address"),
    ],
)
def test_what_ray_refuses_is_told_with_a_remedy(
    raised: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise raised

    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(UnavailableError, match=told):
        ray_cluster.join("auto")


def test_without_ray_the_command_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tiny_embedder: SentenceTransformerEmbedder
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    for name in ("ray_executor", "ray_crew", "ray_cluster"):
        monkeypatch.delitem(sys.modules, f"ingest.{name}")
    with pytest.raises(InvalidInputError, match=r"pip install 'trilogue\[ray\]'"):
        executor_for(settings, tiny_embedder, "auto")
