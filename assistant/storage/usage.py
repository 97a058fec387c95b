"""How many requests each key made on each day: what the daily quotas are counted with."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.database import Base, Database


class UsageRecord(Base, kw_only=True):
    """The requests of one key on one day (UTC)."""

    __tablename__ = "api_usage"

    owner: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int] = mapped_column(default=0)


class UsageStore:
    """Counts requests. All replicas of the service that share a database share the counts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        backend = database.engine.dialect.name
        self._insert = postgresql.insert if backend == "postgresql" else sqlite.insert

    def count(self, owner: str, day: date) -> int:
        """Count one request; how many there were on that day, this one included."""
        insert = self._insert(UsageRecord).values(owner=owner, day=day, requests=1)
        counted = insert.on_conflict_do_update(
            index_elements=["owner", "day"], set_={"requests": UsageRecord.requests + 1}
        ).returning(UsageRecord.requests)
        with self._database.session() as session:
            return int(session.execute(counted).scalar_one())

    def on(self, owner: str, day: date) -> int:
        """How many requests were counted on that day."""
        with self._database.session() as session:
            record = session.get(UsageRecord, (owner, day))
            return record.requests if record else 0

    def purge(self, before: date) -> int:
        """Forget the days before ``before``; how many rows that were."""
        with self._database.session() as session:
            gone = delete(UsageRecord).where(UsageRecord.day < before).returning(UsageRecord.owner)
            return len(session.scalars(gone).all())
