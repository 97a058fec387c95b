"""The ingestion job: every file read, cut, embedded and written, or reported with a reason."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import Document

from assistant.errors import TrilogueError, UnavailableError
from assistant.index.passage import PassageNode
from assistant.index.store import PassageStore
from assistant.models.embedder import SentenceTransformerEmbedder
from assistant.settings import Settings
from assistant.storage.registry import DocumentKey, DocumentRecord, DocumentRegistry
from ingest.discovery import Candidate, discover
from ingest.errors import UnreadableFileError
from ingest.formats import Format, identify
from ingest.metadata import (
    DocumentMetadata,
    named_collection,
    read_sidecar,
    resolve,
    sidecar_of,
    split_front_matter,
)
from ingest.passages import PIPELINE_VERSION, PassageParser, PassageVectorizer
from ingest.readers import read
from ingest.readers.text import decode
from ingest.report import FileResult, Outcome, Report

#: Characters of text that are cut, embedded and written together: enough for good batches, few
#: enough that progress shows and little is lost when the job is killed.
_BATCH_CHARS = 60_000

#: Called with (files done, files in all, name of the file at hand).
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Parsed:
    """A file that has been read and is to be indexed."""

    candidate: Candidate
    document: Document
    record: DocumentRecord
    supersedes: Sequence[str]


class IngestionJob:
    """Brings files into the index and keeps it in step with them.

    A file whose bytes are known changes nothing; a changed file replaces its passages; a file
    that cannot be read leaves the index as it was. A document is in the registry only when all
    of its passages are in the index, so a killed job is completed by running it again.

    Args:
        settings: Limits and the default collection.
        store: Where passages go.
        registry: Where documents are recorded.
        embedder: Gives passages their vectors.
    """

    def __init__(
        self,
        settings: Settings,
        store: PassageStore,
        registry: DocumentRegistry,
        embedder: SentenceTransformerEmbedder,
    ) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._pipeline = IngestionPipeline(
            transformations=[PassageParser(), PassageVectorizer(embedder=embedder)],
            disable_cache=True,
        )

    def run(
        self,
        paths: Sequence[Path],
        collection: str | None = None,
        progress: Progress = lambda done, total, name: None,
    ) -> Report:
        """Ingest the files at and below ``paths``.

        Args:
            paths: Files and folders.
            collection: Collection of the documents; by default the one that a document's
                metadata names, else the settings' default.
            progress: Called before each file and at the end.

        Raises:
            InvalidInputError: A path does not exist.
            UnavailableError: The store or the database fails.
        """
        began = time.monotonic()
        candidates = discover(paths)
        results: dict[Path, FileResult] = {}
        batch: list[_Parsed] = []
        for done, candidate in enumerate(candidates):
            progress(done, len(candidates), candidate.path.name)
            outcome = self._prepare(candidate, collection, batch)
            if isinstance(outcome, FileResult):
                results[candidate.path] = outcome
                continue
            batch.append(outcome)
            if sum(len(item.document.text) for item in batch) >= _BATCH_CHARS:
                results |= self._write(batch)
                batch = []
        results |= self._write(batch)
        progress(len(candidates), len(candidates), "")
        report = Report([results[c.path] for c in candidates], time.monotonic() - began)
        if report.passages:
            self._store.optimize()
        return replace(report, seconds=time.monotonic() - began)

    def _prepare(
        self, candidate: Candidate, collection: str | None, batch: Iterable[_Parsed]
    ) -> FileResult | _Parsed:
        """Read a file, unless its bytes are indexed already."""
        path = candidate.path
        try:
            return self._read(candidate, collection, batch)
        except UnavailableError:
            raise  # the store or the database, not the file
        except TrilogueError as error:
            return FileResult(str(path), Outcome.FAILED, reason=str(error))
        except OSError as error:
            reason = f"{path.name} cannot be read: {error.strerror or error}"
            return FileResult(str(path), Outcome.FAILED, reason=reason)
        except Exception as error:  # a reader's fault must not end the job
            reason = f"{path.name} made its reader fail: {type(error).__name__}: {error}"
            return FileResult(str(path), Outcome.FAILED, reason=reason)

    def _read(
        self, candidate: Candidate, collection: str | None, batch: Iterable[_Parsed]
    ) -> FileResult | _Parsed:
        path = candidate.path
        limit = self._settings.max_file_bytes
        if (size := path.stat().st_size) > limit:
            raise UnreadableFileError(
                f"{path.name} has {size / 2**20:.0f} MiB, more than the {limit / 2**20:.0f} MiB "
                "that are allowed.",
                "Split it, or raise TRILOGUE_MAX_FILE_BYTES.",
            )
        key = DocumentKey(_hash(path), PIPELINE_VERSION)
        stated = _stated(path)
        chosen = collection or named_collection(stated) or self._settings.default_collection
        known = self._registry.get(_document_id(chosen, path))
        if known and self._is_current(known, key):
            return _result(path, Outcome.UNCHANGED, known)
        document = read(path)
        metadata = _take_metadata(path, document, stated)
        record = _record(path, key, metadata, chosen, named_by_caller=collection is not None)
        twin = self._registry.twin(record.collection, key, record.id)
        if twin and _has_content(twin.origin, key) and self._is_current(twin, key):
            return _result(path, Outcome.DUPLICATE, twin, f"same content as {twin.origin}")
        for other in batch:
            if (other.record.collection, other.record.content_hash) == (
                record.collection,
                record.content_hash,
            ):
                reason = f"same content as {other.candidate.path}"
                return _result(path, Outcome.DUPLICATE, other.record, reason)
        document.metadata |= {
            "document_id": record.id,
            "collection": record.collection,
            "source": record.source,
            "title": record.title,
            "language": record.language,
            "work_id": record.work_id,
            "content_hash": record.content_hash,
        }
        stale = [twin.id] if twin and not Path(twin.origin).exists() else []
        if collection is None:
            # Its metadata named another collection before; a caller's own choice stays.
            stale += [
                other.id
                for other in self._registry.by_origin(str(path))
                if other.id != record.id and not other.named_by_caller
            ]
        return _Parsed(candidate, document, record, stale)

    def _is_current(self, record: DocumentRecord, key: DocumentKey) -> bool:
        same = (record.content_hash, record.pipeline) == (key.content_hash, key.pipeline)
        if not same:
            return False
        # The index may have been lost, restored from an older copy, or left with two contents
        # of one document by a job that was killed.
        whole = self._store.count({"document_id": [record.id]})
        right = self._store.count(
            {"document_id": [record.id], "content_hash": [record.content_hash]}
        )
        return whole == right == record.passages

    def _write(self, batch: Sequence[_Parsed]) -> dict[Path, FileResult]:
        """Cut, embed and store the documents of a batch."""
        nodes = self._pipeline.run(documents=[item.document for item in batch]) if batch else []
        by_document: dict[str, list[PassageNode]] = defaultdict(list)
        for node in nodes:
            if isinstance(node, PassageNode):
                by_document[node.metadata["document_id"]].append(node)
        return {i.candidate.path: self._store_document(i, by_document[i.record.id]) for i in batch}

    def _store_document(self, item: _Parsed, nodes: list[PassageNode]) -> FileResult:
        record, path = item.record, item.candidate.path
        if not nodes:
            return FileResult(
                str(path), Outcome.FAILED, reason=f"{path.name} has headings but no text."
            )
        existed = self._registry.get(record.id) is not None
        self._store.replace(record.id, nodes)
        record.passages = len(nodes)
        self._registry.save(record)
        for stale in item.supersedes:
            self._store.delete(stale)
            self._registry.delete(stale)
        return _result(path, Outcome.UPDATED if existed else Outcome.ADDED, record)


def _stated(path: Path) -> dict[str, Any]:
    """What a document says of itself, in its front matter and its sidecar."""
    stated: dict[str, Any] = {}
    if identify(path) == Format.MARKDOWN:
        stated, _ = split_front_matter(decode(path))
    return stated | read_sidecar(path)


def _take_metadata(path: Path, document: Document, stated: dict[str, Any]) -> DocumentMetadata:
    """The document's metadata; front matter is taken out of its text."""
    text = document.text
    if document.metadata["markup"] == "markdown":
        _, text = split_front_matter(text)
    document.set_content(text)
    return resolve(path, stated, text, document.metadata.pop("title", None))


def _document_id(collection: str, path: Path) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{collection}\n{path}"))


def _record(
    path: Path,
    key: DocumentKey,
    metadata: DocumentMetadata,
    collection: str,
    named_by_caller: bool,
) -> DocumentRecord:
    return DocumentRecord(
        id=_document_id(collection, path),
        collection=collection,
        origin=str(path),
        source=path.name,
        content_hash=key.content_hash,
        pipeline=key.pipeline,
        title=metadata.title,
        language=metadata.language,
        work_id=metadata.work_id,
        passages=0,
        named_by_caller=named_by_caller,
    )


def _has_content(origin: str, key: DocumentKey) -> bool:
    """Whether a file still is what it was when it was ingested."""
    try:
        return _hash(Path(origin)) == key.content_hash
    except OSError:
        return False


def _hash(path: Path) -> str:
    """sha256 of a file and of its sidecar: both make the passages what they are."""
    digest = hashlib.sha256()
    for part in (path, sidecar_of(path)):
        if part.is_file():
            with part.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _result(
    path: Path, outcome: Outcome, record: DocumentRecord, reason: str | None = None
) -> FileResult:
    return FileResult(str(path), outcome, record.passages, record.id, record.language, reason)
