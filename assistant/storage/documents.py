"""What is known of documents besides the registry's record, and changes that are under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.database import Base
from assistant.storage.registry import DocumentRecord, DocumentRegistry


class DocumentDetails(Base):
    """Metadata and quality of a document. Days are numbers (20260911).

    Attributes:
        document_id: The document.
        format: What the file is, as `Format` names it.
        bytes: Size of the file.
        issuer, version, source_url: As the document states them.
        effective_from, effective_until: First and last day in force.
        until_stated: Whether the document itself says when it ends; otherwise a later version
            of the same work ends it.
        repealed: Whether the document says that it is not in force any more.
        quality: The quality report, as JSON values.
    """

    __tablename__ = "document_details"

    document_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    format: Mapped[str] = mapped_column(String(20))
    bytes: Mapped[int] = mapped_column(BigInteger)
    quality: Mapped[dict[str, Any]] = mapped_column(JSON)
    issuer: Mapped[str | None] = mapped_column(String(1000), default=None)
    version: Mapped[str | None] = mapped_column(String(1000), default=None)
    source_url: Mapped[str | None] = mapped_column(String(2000), default=None)
    effective_from: Mapped[int | None] = mapped_column(default=None)
    effective_until: Mapped[int | None] = mapped_column(default=None)
    until_stated: Mapped[bool] = mapped_column(default=False)
    repealed: Mapped[bool] = mapped_column(default=False)


class PendingChange(Base):
    """A document whose passages are being changed: what is in the index may be in between."""

    __tablename__ = "pending_changes"

    document_id: Mapped[str] = mapped_column(String(36), primary_key=True)


class DocumentLedger:
    """Changes documents so that after a crash it can be told what is whole.

    A change is announced (`begin`), made in the index, committed here in one transaction
    (`commit`), tidied up in the index, and closed (`end`). Whatever is still `pending` when a
    process starts has to be tidied up: the registry says which passages are right.

    Args:
        registry: Whose database it is.
    """

    def __init__(self, registry: DocumentRegistry) -> None:
        self._session = registry.database.session

    def begin(self, document_ids: Sequence[str]) -> None:
        """Announce that the passages of these documents are about to change."""
        with self._session() as session:
            for document_id in document_ids:
                session.merge(PendingChange(document_id=document_id))

    def commit(
        self,
        records: Sequence[tuple[DocumentRecord, DocumentDetails]],
        forget: Sequence[str] = (),
    ) -> None:
        """Record documents as they are now, and forget others, in one transaction."""
        with self._session() as session:
            for record, details in records:
                session.merge(record)
                session.merge(details)
            for table, key in (
                (DocumentRecord, DocumentRecord.id),
                (DocumentDetails, DocumentDetails.document_id),
            ):
                if forget:
                    session.execute(delete(table).where(key.in_(list(forget))))

    def end(self, document_ids: Sequence[str]) -> None:
        """Close changes: the index holds what the registry says."""
        with self._session() as session:
            chosen = PendingChange.document_id.in_(list(document_ids))
            session.execute(delete(PendingChange).where(chosen))

    def pending(self) -> Sequence[str]:
        """Documents whose change was begun and not ended."""
        with self._session() as session:
            return session.scalars(select(PendingChange.document_id)).all()

    def details(self, document_id: str) -> DocumentDetails | None:
        """What is known of a document besides its record."""
        with self._session() as session:
            return session.get(DocumentDetails, document_id)

    def details_of(self, document_ids: Sequence[str]) -> dict[str, DocumentDetails]:
        """The same of several documents, by id, as far as they are known."""
        query = select(DocumentDetails).where(DocumentDetails.document_id.in_(list(document_ids)))
        with self._session() as session:
            return {details.document_id: details for details in session.scalars(query)}

    def versions(self, record: DocumentRecord) -> list[tuple[DocumentRecord, DocumentDetails]]:
        """The dated documents of a work in one language and collection, the oldest first."""
        if record.work_id is None:
            return []
        query = (
            select(DocumentRecord, DocumentDetails)
            .join(DocumentDetails, DocumentDetails.document_id == DocumentRecord.id)
            .where(
                DocumentRecord.work_id == record.work_id,
                DocumentRecord.language == record.language,
                DocumentRecord.collection == record.collection,
                DocumentDetails.effective_from.is_not(None),
            )
            .order_by(DocumentDetails.effective_from, DocumentRecord.id)
        )
        with self._session() as session:
            return [(r, d) for r, d in session.execute(query).all()]

    def editions(self, record: DocumentRecord) -> Sequence[str]:
        """Languages in which the work of a document is in its collection."""
        if record.work_id is None:
            return [record.language]
        query = (
            select(DocumentRecord.language)
            .where(
                DocumentRecord.work_id == record.work_id,
                DocumentRecord.collection == record.collection,
            )
            .distinct()
        )
        with self._session() as session:
            return sorted(session.scalars(query).all())

    def save_details(self, details: DocumentDetails) -> None:
        """Replace what is known of a document besides its record."""
        with self._session() as session:
            session.merge(details)
