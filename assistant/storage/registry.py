"""The registry of documents: what has been ingested, from which bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import DateTime, String, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.database import Base, Database


class DocumentRecord(Base):
    """One ingested document.

    Attributes:
        id: UUID made of the collection and the origin.
        collection: The collection that it belongs to.
        origin: Where it was read from: the absolute path of a file.
        source: File name.
        content_hash: sha256 of the file and its sidecar.
        pipeline: Version of the ingestion that made its passages; another one makes others.
        title, language, work_id: As the document states them or as they were detected.
        passages: How many passages it has in the index.
        named_by_caller: Whether the caller chose the collection, and not the document.
        ingested_at: When they were written, in UTC.
    """

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    collection: Mapped[str] = mapped_column(String(200), index=True)
    origin: Mapped[str] = mapped_column(String(4096), index=True)
    source: Mapped[str] = mapped_column(String(1024))
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    pipeline: Mapped[int]
    title: Mapped[str] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(8))
    passages: Mapped[int]
    named_by_caller: Mapped[bool]
    work_id: Mapped[str | None] = mapped_column(String(200), default=None)
    ingested_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), default_factory=lambda: datetime.now(UTC)
    )


@dataclass(frozen=True)
class DocumentKey:
    """Which bytes a document's passages were made of, and how."""

    content_hash: str
    pipeline: int


class DocumentRegistry:
    """Reads and writes `DocumentRecord`s. Each call is one transaction.

    Args:
        url: SQLAlchemy URL; the folder of a SQLite file is created.

    Raises:
        UnavailableError: The database cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def get(self, document_id: str) -> DocumentRecord | None:
        """The record of a document, or None."""
        with self._database.session() as session:
            return session.get(DocumentRecord, document_id)

    def by_origin(self, origin: str) -> Sequence[DocumentRecord]:
        """The records of a file: one for each collection that it is in."""
        query = select(DocumentRecord).where(DocumentRecord.origin == origin)
        with self._database.session() as session:
            return session.scalars(query).all()

    def save(self, record: DocumentRecord) -> None:
        """Insert or replace the record of a document."""
        with self._database.session() as session:
            session.merge(record)

    def delete(self, document_id: str) -> None:
        """Forget a document; an unknown one is ignored."""
        with self._database.session() as session:
            if record := session.get(DocumentRecord, document_id):
                session.delete(record)

    def documents(self, collection: str | None = None) -> Sequence[DocumentRecord]:
        """All documents, or those of a collection, by collection and source."""
        query = select(DocumentRecord).order_by(DocumentRecord.collection, DocumentRecord.source)
        if collection is not None:
            query = query.where(DocumentRecord.collection == collection)
        with self._database.session() as session:
            return session.scalars(query).all()

    def twin(self, collection: str, key: DocumentKey, other_than: str) -> DocumentRecord | None:
        """Another document of the collection with the same bytes, or None."""
        query = select(DocumentRecord).where(
            DocumentRecord.collection == collection,
            DocumentRecord.content_hash == key.content_hash,
            DocumentRecord.id != other_than,
        )
        with self._database.session() as session:
            return session.scalars(query).first()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
