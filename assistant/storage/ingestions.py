"""Ingestions that the service was given: what to do, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.codes import IngestionState
from assistant.storage.database import Base, Database, UtcDateTime, now

#: States of an ingestion that is not over: the service takes it up again when it starts.
UNFINISHED: Final[Sequence[IngestionState]] = ("queued", "running")


class IngestionRecord(Base):
    """One ingestion.

    Attributes:
        id: What its client was told.
        state: How far it is.
        task: What to do, as JSON values.
        report: The job's report when it is done, as JSON values.
        error: Why it failed as a whole.
        created_at: When it was asked for, in UTC.
    """

    __tablename__ = "ingestions"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[IngestionState] = mapped_column(String(20), index=True)
    task: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now)


class IngestionLog:
    """Reads and writes `IngestionRecord`s; keeps the last of them.

    Args:
        database: Where they are.
        kept: How many finished ingestions are kept.
    """

    def __init__(self, database: Database, kept: int = 200) -> None:
        self._session = database.session
        self._kept = kept

    def save(self, record: IngestionRecord) -> None:
        """Insert or replace an ingestion, and drop the oldest finished ones."""
        with self._session() as session:
            session.merge(record)
            old = (
                select(IngestionRecord.id)
                .where(IngestionRecord.state.not_in(UNFINISHED))
                .order_by(IngestionRecord.created_at.desc())
                .offset(self._kept)
            )
            if stale := session.scalars(old).all():
                session.execute(delete(IngestionRecord).where(IngestionRecord.id.in_(stale)))

    def get(self, ingestion_id: str) -> IngestionRecord | None:
        """An ingestion, or None."""
        with self._session() as session:
            return session.get(IngestionRecord, ingestion_id)

    def page(
        self, collections: Sequence[str] | None, limit: int, offset: int
    ) -> Sequence[IngestionRecord]:
        """Ingestions into these collections (None: into any), the latest first."""
        query = select(IngestionRecord).order_by(
            IngestionRecord.created_at.desc(), IngestionRecord.id
        )
        if collections is not None:
            chosen = IngestionRecord.task["collection"].as_string().in_(list(collections))
            query = query.where(chosen)
        with self._session() as session:
            return session.scalars(query.limit(limit).offset(offset)).all()

    def unfinished(self) -> Sequence[IngestionRecord]:
        """Ingestions that were not brought to an end, the oldest first."""
        query = (
            select(IngestionRecord)
            .where(IngestionRecord.state.in_(UNFINISHED))
            .order_by(IngestionRecord.created_at)
        )
        with self._session() as session:
            return session.scalars(query).all()
