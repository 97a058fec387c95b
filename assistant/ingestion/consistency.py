"""Whether the index, the registry and the original files tell the same of every document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.ingestion.document_writer import DocumentWriter, stated
from assistant.ingestion.originals import Originals
from assistant.storage.documents import DocumentDetails, DocumentLedger
from assistant.storage.registry import DocumentRecord, DocumentRegistry

#: Documents whose passages are looked at together.
_BATCH = 200

#: Told how many documents have been looked at, and of how many.
Watch = Callable[[int, int], object]


class Kind(StrEnum):
    """What can be wrong with a document, as people read it."""

    UNFINISHED = "a change under way, or interrupted"
    UNREGISTERED = "passages without document"
    STALE = "passages of another content"
    INCOMPLETE = "missing or surplus passages"
    MISSTATED = "passages that say something else of it"
    STRAY_FILE = "an original file without document"
    NO_FILE = "no original file"


@dataclass(frozen=True)
class Inconsistency:
    """One thing that is wrong with one document.

    Attributes:
        kind: What it is.
        document_id: The document.
        detail: Numbers, fields, and where the document came from.
    """

    kind: Kind
    document_id: str
    detail: str

    @property
    def harmless(self) -> bool:
        """Whether answers are right all the same."""
        return self.kind is Kind.NO_FILE


@dataclass
class _Tally:
    """What the passages of one document are, as far as they were seen."""

    ordinals: list[int] = field(default_factory=list)
    stale: int = 0
    misstated: set[str] = field(default_factory=set)
    #: A passage may be in force for a shorter time than its document, but not all of them.
    has_its_end: bool = False

    def take(
        self, node: PassageNode, record: DocumentRecord, details: DocumentDetails | None
    ) -> None:
        """Look at one passage."""
        payload = node.metadata
        if payload["content_hash"] != record.content_hash:
            self.stale += 1
            return
        self.ordinals.append(payload["ordinal"])
        self.misstated |= {k for k, v in stated(record).items() if payload[k] != v}
        self.has_its_end |= details is None or payload["effective_until"] == details.effective_until


class ConsistencyCheck:
    """Compares everything, in batches: of passages no more than a batch is in memory, of
    documents ids and counts.

    Args:
        store: The passages.
        registry: The documents.
        originals: Their files.
        keeps_originals: Whether every document should have one.
    """

    def __init__(
        self,
        store: PassageStore,
        registry: DocumentRegistry,
        originals: Originals,
        keeps_originals: bool,
    ) -> None:
        self._store = store
        self._registry = registry
        self._ledger = DocumentLedger(registry)
        self._originals = originals
        self._keeps_originals = keeps_originals

    def run(self, watch: Watch = lambda *_: None) -> list[Inconsistency]:
        """All that is wrong, by kind.

        Raises:
            UnavailableError: The index or the database fails.
        """
        # The index first: what is written from now on is registered by the time that is read.
        counts = self._store.facet("document_id")
        unfinished = set(self._ledger.pending())
        found = [Inconsistency(Kind.UNFINISHED, one, "") for one in sorted(unfinished)]
        seen = 0
        while True:
            total, records = self._registry.page(None, _BATCH, seen)
            if not records:
                break
            found += self._wrong(records, counts, unfinished)
            seen += len(records)
            watch(seen, total)
        for document_id, count in counts.items():
            if document_id not in unfinished:
                found.append(
                    Inconsistency(Kind.UNREGISTERED, document_id, f"{count} passages in the index")
                )
        found += self._wrong_files()
        order = list(Kind)
        return sorted(found, key=lambda one: (order.index(one.kind), one.document_id))

    def _wrong(
        self, records: Sequence[DocumentRecord], counts: dict[str, int], unfinished: set[str]
    ) -> list[Inconsistency]:
        """What is wrong with a batch of documents; they are taken out of ``counts``."""
        for record in records:
            counts.pop(record.id, None)
        looked_at = {record.id: record for record in records if record.id not in unfinished}
        details = self._ledger.details_of(list(looked_at))
        tallies = {document_id: _Tally() for document_id in looked_at}
        for page in self._store.pages({"document_id": list(looked_at)}):
            for node in page:
                of = node.metadata["document_id"]
                tallies[of].take(node, looked_at[of], details.get(of))
        return [
            one
            for document_id, record in looked_at.items()
            for one in _of_one(record, tallies[document_id])
        ]

    def _wrong_files(self) -> Iterator[Inconsistency]:
        recorded = self._registry.content_hashes().items()
        kept = set(self._originals.kept())
        for document_id, content_hash in sorted(kept - recorded):
            yield Inconsistency(Kind.STRAY_FILE, document_id, content_hash)
        if self._keeps_originals:
            for document_id, _ in sorted(recorded - kept):
                yield Inconsistency(Kind.NO_FILE, document_id, "'trilogue ingest' adds it")


def _of_one(record: DocumentRecord, tally: _Tally) -> Iterator[Inconsistency]:
    """What is wrong with a document."""
    if tally.stale:
        yield Inconsistency(
            Kind.STALE, record.id, f"{tally.stale} passages in the index; {record.origin}"
        )
    right = len(tally.ordinals)
    if sorted(tally.ordinals) != list(range(record.passages)):
        places = "" if right != record.passages else ", not each place once"
        yield Inconsistency(
            Kind.INCOMPLETE,
            record.id,
            f"{right} passages instead of {record.passages}{places}; {record.origin}",
        )
    wrong = sorted(tally.misstated)
    if right and not tally.has_its_end:
        wrong.append("effective_until")
    if wrong:
        yield Inconsistency(Kind.MISSTATED, record.id, f"{', '.join(wrong)}; {record.origin}")


def mend(found: Sequence[Inconsistency], writer: DocumentWriter) -> None:
    """Mend what can be mended without the files.

    Unfinished changes are brought to an end; passages and files that the registry does not
    vouch for are deleted; what passages say of their document is set right. Documents whose
    passages are missing are marked, so that the next ingestion reads their files again.

    Raises:
        UnavailableError: The index or the database fails.
    """
    ids: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for one in found:
        ids[one.kind].append(one.document_id)
    writer.recover()
    writer.tidy(ids[Kind.UNREGISTERED] + ids[Kind.STALE])
    writer.restate(ids[Kind.MISSTATED])
    writer.ingest_again(ids[Kind.INCOMPLETE])
