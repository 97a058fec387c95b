"""The API's schemas for readers who look closer, and for operators who review replies."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from assistant.api.schemas.chat_schemas import (
    ChatResponse,
    NearestDocument,
    OtherEdition,
    PassageQuote,
    PassageView,
)
from assistant.codes import Outcome

Validity = Literal["in_force", "not_yet", "ended", "repealed", "undated"]


class Wording(BaseModel):
    """The same article as it was or will be worded at another time."""

    passage_id: str
    document_id: str
    title: str
    locator: str
    effective_from: int | None = Field(description="First day in force, as 20260911.")
    effective_until: int | None = Field(description="Last day in force, likewise.")


class EditionPlace(OtherEdition):
    """The same place in another language."""

    quote: PassageQuote | None = Field(
        None, description="What says there what the quote says, where one was asked for."
    )


class PassageContext(BaseModel):
    """``GET /v1/documents/{id}/passages/{id}/context``."""

    passage: PassageView
    before: list[PassageView] = Field(description="The passages above it, in their order.")
    after: list[PassageView] = Field(description="The passages below it.")
    validity: Validity = Field(description="As of today.")
    amended: bool = Field(description="Whether it is a later wording of its article.")
    wordings: list[Wording] = Field(description="Its article's other wordings, the oldest first.")
    editions: list[EditionPlace] = Field(
        description="The same article, or failing that the same place, in other languages."
    )
    issuer: str | None = None
    version: str | None = None
    source_url: str | None = None
    original: bool = Field(
        False, description="Whether the document's file is kept, so that it can be downloaded."
    )
    pictures: list[int] = Field(
        default_factory=list,
        description="Pages, from 1, that the quote stands on, or without one the passage, where "
        "there are pictures of them: of PDFs whose files are kept.",
    )


class ReplyRecord(BaseModel):
    """``GET /v1/replies/{id}``: one question and its reply."""

    question: str
    reply: ChatResponse
    created_at: datetime


class AskedQuestion(BaseModel):
    """A question and what became of it."""

    reply_id: str
    question: str
    outcome: Outcome
    nearest_documents: list[NearestDocument]
    created_at: datetime


class QuestionList(BaseModel):
    """``GET /v1/questions``: the latest first."""

    total: int
    questions: list[AskedQuestion]
