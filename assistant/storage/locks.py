"""Named locks among all processes that use one database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import text

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


def _key(name: str) -> int:
    """What PostgreSQL calls a lock: any 64-bit number."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
