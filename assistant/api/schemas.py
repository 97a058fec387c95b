"""The API's requests, replies and streamed events: all that its clients need to know."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LanguageCode = Literal["ko", "ar", "en"]
Direction = Literal["ltr", "rtl"]
Outcome = Literal["answered", "quoted", "not_found"]


class _Request(BaseModel):
    # A field that the API does not know is an error: ignoring it would mislead the caller.
    model_config = ConfigDict(extra="forbid")


class SearchFilters(_Request):
    """Further conditions that a passage must meet; each lists the values that are allowed."""

    work_ids: list[str] | None = Field(None, max_length=1000)
    articles: list[str] | None = Field(
        None, max_length=1000, description="Article numbers: 15, 15-2 for 제15조의2, 79-bis."
    )
    as_of: date | None = Field(
        None, description="Only what was in force on this day; by default today."
    )


class SearchRequest(_Request):
    """``POST /v1/search``."""

    query: str = Field(min_length=1, description="A question or search terms, in any language.")
    top_k: int = Field(10, ge=1, le=100, description="How many passages to return at most.")
    language: LanguageCode | None = Field(None, description="Only passages in this language.")
    collections: list[str] | None = Field(None, max_length=1000)
    document_ids: list[str] | None = Field(None, max_length=1000)
    filters: SearchFilters | None = None


class OtherEdition(BaseModel):
    """A passage that says the same: in another language, or in another document."""

    passage_id: str
    document_id: str
    title: str
    locator: str
    language: LanguageCode


class SearchResult(BaseModel):
    """One passage that was found."""

    passage_id: str
    document_id: str
    source: str = Field(description="File name of the document.")
    title: str
    locator: str = Field(description="Where in the document, as its readers cite it.")
    page: int | None
    language: LanguageCode
    text: str
    score: float = Field(description="Higher is better; comparable within one search only.")
    also: list[OtherEdition] = Field(
        default_factory=list, description="The same in other editions and documents."
    )


class SearchResponse(BaseModel):
    """The passages found, the best first."""

    results: list[SearchResult]


class Message(_Request):
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class ChatRequest(_Request):
    """``POST /v1/chat``. The last message is the question."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    language: Literal["auto", "ko", "ar", "en"] = Field(
        "auto", description="Language of the reply; auto takes the question's."
    )
    collections: list[str] | None = Field(None, max_length=1000)
    stream: bool = Field(False, description="Send server-sent events instead of one reply.")
    conversation_id: str | None = Field(None, max_length=100)


class Citation(BaseModel):
    """A place in a document that supports the answer, verbatim in its own language."""

    number: int = Field(description="The number that marks it in the answer, as in [1].")
    document_id: str
    passage_id: str
    source: str
    title: str
    locator: str
    page: int | None
    language: LanguageCode
    quote: str = Field(description="Verbatim text of the passage.")
    start: int = Field(description="Offset of the quote in the passage's text, in characters.")
    end: int
    score: float = Field(description="Nearness of the quote to the question, from -1 to 1.")


class NearestDocument(BaseModel):
    """A document near a question that the corpus does not answer."""

    document_id: str
    source: str
    title: str
    language: LanguageCode


class Timings(BaseModel):
    """Milliseconds from the request's arrival; ``first_token`` is None without generation."""

    retrieval: float
    evidence: float
    first_token: float | None
    total: float


class ChatResponse(BaseModel):
    """The reply to a question."""

    id: str
    outcome: Outcome = Field(
        description="answered: every sentence passed the checks and is cited; quoted: the "
        "documents' own words; not_found: the documents do not answer the question."
    )
    answer: str = Field(description="Text to show, with citation marks such as [1].")
    answer_language: LanguageCode
    direction: Direction
    citations: list[Citation]
    nearest_documents: list[NearestDocument] = Field(
        default_factory=list, description="For not_found: where the reader may look."
    )
    notice: str | None = Field(
        None, description="Something the reader should know, in the reply's language."
    )
    conversation_id: str
    model: str
    timings_ms: Timings


class EvidenceEvent(BaseModel):
    """Streamed event ``evidence``: sent first and at once, before any generation."""

    id: str
    answer_language: LanguageCode
    direction: Direction
    citations: list[Citation]


class SentenceEvent(BaseModel):
    """Streamed event ``sentence``: one sentence of the answer that has passed every check."""

    text: str


class Problem(BaseModel):
    """An error (RFC 9457), as a response of type ``application/problem+json`` or as the
    streamed event ``error``."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None


class Health(BaseModel):
    """``GET /healthz`` and ``/readyz``."""

    status: Literal["ok", "unavailable"]
    checks: dict[Annotated[str, Field(description="Name of a part.")], bool] = Field(
        default_factory=dict
    )
