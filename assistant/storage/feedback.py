"""Feedback: what readers think of a reply. Personal data, kept for a limited time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.codes import Rating, Reason
from assistant.storage.database import Base, Database, UtcDateTime, now


class FeedbackRecord(Base, kw_only=True):
    """One reader's word on one reply.

    Attributes:
        id: UUID.
        reply_id: The reply.
        owner: The key that it was given with.
        user: Whom the caller says that it comes from.
        rating: ``up`` or ``down``.
        reason: What is wrong, as one of a few kinds.
        comment: In the reader's own words.
        outcome, trace_id: The reply's, which outlive the conversation.
        created_at: In UTC.
    """

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(
        String(36), primary_key=True, default_factory=lambda: str(uuid.uuid4())
    )
    reply_id: Mapped[str] = mapped_column(String(64), index=True)
    owner: Mapped[str] = mapped_column(String(32))
    user: Mapped[str | None] = mapped_column(String(200), index=True, default=None)
    rating: Mapped[Rating] = mapped_column(String(10))
    reason: Mapped[Reason | None] = mapped_column(String(50), default=None)
    comment: Mapped[str | None] = mapped_column(Text, default=None)
    outcome: Mapped[str] = mapped_column(String(20))
    trace_id: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now, index=True)


class FeedbackStore:
    """Keeps feedback. What `add` returned for is in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: FeedbackRecord) -> None:
        """Store one; it is durable when this returns.

        Raises:
            UnavailableError: The database fails, and nothing was stored.
        """
        with self._database.session() as session:
            session.add(record)

    def list(
        self, owner: str | None, limit: int, offset: int, reply_id: str | None = None
    ) -> Sequence[FeedbackRecord]:
        """Feedback of one key or of all, the latest first."""
        query = select(FeedbackRecord).order_by(FeedbackRecord.created_at.desc(), FeedbackRecord.id)
        if owner is not None:
            query = query.where(FeedbackRecord.owner == owner)
        if reply_id is not None:
            query = query.where(FeedbackRecord.reply_id == reply_id)
        with self._database.session() as session:
            return session.scalars(query.limit(limit).offset(offset)).all()

    def latest(self, owner: str, reply_ids: Sequence[str]) -> dict[str, FeedbackRecord]:
        """The last word that was given with a key on each of some replies, by the reply."""
        query = select(FeedbackRecord).where(
            FeedbackRecord.owner == owner, FeedbackRecord.reply_id.in_(reply_ids)
        )
        with self._database.session() as session:
            given = session.scalars(query.order_by(FeedbackRecord.created_at, FeedbackRecord.id))
            return {record.reply_id: record for record in given}

    def delete(self, owner: str, feedback_id: str) -> bool:
        """Delete what was given with a key; whether there was such a one."""
        with self._database.session() as session:
            found = session.get(FeedbackRecord, feedback_id)
            if found is None or found.owner != owner:
                return False
            session.delete(found)
            return True

    def of_user(self, user: str, owner: str | None) -> Sequence[FeedbackRecord]:
        """All feedback of a user, given with one key or with any."""
        query = select(FeedbackRecord).where(FeedbackRecord.user == user)
        if owner is not None:
            query = query.where(FeedbackRecord.owner == owner)
        with self._database.session() as session:
            return session.scalars(query.order_by(FeedbackRecord.created_at)).all()

    def delete_user(self, user: str, owner: str | None) -> int:
        """Delete all feedback of a user; how many there were."""
        gone = delete(FeedbackRecord).where(FeedbackRecord.user == user)
        if owner is not None:
            gone = gone.where(FeedbackRecord.owner == owner)
        with self._database.session() as session:
            return len(session.scalars(gone.returning(FeedbackRecord.id)).all())

    def purge(self, before: datetime) -> int:
        """Delete the feedback that was given before a time; how many there were."""
        old = delete(FeedbackRecord).where(FeedbackRecord.created_at < before)
        with self._database.session() as session:
            return len(session.scalars(old.returning(FeedbackRecord.id)).all())
