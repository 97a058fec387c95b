"""Generated answers, kept for all replicas for when the same is asked again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, String, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.errors import UnavailableError
from assistant.models.answer_cache import CachedAnswer
from assistant.models.piece import Piece
from assistant.storage.database import Base, Database, UtcDateTime, now

_log = logging.getLogger(__name__)

#: How long it is remembered that a document has changed: longer than any answer is on its way.
_CHANGED: Final = timedelta(days=1)


class AnswerRecord(Base, kw_only=True):
    """A generated text.

    On PostgreSQL the three tables are not logged: a crash of the server forgets them, and they
    are in no archive of its log.

    Attributes:
        key: sha256 of the prompt, the model and the options.
        pieces: The text as it arrived: pairs of a piece and its log probability.
        cut_off: Whether the limit of tokens ended it.
        made_at: When it was kept, in UTC.
    """

    __tablename__ = "answers"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    pieces: Mapped[list[Any]] = mapped_column(JSON)
    cut_off: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AnswerDocument(Base, kw_only=True):
    """A document that a generated text was made from, or has led to."""

    __tablename__ = "answer_documents"

    key: Mapped[str] = mapped_column(
        ForeignKey("answers.key", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)


class ChangedDocument(Base, kw_only=True):
    """When a document last changed or went: answers on their way from before are not kept."""

    __tablename__ = "changed_documents"

    document_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def forget_answers(session: Session, document_ids: Collection[str], moment: datetime) -> None:
    """Delete the answers that were made from documents which change in this transaction."""
    _alone(session)
    ids = set(document_ids)
    session.execute(delete(ChangedDocument).where(ChangedDocument.document_id.in_(ids)))
    session.add_all(ChangedDocument(document_id=i, at=moment) for i in ids)
    session.flush()
    made = select(AnswerDocument.key).where(AnswerDocument.document_id.in_(ids))
    session.execute(delete(AnswerRecord).where(AnswerRecord.key.in_(made)))


def _alone(session: Session) -> None:
    """Of an answer that is kept and a document that changes at the same time one sees the other.
    SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE answers IN SHARE ROW EXCLUSIVE MODE"))


class AnswerStore:
    """The cache of answers in the database (see `AnswerCache`).

    Args:
        database: Where they are.
        size: How many answers are kept; 0 keeps none.
        seconds: How long each is kept.
    """

    def __init__(self, database: Database, size: int, seconds: float) -> None:
        self._database = database
        self._size = size
        self._age = timedelta(seconds=seconds)
        with database.session() as session:
            self._ahead = database.moment(session) - now()

    def __len__(self) -> int:
        with self._database.session() as session:
            return session.scalar(select(func.count()).select_from(AnswerRecord)) or 0

    def moment(self) -> datetime:
        """Now, by the database's clock."""
        return now() + self._ahead

    def get(self, key: str) -> CachedAnswer | None:
        """The answer that is kept under a key, or None."""
        if not self._size:
            return None
        try:
            with self._database.session() as session:
                record = session.get(AnswerRecord, key)
        except UnavailableError as error:
            _log.warning("No answer comes from the cache: %s", error)
            return None
        if record is None or record.made_at < self.moment() - self._age:
            return None
        return CachedAnswer(tuple(Piece(*piece) for piece in record.pieces), record.cut_off)

    def put(
        self, key: str, answer: CachedAnswer, document_ids: Collection[str], since: datetime
    ) -> None:
        """Keep an answer; see `AnswerCache.put`."""
        if not self._size:
            return
        record = AnswerRecord(
            key=key,
            pieces=[(str(piece), piece.logprob) for piece in answer.pieces],
            cut_off=answer.cut_off,
            made_at=self.moment(),
        )
        try:
            with self._database.session() as session:
                _alone(session)
                session.merge(record)
                session.flush()
                _tag(session, [key], document_ids, since)
                newest = select(AnswerRecord.key).order_by(AnswerRecord.made_at.desc())
                oldest = session.scalars(newest.offset(self._size)).all()
                session.execute(delete(AnswerRecord).where(AnswerRecord.key.in_(oldest)))
        except UnavailableError as error:
            _log.warning("An answer is not kept: %s", error)

    def tag(self, keys: Collection[str], document_ids: Collection[str], since: datetime) -> None:
        """Note further documents of answers; see `AnswerCache.tag`."""
        if not self._size or not keys:
            return
        try:
            with self._database.session() as session:
                _alone(session)
                kept = select(AnswerRecord.key).where(AnswerRecord.key.in_(list(keys)))
                _tag(session, session.scalars(kept).all(), document_ids, since)
        except UnavailableError as error:
            # Without its documents it would outlive them.
            _log.warning("Answers are out of date by %s at most: %s", self._age, error)

    def purge(self) -> int:
        """Delete answers that are too old; how many there were."""
        with self._database.session() as session:
            _alone(session)  # as who changes documents: the tables in one order
            moment = self.moment()
            old = delete(AnswerRecord).where(AnswerRecord.made_at < moment - self._age)
            session.execute(delete(ChangedDocument).where(ChangedDocument.at < moment - _CHANGED))
            return len(session.scalars(old.returning(AnswerRecord.key)).all())


def _tag(
    session: Session, keys: Sequence[str], document_ids: Collection[str], since: datetime
) -> None:
    """Note that answers have to do with documents; delete them where one changed since."""
    ids = list(document_ids)
    changed = select(ChangedDocument.document_id).where(
        ChangedDocument.document_id.in_(ids), ChangedDocument.at >= since
    )
    if session.scalars(changed.limit(1)).first() is not None:
        session.execute(delete(AnswerRecord).where(AnswerRecord.key.in_(keys)))
        return
    for key in keys:
        for document_id in ids:
            session.merge(AnswerDocument(key=key, document_id=document_id))
