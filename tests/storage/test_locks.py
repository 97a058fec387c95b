"""Locks among the processes that share a database."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from postgres_server import PostgresServer

from assistant.errors import UnavailableError
from assistant.storage.database import Database
from assistant.storage.locks import Locks


@pytest.fixture
def replicas(postgres: PostgresServer) -> Iterator[tuple[Locks, Locks]]:
    """Two processes' locks over one PostgreSQL server."""
    databases = [Database(postgres.empty()), Database(postgres.url)]
    one, other = (Locks(database) for database in databases)
    yield one, other
    for locks in (one, other):
        locks.close()
    for database in databases:
        database.close()


def test_a_lock_is_one_processs_until_it_gives_it_back(replicas: tuple[Locks, Locks]) -> None:
    one, other = replicas
    assert one.keep("a")
    assert one.keep("a"), "its own lock is not refused"
    assert not other.keep("a")
    assert other.keep("b")
    one.release("a")
    assert other.keep("a")


def test_a_process_that_ends_leaves_no_lock(replicas: tuple[Locks, Locks]) -> None:
    one, other = replicas
    assert one.keep("a")
    one.close()
    assert other.keep("a")


def test_locks_that_were_lost_with_the_server_are_taken_again(
    replicas: tuple[Locks, Locks], postgres: PostgresServer
) -> None:
    one, other = replicas
    assert one.keep("a")
    postgres.stop()
    try:
        with pytest.raises(UnavailableError):
            one.keep("a")
    finally:
        postgres.start()
    assert one.keep("a")
    assert not other.keep("a")


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
    assert locks.keep("a")
    with locks.held("a"):
        locks.release("a")
    locks.close()
    database.close()
