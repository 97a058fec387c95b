"""Locks among the processes that share a database."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from postgres_server import PostgresServer

from assistant.storage.database import Database
from assistant.storage.locks import Locks


@pytest.fixture
def replicas(postgres: PostgresServer) -> Iterator[tuple[Locks, Locks]]:
    """Two processes' locks over one PostgreSQL server."""
    databases = [Database(postgres.empty()), Database(postgres.url)]
    one, other = (Locks(database) for database in databases)
    yield one, other
    for database in databases:
        database.close()


def test_a_block_waits_for_the_other_processs(replicas: tuple[Locks, Locks]) -> None:
    one, other = replicas
    order: list[str] = []

    def wait() -> None:
        with other.held("a"):
            order.append("other")

    with one.held("a"):
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.5)
        order.append("one")
    waiting.join(10)
    assert order == ["one", "other"]


def test_on_sqlite_every_lock_is_free(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.db")
    locks = Locks(database)
    with locks.held("a"), locks.held("a"):
        pass
    database.close()
