"""The registry of documents: what has been ingested, from which bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from assistant.settings import Settings
from assistant.storage.database import Base, Database, UtcDateTime, now


class DocumentRecord(Base):
    """One ingested document.

    Attributes:
        id: UUID made of the collection and the origin.
        collection: The collection that it belongs to.
        origin: Where it was read from: the absolute path of a file.
        source: File name.
        content_hash: sha256 of the file and its sidecar.
        pipeline: Version of the ingestion that made its passages; another one makes others. 0 if
            they are to be made again.
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
    ingested_at: Mapped[datetime] = mapped_column(UtcDateTime, default_factory=now)


@dataclass(frozen=True)
class DocumentKey:
    """Which bytes a document's passages were made of, and how.

    Attributes:
        content_hash: As in `DocumentRecord`.
        pipeline: Likewise.
        file_hash: sha256 of the file alone.
    """

    content_hash: str
    pipeline: int
    file_hash: str


@dataclass(frozen=True)
class CollectionSize:
    """How much a collection holds."""

    collection: str
    documents: int
    passages: int


class DocumentRegistry:
    """Reads and writes `DocumentRecord`s. Each call is one transaction.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        #: Where the records are, and all else that is known of the documents.
        self.database = database

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[DocumentRegistry]:
        """The registry of the settings' database, which is closed when the block ends.

        Raises:
            UnavailableError: The database cannot be opened.
        """
        database = Database(settings.database)
        try:
            yield cls(database)
        finally:
            database.close()

    def get(self, document_id: str) -> DocumentRecord | None:
        """The record of a document, or None."""
        with self.database.session() as session:
            return session.get(DocumentRecord, document_id)

    def by_origin(self, origin: str) -> Sequence[DocumentRecord]:
        """The records of a file: one for each collection that it is in."""
        query = select(DocumentRecord).where(DocumentRecord.origin == origin)
        with self.database.session() as session:
            return session.scalars(query).all()

    def has_any_of(self, file: str) -> bool:
        """Whether any document is of this file, or of this archive."""
        query = select(DocumentRecord.id).where(
            or_(
                DocumentRecord.origin == file,
                DocumentRecord.origin.startswith(f"{file}!/", autoescape=True),
            )
        )
        with self.database.session() as session:
            return session.scalars(query.limit(1)).first() is not None

    def content_hashes(self) -> dict[str, str]:
        """The content hash of each document, by its id."""
        query = select(DocumentRecord.id, DocumentRecord.content_hash)
        with self.database.session() as session:
            return {row.id: row.content_hash for row in session.execute(query)}

    def save(self, record: DocumentRecord) -> None:
        """Insert or replace the record of a document."""
        with self.database.session() as session:
            session.merge(record)

    def delete(self, document_id: str) -> None:
        """Forget a document; an unknown one is ignored."""
        with self.database.session() as session:
            if record := session.get(DocumentRecord, document_id):
                session.delete(record)

    def sizes(self) -> list[CollectionSize]:
        """All collections, the largest first."""
        passages = func.sum(DocumentRecord.passages)
        query = (
            select(DocumentRecord.collection, func.count(), passages)
            .group_by(DocumentRecord.collection)
            .order_by(passages.desc(), DocumentRecord.collection)
        )
        with self.database.session() as session:
            return [
                CollectionSize(name, count, int(total))
                for name, count, total in session.execute(query).all()
            ]

    def mark_outdated(self, document_ids: Sequence[str]) -> None:
        """Have the passages of documents made again when their files are ingested next."""
        chosen = DocumentRecord.id.in_(list(document_ids))
        with self.database.session() as session:
            session.execute(update(DocumentRecord).where(chosen).values(pipeline=0))

    def documents(self, collection: str | None = None) -> Sequence[DocumentRecord]:
        """All documents, or those of a collection, by collection and source."""
        query = select(DocumentRecord).order_by(DocumentRecord.collection, DocumentRecord.source)
        if collection is not None:
            query = query.where(DocumentRecord.collection == collection)
        with self.database.session() as session:
            return session.scalars(query).all()

    def page(
        self, collections: Sequence[str] | None, limit: int, offset: int
    ) -> tuple[int, Sequence[DocumentRecord]]:
        """Some of the documents of these collections (None: of all), in the order of
        `documents`, and how many there are altogether."""
        total = select(func.count()).select_from(DocumentRecord)
        query = select(DocumentRecord).order_by(
            DocumentRecord.collection, DocumentRecord.source, DocumentRecord.id
        )
        if collections is not None:
            chosen = DocumentRecord.collection.in_(list(collections))
            total, query = total.where(chosen), query.where(chosen)
        with self.database.session() as session:
            found = session.scalars(query.limit(limit).offset(offset)).all()
            return session.execute(total).scalar_one(), found

    def twin(self, collection: str, key: DocumentKey, other_than: str) -> DocumentRecord | None:
        """Another document of the collection with the same bytes, or None."""
        query = select(DocumentRecord).where(
            DocumentRecord.collection == collection,
            DocumentRecord.content_hash == key.content_hash,
            DocumentRecord.id != other_than,
        )
        with self.database.session() as session:
            return session.scalars(query).first()
