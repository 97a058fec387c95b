"""Before a file is read: is it known, and has it changed?"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.codes import Fault, FileOutcome
from assistant.index.store import PassageStore
from assistant.ingestion.metadata_keys import sidecar_of
from assistant.ingestion.options import JobOptions
from assistant.ingestion.originals import OriginalFile
from assistant.ingestion.report import FileResult
from assistant.settings import Settings
from assistant.storage.registry import DocumentKey, DocumentRecord, DocumentRegistry
from ingest.discovery import Candidate
from ingest.errors import UnreadableFileError
from ingest.formats import Format, identify
from ingest.metadata import named_collection, read_sidecar, split_front_matter
from ingest.readers.text import decode
from ingest.version import PIPELINE_VERSION


@dataclass(frozen=True)
class Wanted:
    """A file that is new or changed and is to be read.

    Attributes:
        candidate: The file.
        document_id: UUID made of the collection and the origin.
        key: What its passages will be made of.
        collection: Where it belongs.
        stated: Its metadata as stated.
        format: What it is.
        twin: A document with the same content whose file is gone: it moved here.
    """

    candidate: Candidate
    document_id: str
    key: DocumentKey
    collection: str
    stated: Mapping[str, Any]
    format: Format
    twin: str | None


class Examiner:
    """Finds the files of a job that have to be read.

    Args:
        settings: Limits and the default collection.
        store: Where passages are.
        registry: Where documents are recorded.
        options: What the job is asked to do.
        confirmed: Called with each document that is found unchanged, and its file; in a dry run
            it is not.
    """

    def __init__(
        self,
        settings: Settings,
        store: PassageStore,
        registry: DocumentRegistry,
        options: JobOptions,
        confirmed: Callable[[DocumentRecord, OriginalFile], object],
    ) -> None:
        self._confirmed = confirmed
        self._settings = settings
        self._store = store
        self._registry = registry
        self._options = options
        #: Contents that this job is about to write: (collection, hash) to document and origin.
        self._claimed: dict[tuple[str, str], tuple[str, str]] = {}

    def examine(self, candidate: Candidate) -> FileResult | Wanted:
        """What to do with a file.

        Raises:
            UnreadableFileError: The file cannot be used as it is.
            OSError: The file cannot be opened.
        """
        if candidate.problem:
            raise candidate.problem
        limit = self._settings.max_file_bytes
        if candidate.size > limit:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"{candidate.source} has {candidate.size / 2**20:.0f} MiB, more than the "
                f"{limit / 2**20:.0f} MiB that are allowed.",
                "Split it, or raise TRILOGUE_MAX_FILE_BYTES.",
            )
        kind = identify(candidate.path)
        key = content_key(candidate.path, self._options.stated)
        stated = _stated(candidate.path, kind) | dict(self._options.stated)
        collection = (
            self._options.collection
            or named_collection(stated)
            or self._settings.default_collection
        )
        wanted = document_id(collection, candidate.origin)
        known = self._registry.get(wanted)
        if known and self._is_current(known, key):
            if not self._options.dry_run:
                self._confirmed(known, OriginalFile(candidate.path, key.file_hash))
            return _result(candidate, FileOutcome.UNCHANGED, known)
        twin = self._registry.twin(collection, key, wanted)
        if twin and self._has_content(twin, key) and self._is_current(twin, key):
            return _result(candidate, FileOutcome.DUPLICATE, twin, f"same content as {twin.origin}")
        claimed = self._claimed.setdefault(
            (collection, key.content_hash), (wanted, candidate.origin)
        )
        if claimed[0] != wanted:
            return FileResult(
                candidate.origin,
                FileOutcome.DUPLICATE,
                document_id=claimed[0],
                reason=f"same content as {claimed[1]}",
            )
        moved = twin.id if twin and not origin_exists(twin.origin) else None
        return Wanted(candidate, wanted, key, collection, stated, kind, moved)

    def release(self, wanted: Wanted) -> None:
        """A file that could not be read after all: its content is free for another file."""
        self._claimed.pop((wanted.collection, wanted.key.content_hash), None)

    def _is_current(self, record: DocumentRecord, key: DocumentKey) -> bool:
        if (record.content_hash, record.pipeline) != (key.content_hash, key.pipeline):
            return False
        # The index may have been lost, or restored from an older copy.
        whole = self._store.count({"document_id": [record.id]})
        right = self._store.count(
            {"document_id": [record.id], "content_hash": [record.content_hash]}
        )
        return whole == right == record.passages

    def _has_content(self, record: DocumentRecord, key: DocumentKey) -> bool:
        """Whether the file of a document still is what it was when it was ingested."""
        if "!/" in record.origin:
            return origin_exists(record.origin)
        try:
            return content_key(Path(record.origin), self._options.stated) == key
        except OSError:
            return False


def document_id(collection: str, origin: str) -> str:
    """The id of the document that a file is in a collection."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{collection}\n{origin}"))


def origin_exists(origin: str) -> bool:
    """Whether the file, or the archive, that a document came from is there."""
    return Path(origin.split("!/", 1)[0]).exists()


def content_key(path: Path, stated: Mapping[str, str]) -> DocumentKey:
    """sha256 of all that makes the passages: the file, its sidecar, the caller's metadata, and
    the version of the pipeline. So passages made in another way never have the same ids."""
    digest = hashlib.sha256(f"{PIPELINE_VERSION}\n{sorted(stated.items())}\n".encode())
    file_hash = _sha256(path)
    digest.update(file_hash)
    if (sidecar := sidecar_of(path)).is_file():
        digest.update(_sha256(sidecar))
    return DocumentKey(digest.hexdigest(), PIPELINE_VERSION, file_hash.hex())


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _stated(path: Path, kind: Format) -> dict[str, Any]:
    """What a document says of itself, in its front matter and its sidecar."""
    stated: dict[str, Any] = {}
    if kind == Format.MARKDOWN:
        stated, _ = split_front_matter(decode(path).replace("\r\n", "\n"))
    return stated | read_sidecar(path)


def _result(
    candidate: Candidate, outcome: FileOutcome, record: DocumentRecord, reason: str | None = None
) -> FileResult:
    return FileResult(
        candidate.origin, outcome, record.passages, record.id, record.language, reason
    )
