"""The API's schemas of documents and ingestions."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.schemas.chat_schemas import NO_CONTROLS
from assistant.api.schemas.text import Text
from assistant.codes import Fault, FileOutcome, IngestionState, Language, RemarkKind


class DocumentSummary(BaseModel):
    """A document in a list."""

    document_id: str
    collection: str
    source: str = Field(description="File name.")
    title: str
    language: Language
    work_id: str | None
    passages: int
    ingested_at: datetime
    effective_from: int | None = Field(None, description="First day in force, as 20260911.")
    effective_until: int | None = Field(None, description="Last day in force, likewise.")
    repealed: bool = False


class DocumentList(BaseModel):
    """``GET /v1/documents``."""

    total: int
    documents: list[DocumentSummary]


class QualityRemark(BaseModel):
    """Something that was noticed while a document was read."""

    kind: RemarkKind
    detail: str = Field(description="The particulars, in English.")
    pages: list[int] = Field(description="From 1; empty for formats without pages.")


class QualityReport(BaseModel):
    """What an operator should look at before readers do."""

    characters: int = 0
    passages: int = 0
    headings: int = Field(0, description="Passages that stand below a heading of their own.")
    articles: int = Field(0, description="Different articles that passages name.")
    scripts: dict[str, float] = Field(
        default_factory=dict,
        description="Share of the letters in `Hangul`, `Arabic`, `Latin` and `Other`.",
    )
    duplicates: int = Field(0, description="Passages whose text another passage has too.")
    mangled: int = Field(0, description="Characters that are probably not what was written.")
    coverage: float | None = Field(
        None,
        description="Share of the letters and digits that the file shows which are in passages, "
        "from 0 to 1. None where only its reader can tell (HWP, XLS), and in reports of documents "
        "that an earlier version ingested.",
    )
    empty_pages: list[int] = Field(default_factory=list, description="Pages without text, from 1.")
    amended: int = Field(0, description="Passages that say that they were amended.")
    repealed: int = Field(0, description="Passages that say that they were repealed.")
    guessed: list[str] = Field(default_factory=list, description="Metadata that were guessed.")
    remarks: list[QualityRemark | str] = Field(
        default_factory=list,
        description="A text stands in reports of documents that an earlier version ingested.",
    )


class DocumentView(DocumentSummary):
    """``GET /v1/documents/{id}``: a document with its metadata and its quality report."""

    format: str | None = None
    bytes: int | None = None
    issuer: str | None = None
    version: str | None = None
    source_url: str | None = None
    original: bool = Field(
        False, description="Whether the file is kept, so that it can be downloaded."
    )
    editions: list[Language] = Field(
        default_factory=list, description="Languages that the same work is there in."
    )
    editions_missing: list[Language] = Field(default_factory=list)
    quality: QualityReport | None = None


class IngestionRequest(BaseModel):
    """``POST /v1/ingestions``: files and folders of the service's own machine."""

    model_config = ConfigDict(extra="forbid", strict=True)

    paths: list[Text] = Field(min_length=1, max_length=10_000, description="Absolute paths.")
    collection: str | None = Field(None, max_length=200, pattern=NO_CONTROLS)
    metadata: dict[Text, Text] = Field(default_factory=dict)
    prune: bool = False
    dry_run: bool = False
    accept_losses: bool = Field(
        False, description="Take files of which much would be in no passage, too."
    )


class IngestionProgress(BaseModel):
    """How far an ingestion is."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    passages: int
    name: str


class ChangedPassage(BaseModel):
    """A passage that a dry run found to be new, gone or worded differently."""

    locator: str
    old: str | None = Field(description="None for one that is new.")
    new: str | None = Field(description="None for one that is gone.")


class FileReport(BaseModel):
    """What became of a file of an ingestion."""

    path: str = Field(description="File name, `archive.zip!/member`, or `mail.eml!/attachment`.")
    outcome: FileOutcome
    passages: int = 0
    document_id: str | None = None
    language: Language | None = None
    reason: str | None = Field(
        None, description="Why it failed, or that it is a duplicate: in English, with particulars."
    )
    fault: Fault | None = Field(
        None,
        description="Why it failed, by kind. None for other outcomes, and in ingestions of an "
        "earlier version.",
    )
    remarks: list[str] = Field(default_factory=list, description="In English.")
    changes: list[ChangedPassage] = Field(default_factory=list, description="Of a dry run.")


class IngestionReport(BaseModel):
    """What an ingestion did, or would do, with each file."""

    files: list[FileReport] | None = Field(None, description="None in lists of ingestions.")
    counts: dict[FileOutcome, int] = Field(description="Files by outcome.")
    passages: int = Field(description="That were written, or would be.")
    seconds: float
    dry_run: bool


class IngestionView(BaseModel):
    """``GET /v1/ingestions/{id}`` and ``POST /v1/ingestions/{id}/cancel``."""

    ingestion_id: str
    collection: str | None = Field(None, description="None: as the documents say.")
    state: IngestionState
    created_at: datetime
    progress: IngestionProgress | None = Field(None, description="While it runs.")
    report: IngestionReport | None = Field(
        None, description="When it is done; of the files that were done, when it was cancelled."
    )
    error: str | None = Field(None, description="Why it failed as a whole.")


class IngestionList(BaseModel):
    """``GET /v1/ingestions``: the latest first, without their files."""

    ingestions: list[IngestionView]
