"""The API's schemas of documents and ingestions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.schemas import NO_CONTROLS, LanguageCode
from assistant.api.text import Text


class DocumentSummary(BaseModel):
    """A document in a list."""

    document_id: str
    collection: str
    source: str = Field(description="File name.")
    title: str
    language: LanguageCode
    work_id: str | None
    passages: int
    ingested_at: datetime


class DocumentList(BaseModel):
    """``GET /v1/documents``."""

    total: int
    documents: list[DocumentSummary]


class DocumentView(DocumentSummary):
    """``GET /v1/documents/{id}``: a document with its metadata and its quality report."""

    format: str | None = None
    bytes: int | None = None
    issuer: str | None = None
    version: str | None = None
    source_url: str | None = None
    effective_from: int | None = Field(None, description="First day in force, as 20260911.")
    effective_until: int | None = Field(None, description="Last day in force, likewise.")
    repealed: bool = False
    editions: list[LanguageCode] = Field(
        default_factory=list, description="Languages that the same work is there in."
    )
    editions_missing: list[LanguageCode] = Field(default_factory=list)
    quality: dict[str, Any] | None = Field(None, description="The quality report.")


class IngestionRequest(BaseModel):
    """``POST /v1/ingestions``: files and folders of the service's own machine."""

    model_config = ConfigDict(extra="forbid", strict=True)

    paths: list[Text] = Field(min_length=1, max_length=10_000, description="Absolute paths.")
    collection: str | None = Field(None, max_length=200, pattern=NO_CONTROLS)
    metadata: dict[str, Text] = Field(default_factory=dict)
    prune: bool = False
    dry_run: bool = False


class IngestionProgress(BaseModel):
    """How far an ingestion is."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    passages: int
    name: str


class IngestionView(BaseModel):
    """``GET /v1/ingestions/{id}``."""

    ingestion_id: str
    collection: str | None = Field(None, description="None: as the documents say.")
    state: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    progress: IngestionProgress | None = Field(None, description="While it runs.")
    report: dict[str, Any] | None = Field(None, description="When it is done: every file.")
    error: str | None = Field(None, description="Why it failed as a whole.")


class IngestionList(BaseModel):
    """``GET /v1/ingestions``: the latest first, without their files."""

    ingestions: list[IngestionView]
