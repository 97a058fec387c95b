"""Changing documents in the index and the registry so that each is old or new, never between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.ingestion.originals import OriginalFile, Originals
from assistant.language.calendars import day_before
from assistant.storage.documents import DocumentDetails, DocumentLedger
from assistant.storage.locks import Locks
from assistant.storage.registry import DocumentRecord, DocumentRegistry

#: Documents that are deleted in one transaction: no database takes a list of any length, and
#: readers wait for as long as one batch takes.
_BATCH = 500


@dataclass(frozen=True)
class Change:
    """A document as it is to be.

    Attributes:
        record: The document.
        details: What else is known of it.
        nodes: Its passages with their vectors.
        supersedes: Documents that this one takes the place of; they are forgotten.
        original: Its file, if that is to be kept.
    """

    record: DocumentRecord
    details: DocumentDetails
    nodes: Sequence[PassageNode]
    supersedes: Sequence[str] = ()
    original: OriginalFile | None = None


class DocumentWriter:
    """Writes documents to the index and the registry, and takes them out again.

    New passages are written beside the old ones under ids of their own; the registry's
    transaction decides which of them are right; the others are deleted. A process that is
    killed anywhere leaves a pending change, which `recover` brings to one of its two ends.

    Args:
        store: Where passages go.
        registry: Where documents are recorded.
        changed: Called with the id of each document that is another one now, or gone.
        originals: Where files are kept; None for documents without any.
    """

    def __init__(
        self,
        store: PassageStore,
        registry: DocumentRegistry,
        changed: Callable[[str], object] | None = None,
        originals: Originals | None = None,
    ) -> None:
        self._store = store
        self._registry = registry
        self._ledger = DocumentLedger(registry)
        self._changed = changed or (lambda _: None)
        self._originals = originals
        self._turn = Lock()
        self._locks = Locks(registry.database)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A document may be deleted while a job writes, and other processes may share the
        database: one change at a time. So what is pending here is no other process's."""
        with self._turn, self._locks.held("documents"):
            yield

    def recover(self) -> int:
        """Finish what a killed process had begun.

        Returns:
            How many documents were tidied up.
        """
        with self._alone():
            pending = self._ledger.pending()
            for batch in _batches(pending):
                for document_id in batch:
                    self._tidy(document_id)
                self._date_works(batch)
                self._ledger.end(batch)
            if self._originals:
                self._originals.sweep(self._registry.content_hashes())
            return len(pending)

    def keep_original(self, record: DocumentRecord, file: OriginalFile) -> None:
        """Keep the file of a document that stays as it is, if it has none.

        Raises:
            UnavailableError: The file cannot be written, or the database fails.
        """
        if self._originals and not self._originals.has(record.id, record.content_hash):
            with self._alone():
                now = self._registry.get(record.id)
                if now and now.content_hash == record.content_hash:
                    self._keep(record, file)

    def _keep(self, record: DocumentRecord, file: OriginalFile | None) -> None:
        if self._originals and file:
            self._originals.keep(record.id, record.content_hash, file)

    def write(self, changes: Sequence[Change]) -> None:
        """Make these the documents' passages, instead of any they had, all at once."""
        with self._alone():
            self._write(changes)

    def _write(self, changes: Sequence[Change]) -> None:
        concerned = [i for c in changes for i in (c.record.id, *c.supersedes)]
        forgotten = [i for c in changes for i in c.supersedes]
        announced = [*concerned, *self._beside(concerned)]
        self._ledger.begin(announced)
        for change in changes:
            self._keep(change.record, change.original)
        with self._store.switching():
            self._store.upsert([node for change in changes for node in change.nodes])
            self._ledger.commit([(c.record, c.details) for c in changes], forget=forgotten)
            for document_id in concerned:
                self._tidy(document_id)
        self._forget_originals(concerned)
        for document_id in concerned:
            self._changed(document_id)
        self._date_works(announced)
        self._ledger.end(announced)

    def delete(self, document_ids: Sequence[str]) -> None:
        """Take documents out of the registry and the index."""
        for batch in _batches(document_ids):
            with self._alone():
                self._delete(batch)

    def _delete(self, document_ids: Sequence[str]) -> None:
        beside = self._beside(document_ids)
        self._ledger.begin([*document_ids, *beside])
        self._ledger.commit([], forget=document_ids)
        self._settle(document_ids)
        self._date_works(beside)
        self._ledger.end(beside)

    def tidy(self, document_ids: Sequence[str]) -> None:
        """Delete the passages and files of these ids that the registry does not vouch for."""
        for batch in _batches(document_ids):
            with self._alone():
                self._ledger.begin(batch)
                self._settle(batch)

    def restate(self, document_ids: Sequence[str]) -> None:
        """Write to the passages of documents what the registry knows of these."""
        for document_id in document_ids:
            with self._alone():
                if record := self._registry.get(document_id):
                    self._restate(record)
                    self._changed(document_id)

    def _restate(self, record: DocumentRecord) -> None:
        self._date_versions(record)
        values = stated(record)
        details = self._ledger.details(record.id)
        nodes = self._store.select({"document_id": [record.id]})
        # Wordings of an article have ends of their own, but for the one that is in force.
        if details and not any(
            n.metadata["effective_until"] == details.effective_until for n in nodes
        ):
            values["effective_until"] = details.effective_until
        self._store.set_payload([node.node_id for node in nodes], values)

    def ingest_again(self, document_ids: Sequence[str]) -> None:
        """Mark documents, so that the next ingestion reads their files again."""
        for batch in _batches(document_ids):
            with self._alone():
                self._registry.mark_outdated(batch)

    def _settle(self, document_ids: Sequence[str]) -> None:
        """Bring announced changes to the end that the registry says, and close them."""
        with self._store.switching():
            for document_id in document_ids:
                self._tidy(document_id)
        self._forget_originals(document_ids)
        for document_id in document_ids:
            self._changed(document_id)
        self._ledger.end(document_ids)

    def _tidy(self, document_id: str) -> None:
        """Delete the passages of a document that the registry does not vouch for."""
        record = self._registry.get(document_id)
        if record is None:
            self._store.delete(document_id)
            return
        stale = [
            node.node_id
            for node in self._store.select({"document_id": [document_id]})
            if node.metadata["content_hash"] != record.content_hash
        ]
        self._store.delete_ids(stale)

    def _forget_originals(self, document_ids: Sequence[str]) -> None:
        """Delete the files of documents that the registry does not vouch for."""
        if self._originals:
            for document_id in document_ids:
                record = self._registry.get(document_id)
                self._originals.keep_only(document_id, record.content_hash if record else None)

    def _beside(self, document_ids: Sequence[str]) -> Sequence[str]:
        """The other versions of the works that documents are versions of: when these change or go,
        those may be in force for another time."""
        records = [self._registry.get(document_id) for document_id in document_ids]
        versions = {v.id for r in records if r for v, _ in self._ledger.versions(r)}
        return sorted(versions.difference(document_ids))

    def _date_works(self, document_ids: Sequence[str]) -> None:
        """Date the versions of the works that documents are versions of, each work once."""
        records = [self._registry.get(document_id) for document_id in document_ids]
        works = {(r.work_id, r.language, r.collection): r for r in records if r and r.work_id}
        for record in works.values():
            self._date_versions(record)

    def _date_versions(self, record: DocumentRecord) -> None:
        """End each version of a work on the day before the next one begins.

        A version that states its own end keeps it.
        """
        versions = self._ledger.versions(record)
        begins = [details.effective_from for _, details in versions] + [None]
        for (_, details), next_begins in zip(versions, begins[1:], strict=True):
            if details.until_stated:
                continue
            until = None if next_begins is None else day_before(next_begins)
            if until != details.effective_until:
                # Wordings that were superseded before have ends of their own.
                ending = [
                    node.node_id
                    for node in self._store.select({"document_id": [details.document_id]})
                    if node.metadata["effective_until"] == details.effective_until
                ]
                self._store.set_payload(ending, {"effective_until": until})
                details.effective_until = until
                self._ledger.save_details(details)
                self._changed(details.document_id)


def stated(record: DocumentRecord) -> dict[str, Any]:
    """What every passage of a document says of it, as in its payload."""
    return {
        "collection": record.collection,
        "source": record.source,
        "title": record.title,
        "work_id": record.work_id,
    }


def _batches(document_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for i in range(0, len(document_ids), _BATCH):
        yield document_ids[i : i + _BATCH]
