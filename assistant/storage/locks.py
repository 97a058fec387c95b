"""Named locks among all processes that use one database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import UnavailableError
from assistant.storage.database import Database


class Locks:
    """Locks that one process at a time has: PostgreSQL's advisory locks.

    The server frees a lock when its holder's connection ends, so that nothing which a killed
    process had stays locked. A SQLite database belongs to one service on one machine; there
    every lock is free.

    Args:
        database: Whose server keeps the locks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: Connection | None = None
        self._mine: set[str] = set()
        self._turn = Lock()

    def keep(self, name: str) -> bool:
        """Take a lock and keep it until `release`, unless another process has it.

        Locks are lost with the connection to the server; asking again for one that was lost
        takes it again if it is free.

        Raises:
            UnavailableError: The database fails.
        """
        if not self._database.shared:
            return True
        with self._turn, self._connected() as connection:
            # Asking again also finds out whether the connection, and the lock with it, is there.
            connection.execute(text("SELECT 1"))
            if name not in self._mine:
                query = text("SELECT pg_try_advisory_lock(:key)")
                if not connection.execute(query, {"key": _key(name)}).scalar_one():
                    return False
                self._mine.add(name)
            return True

    def release(self, name: str) -> None:
        """Give a lock back; one that we do not have is ignored.

        Raises:
            UnavailableError: The database fails, and the lock is lost anyway.
        """
        with self._turn:
            if name in self._mine:
                with self._connected() as connection:
                    self._mine.discard(name)
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(name)})

    def held(self, name: str) -> AbstractContextManager[None]:
        """Wait for a lock, and have it for as long as the block runs.

        Raises:
            UnavailableError: The database fails.
        """
        return self._held(name) if self._database.shared else nullcontext()

    @contextmanager
    def _held(self, name: str) -> Iterator[None]:
        # A transaction of its own: however the block ends, the lock ends with it.
        with self._database.session() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _key(name)})
            yield

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            if self._kept is None:
                engine = self._database.engine
                self._kept = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            yield self._kept
        except SQLAlchemyError as error:
            self._forget()
            raise UnavailableError(
                f"The database fails: {error}", "Check that it runs and can be reached."
            ) from error

    def _forget(self) -> None:
        self._mine.clear()
        if self._kept is not None:
            # Not back to the pool: the server would keep its locks.
            self._kept.invalidate()
            self._kept.close()
            self._kept = None

    def close(self) -> None:
        """Give all locks back."""
        with self._turn:
            if self._kept is not None:
                # The server needs a moment to notice that a connection has ended.
                with suppress(SQLAlchemyError):
                    self._kept.execute(text("SELECT pg_advisory_unlock_all()"))
            self._forget()


def _key(name: str) -> int:
    """What PostgreSQL calls a lock: any 64-bit number."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
