"""Three replicas of the service over one PostgreSQL server, one of which is killed.

What this shows: everything but the index goes through the database, between real processes. What
it does not show: how a Qdrant server and a load balancer behave (see `replica_program`).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import unused_port
from postgres_server import PostgresServer
from sqlalchemy import text

from assistant.storage.database import Database
from assistant.storage.records import Records

QUESTION = "What is the exchange stipend?"
RULES = "# Exchange\n\n## Article 1\n\nThe exchange stipend is 900 dollars a month.\n"


@contextmanager
def running(function: str, *arguments: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A function of `replica_program` in a process of its own, for as long as the block runs."""
    program = Path(__file__).with_name("replica_program.py")
    process = subprocess.Popen(
        [sys.executable, str(program), function, json.dumps(arguments)],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(sys.path), "TRILOGUE_TRUSTED_HOSTS": "127.0.0.1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Replica:
    """A process of the service."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    data_dir: Path

    @property
    def worker(self) -> str:
        """What its queue is called in the database."""
        return (self.data_dir / "worker").read_text()


@dataclass(frozen=True)
class Hub:
    """The replicas, their database, and the file that keeps them from writing documents."""

    replicas: list[Replica]
    records: Records
    hold: Path


@pytest.fixture
def hub(postgres: PostgresServer, tiny_model: Path, tmp_path: Path) -> Iterator[Hub]:
    url = postgres.empty()
    records = Records.over(Database(url))
    _, admin = records.keys.create("admin", ["admin"], None, requests_per_minute=100_000)
    hold, index_port = tmp_path / "hold", unused_port()
    with ExitStack() as stack:
        stack.callback(records.close)
        stack.enter_context(running("serve_index", index_port, str(tiny_model)))
        wait(lambda: answers(index_port))
        there = []
        for number in range(3):
            port, data_dir = unused_port(), tmp_path / f"replica-{number}"
            settings = {
                "data_dir": str(data_dir), "database_url": url, "embedder": str(tiny_model),
                "keep_originals": True,
            }  # fmt: skip
            process = stack.enter_context(running("serve", port, index_port, settings, str(hold)))
            client = stack.enter_context(
                httpx.Client(
                    base_url=f"http://127.0.0.1:{port}",
                    headers={"Authorization": f"Bearer {admin}"},
                    timeout=60,
                )
            )
            there.append(Replica(process, client, data_dir))
        for replica in there:
            wait(lambda: is_ready(replica))  # noqa: B023
        yield Hub(there, records, hold)


def wait(condition: Any, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def is_ready(replica: Replica) -> bool:
    assert replica.process.poll() is None, "it has ended"
    try:
        return replica.client.get("/readyz").is_success
    except httpx.TransportError:
        return False


def cached(replica: Replica, name: str) -> float:
    """A figure of the answer cache among a replica's metrics."""
    lines = replica.client.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def ask(replica: Replica) -> dict[str, Any]:
    body = {"messages": [{"role": "user", "content": QUESTION}]}
    reply: dict[str, Any] = replica.client.post("/v1/chat", json=body).raise_for_status().json()
    return reply


def test_three_replicas_are_one_service_and_outlive_the_loss_of_one(hub: Hub) -> None:
    # An ingestion is followed from the replicas that do not run it.
    hub.hold.touch()
    files = [("files", ("exchange.md", RULES)), ("files", ("broken.exe", "MZ"))]
    sent = hub.replicas[0].client.post("/v1/documents", files=files).raise_for_status().json()
    place = f"/v1/ingestions/{sent['ingestion_id']}"
    view = {"progress": None}

    def runs(replica: Replica) -> bool:
        view.update(replica.client.get(place).raise_for_status().json())
        return bool(view["progress"] and view["progress"]["files"] == 1)

    for replica in hub.replicas:
        wait(lambda: runs(replica))  # noqa: B023
        assert view["state"] == "running"
    with hub.records.database.session() as session:
        worker = session.execute(text("SELECT worker FROM ingestions")).scalar_one()
    (killed,) = (replica for replica in hub.replicas if replica.worker == worker)
    one, other = (replica for replica in hub.replicas if replica.worker != worker)

    # The one that runs it is killed: another takes it up, with its files.
    with one.client.stream("GET", f"{place}/events") as events:
        lines = events.iter_lines()
        assert next(line for line in lines if line.startswith("data:") and "broken.exe" in line)
        killed.process.kill()
        hub.hold.unlink()
        for _ in range(20):
            assert other.client.get("/v1/documents").is_success, "no request to the others fails"
        report = [line for line in lines if line.startswith("data:")][-1]
    assert '"state":"done"' in report.replace(" ", "")
    for replica in (one, other):
        counts = replica.client.get(place).json()["report"]["counts"]
        assert counts == {"added": 1, "failed": 1}
        (document,) = replica.client.get("/v1/documents").json()["documents"]
        original = replica.client.get(f"/v1/documents/{document['document_id']}/original")
        assert original.raise_for_status().text == RULES

    # An answer that one has generated is the other's, until its document goes.
    assert ask(one)["answer"] == ask(other)["answer"]
    assert cached(one, 'trilogue_answer_cache_total{result="miss"') == 1
    assert cached(other, 'trilogue_answer_cache_total{result="hit"') == 1
    assert cached(one, "trilogue_answer_cache_entries") == 1
    url = f"/v1/documents/{document['document_id']}"
    assert other.client.delete(url).status_code == 204
    assert cached(one, "trilogue_answer_cache_entries") == 0
    assert one.client.get(f"{url}/original").status_code == 404
    assert ask(one)["outcome"] == "not_found"

    # A key's limit holds for all together.
    time.sleep(max(0.0, time.time() % 60 - 50))
    _, token = hub.records.keys.create("portal", ["chat"], None, requests_per_minute=7)
    headers = {"Authorization": f"Bearer {token}"}
    statuses = [
        replica.client.get("/v1/models", headers=headers).status_code
        for _ in range(5)
        for replica in (one, other)
    ]
    assert statuses == [200] * 7 + [429] * 3
