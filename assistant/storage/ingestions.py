"""Ingestions that the service was given: what to do, who does it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, String, Text, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.codes import IngestionState
from assistant.storage.database import Base, Database, UtcDateTime, now
from assistant.storage.file_parts import delete_files, files_of, read_file, write_file

#: States of an ingestion that is not over: the service takes it up again when it starts.
UNFINISHED: Final[Sequence[IngestionState]] = ("queued", "running", "cancelling")
#: How long an ingestion is a worker's after it was last seen at it.
LEASE: Final = timedelta(seconds=30)


class IngestionRecord(Base):
    """One ingestion.

    Attributes:
        id: What its client was told.
        state: How far it is.
        task: What to do, as JSON values.
        report: The job's report when it is done, as JSON values.
        error: Why it failed as a whole.
        created_at: When it was asked for, in UTC.
        worker: The process that runs it, or that alone has its files; None for any.
        seen_at: When that process last said that it is there, or left it.
        progress: How far the job is while it runs, as JSON values.
        lost: How many processes ended without a word while they were at it, since a file of it was
            done.
    """

    __tablename__ = "ingestions"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[IngestionState] = mapped_column(String(20), index=True)
    task: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now)
    worker: Mapped[str | None] = mapped_column(String(32), default=None)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    lost: Mapped[int] = mapped_column(default=0, server_default="0")


class IngestionFile(Base, kw_only=True):
    """A file of a running ingestion that is done: what became of it, as JSON values."""

    __tablename__ = "ingestion_files"

    ingestion_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class IngestionLog:
    """Reads and writes `IngestionRecord`s; keeps the last of them.

    An ingestion belongs to the worker that has claimed it for as long as that says, more often
    than every `LEASE`, that it is there. Time is the database's.

    Args:
        database: Where they are.
        kept: How many finished ingestions are kept.
    """

    def __init__(self, database: Database, kept: int = 200) -> None:
        self._database = database
        self._session = database.session
        self._kept = kept

    def add(self, record: IngestionRecord, files: Sequence[Path] = ()) -> None:
        """Take an ingestion on, with files that any replica can fetch.

        Raises:
            OSError: A file cannot be read.
        """
        with self._session() as session:
            record.seen_at = self._database.moment(session) if record.worker else None
            session.add(record)
            for file in files:
                write_file(session, record.id, file.name, file)

    def fetch(self, ingestion_id: str, folder: Path) -> None:
        """Write the files that came with an ingestion to a folder."""
        with self._session() as session:
            for name in files_of(session, ingestion_id):
                with (folder / name).open("wb") as target:
                    read_file(session, ingestion_id, name, target)

    def claim(self, ingestion_id: str, worker: str) -> bool:
        """Make an unfinished ingestion this worker's, and say that it runs unless it is to be
        cancelled; whether it is now."""
        with self._session() as session:
            moment = self._database.moment(session)
            free = or_(
                IngestionRecord.worker.is_(None),
                IngestionRecord.worker == worker,
                IngestionRecord.seen_at < moment - LEASE,
            )
            ending = IngestionRecord.state == "cancelling"
            state = case((ending, "cancelling"), else_="running")
            # `free` says that its lease is over.
            lost = and_(IngestionRecord.worker != worker, IngestionRecord.state == "running")
            claim = (
                update(IngestionRecord)
                .where(IngestionRecord.id == ingestion_id, free)
                .where(IngestionRecord.state.in_(UNFINISHED))
                .values(
                    worker=worker,
                    seen_at=moment,
                    state=state,
                    lost=IngestionRecord.lost + case((lost, 1), else_=0),
                )
                .returning(IngestionRecord.id)
            )
            return session.scalar(claim) is not None

    def cancel(self, ingestion_id: str, worker: str) -> None:
        """Say that an ingestion is to end as soon as it can, unless it is over. One that waits is
        this worker's to end, whoever has its files."""
        waits = IngestionRecord.state == "queued"
        asked = update(IngestionRecord).where(
            IngestionRecord.id == ingestion_id, IngestionRecord.state.in_(UNFINISHED)
        )
        with self._session() as session:
            taken = {
                "worker": case((waits, worker), else_=IngestionRecord.worker),
                "seen_at": case(
                    (waits, self._database.moment(session)), else_=IngestionRecord.seen_at
                ),
            }
            session.execute(asked.values(state="cancelling", **taken))

    def beat(self, worker: str) -> Mapping[str, IngestionState]:
        """Say that a worker is there; the ids of the ingestions that are its, with their states."""
        with self._session() as session:
            seen = (
                update(IngestionRecord)
                .where(IngestionRecord.worker == worker, IngestionRecord.state.in_(UNFINISHED))
                .values(seen_at=self._database.moment(session))
                .returning(IngestionRecord.id, IngestionRecord.state)
            )
            return {row.id: row.state for row in session.execute(seen)}

    def tell(
        self,
        ingestion_id: str,
        worker: str,
        progress: dict[str, Any],
        results: Sequence[dict[str, Any]],
    ) -> None:
        """Note how far a worker's running ingestion is, and further files that are done."""
        chosen = IngestionFile.ingestion_id == ingestion_id
        known = (
            update(IngestionRecord)
            .where(IngestionRecord.id == ingestion_id, IngestionRecord.worker == worker)
            .values(progress=progress, **({"lost": 0} if results else {}))
            .returning(IngestionRecord.id)
        )
        with self._session() as session:
            if session.scalar(known) is not None and results:
                told = session.scalar(select(func.count()).select_from(IngestionFile).where(chosen))
                rows = [
                    {"ingestion_id": ingestion_id, "number": number, "result": result}
                    for number, result in enumerate(results, told or 0)
                ]
                session.execute(insert(IngestionFile), rows)

    def results(self, ingestion_id: str, first: int = 0) -> Sequence[dict[str, Any]]:
        """The files of a running ingestion that are done, in order, but for the first ones."""
        query = select(IngestionFile.result).where(
            IngestionFile.ingestion_id == ingestion_id, IngestionFile.number >= first
        )
        with self._session() as session:
            return session.scalars(query.order_by(IngestionFile.number)).all()

    def finish(self, record: IngestionRecord, worker: str) -> bool:
        """Note how an ingestion ended, and forget its files and the oldest finished ingestions.

        Returns:
            Whether it was this worker's still.
        """
        values = {"state": record.state, "report": record.report, "error": record.error}
        ended = (
            update(IngestionRecord)
            .where(IngestionRecord.id == record.id, IngestionRecord.worker == worker)
            .values(**values, worker=None, seen_at=None, progress=None)
            .returning(IngestionRecord.id)
        )
        with self._session() as session:
            if session.scalar(ended) is None:
                return False
            session.execute(delete(IngestionFile).where(IngestionFile.ingestion_id == record.id))
            delete_files(session, record.id)
            self._drop_oldest(session)
            return True

    def _drop_oldest(self, session: Session) -> None:
        old = (
            select(IngestionRecord.id)
            .where(IngestionRecord.state.not_in(UNFINISHED))
            .order_by(IngestionRecord.created_at.desc())
            .offset(self._kept)
        )
        if stale := session.scalars(old).all():
            session.execute(delete(IngestionRecord).where(IngestionRecord.id.in_(stale)))

    def release(self, worker: str | None = None) -> None:
        """Leave a worker's unfinished ingestions to any worker; those of all workers, if these
        have ended without a word."""
        left = update(IngestionRecord).where(IngestionRecord.state.in_(UNFINISHED))
        values: dict[str, Any] = {"worker": None}
        if worker is not None:
            left = left.where(IngestionRecord.worker == worker)
        else:
            lost = and_(IngestionRecord.worker.is_not(None), IngestionRecord.state == "running")
            values["lost"] = IngestionRecord.lost + case((lost, 1), else_=0)
        with self._session() as session:
            values["seen_at"] = self._database.moment(session)
            session.execute(left.values(**values))

    def get(self, ingestion_id: str) -> IngestionRecord | None:
        """An ingestion, or None."""
        with self._session() as session:
            return session.get(IngestionRecord, ingestion_id)

    def is_unfinished(self, ingestion_id: str) -> bool:
        """Whether there is such an ingestion and it is not over."""
        record = self.get(ingestion_id)
        return record is not None and record.state in UNFINISHED

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
