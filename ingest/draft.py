"""A document between reading and writing: its record, its details and its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from llama_index.core.schema import Document

from assistant.codes import Fault, FileOutcome, RemarkKind
from assistant.index.passage import PassageNode
from assistant.ingestion.options import JobOptions
from assistant.ingestion.originals import OriginalFile
from assistant.ingestion.report import FileResult
from assistant.storage.documents import DocumentDetails
from assistant.storage.registry import DocumentRecord, DocumentRegistry
from ingest.amendments import date_wordings, part_wordings
from ingest.coverage import Coverage, coverage
from ingest.discovery import Candidate
from ingest.errors import UnreadableFileError
from ingest.examine import Wanted
from ingest.metadata import DocumentMetadata, resolve, split_front_matter
from ingest.passages import PassageParser
from ingest.quality import assess
from ingest.readers import Remark, SourceText
from ingest.readers.source import lines_without


@dataclass(frozen=True)
class Draft:
    """A document that is read and cut, and not embedded yet.

    Attributes:
        candidate: Its file.
        record, details: As they will be saved.
        nodes: Its passages without vectors.
        supersedes: Documents that it takes the place of.
        remarks: What an operator should know.
        file_hash: sha256 of its file.
    """

    candidate: Candidate
    record: DocumentRecord
    details: DocumentDetails
    nodes: Sequence[PassageNode]
    supersedes: Sequence[str]
    remarks: Sequence[Remark]
    file_hash: str

    @property
    def original(self) -> OriginalFile:
        """Its file, as it was read."""
        return OriginalFile(self.candidate.path, self.file_hash)

    def result(self, outcome: FileOutcome) -> FileResult:
        """What the job reports of it."""
        record = self.record
        return FileResult(
            record.origin,
            outcome,
            record.passages,
            record.id,
            record.language,
            remarks=[str(remark) for remark in self.remarks],
        )


def draft(
    wanted: Wanted,
    source: SourceText,
    registry: DocumentRegistry,
    options: JobOptions,
    min_coverage: float = 0.0,
) -> Draft:
    """The document that a file makes.

    Args:
        wanted: The file.
        source: What was read of it.
        registry: Where documents are recorded.
        options: What the job is asked to do.
        min_coverage: Least share of what the file shows that has to be in passages, from 0 to 1.

    Raises:
        UnreadableFileError: It has no text, or too much of it would be in no passage.
    """
    candidate = wanted.candidate
    text = split_front_matter(source.text)[1] if source.markup == "markdown" else source.text
    named_by_caller = options.collection is not None
    metadata = resolve(candidate.path, wanted.stated, text, source.title)
    if source.markup == "markdown":
        source, text = _with_wordings_parted(source, text)
    nodes = _cut(wanted, metadata, source, text)
    if not nodes:
        raise UnreadableFileError(Fault.NO_TEXT, f"{candidate.source} has no text.")
    passages = [node.to_passage() for node in nodes]
    covered = coverage(source, passages, metadata.title)
    _require(candidate.source, covered, min_coverage)
    record = DocumentRecord(
        id=wanted.document_id,
        collection=wanted.collection,
        origin=candidate.origin,
        source=candidate.source,
        content_hash=wanted.key.content_hash,
        pipeline=wanted.key.pipeline,
        title=metadata.title,
        language=metadata.language,
        work_id=metadata.work_id,
        passages=len(nodes),
        named_by_caller=named_by_caller,
    )
    quality = assess(source, metadata, passages, covered)
    details = DocumentDetails(
        document_id=wanted.document_id,
        format=str(wanted.format),
        bytes=candidate.size,
        quality=quality.to_json(),
        issuer=metadata.issuer,
        version=metadata.version,
        source_url=metadata.source_url,
        effective_from=metadata.effective_from,
        effective_until=metadata.effective_until,
        until_stated=metadata.effective_until is not None,
        repealed=metadata.repealed,
    )
    stale = _stale(wanted, registry, named_by_caller)
    file_hash = wanted.key.file_hash
    return Draft(candidate, record, details, nodes, stale, quality.remarks, file_hash)


def _require(name: str, covered: Coverage | None, least: float) -> None:
    """Refuse a document of which too much would be lost.

    Raises:
        UnreadableFileError: It is.
    """
    if covered is None or covered.share >= least:
        return
    raise UnreadableFileError(
        Fault.INCOMPLETE,
        f"{1 - covered.share:.1%} of what {name} shows would be lost. {covered.remark()}.",
        "Convert it to another format, or take it as it is with --accept-losses "
        '("accept_losses" in the API).',
    )


def _with_wordings_parted(source: SourceText, text: str) -> tuple[SourceText, str]:
    parted = part_wordings(text)
    notes = [line for line in lines_without(text, parted) if line.strip()]
    if not notes:
        return source, text
    detail = f"{len(notes)} lines of notes on amendments, whose days the wordings were given"
    noticed = (*source.remarks, Remark(RemarkKind.LEFT_OUT, detail))
    return replace(source, remarks=noticed, left_out=(*source.left_out, *notes)), parted


def _cut(
    wanted: Wanted, metadata: DocumentMetadata, source: SourceText, text: str
) -> list[PassageNode]:
    document = Document(
        text=text,
        metadata={
            "document_id": wanted.document_id,
            "collection": wanted.collection,
            "source": wanted.candidate.source,
            "title": metadata.title,
            "language": metadata.language,
            "work_id": metadata.work_id,
            "content_hash": wanted.key.content_hash,
            "effective_from": metadata.effective_from,
            "effective_until": metadata.effective_until,
            "markup": source.markup,
            "page_starts": list(source.page_starts),
        },
    )
    nodes = [node for node in PassageParser()([document]) if isinstance(node, PassageNode)]
    date_wordings(nodes)
    return nodes


def _stale(wanted: Wanted, registry: DocumentRegistry, named_by_caller: bool) -> list[str]:
    """Documents that this one replaces: the one that it was before it moved, and itself in the
    collection that its metadata named before. A caller's own choice of collection stays."""
    stale = [wanted.twin] if wanted.twin else []
    if not named_by_caller:
        stale += [
            other.id
            for other in registry.by_origin(wanted.candidate.origin)
            if other.id != wanted.document_id and not other.named_by_caller
        ]
    return stale
