"""The API's requests, replies and streamed events: all that its clients need to know."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.schemas.text import Day, Text
from assistant.api.schemas.trace_schemas import Trace
from assistant.codes import Direction, Language, Outcome, Rating, Reason

#: Names are one line of text; PostgreSQL cannot even store a null character.
NO_CONTROLS = r"^[^\x00-\x1f\x7f]+$"

#: Ids of conversations may be the caller's own; they stand in paths.
ConversationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
ReplyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
UserId = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=200,
        description="Whom the caller asks for, in the caller's own terms and best not a name. "
        "What is stored can be exported and deleted by it.",
    ),
]


class _Request(BaseModel):
    # A field that the API does not know is an error: ignoring it would mislead the caller. Neither
    # is a value of another type taken for what it may mean: 0 is not false.
    model_config = ConfigDict(extra="forbid", strict=True)


class SearchFilters(_Request):
    """Further conditions that a passage must meet; each lists the values that are allowed."""

    work_ids: list[Text] | None = Field(None, max_length=1000)
    articles: list[Text] | None = Field(
        None, max_length=1000, description="Article numbers: 15, 15-2 for 제15조의2, 79-bis."
    )
    as_of: Day | None = Field(
        None, description="Only what was in force on this day; by default today."
    )


class SearchRequest(_Request):
    """``POST /v1/search``."""

    query: Text = Field(min_length=1, description="A question or search terms, in any language.")
    top_k: int = Field(10, ge=1, le=100, description="How many passages to return at most.")
    language: Language | None = Field(None, description="Only passages in this language.")
    collections: list[Text] | None = Field(None, max_length=1000)
    document_ids: list[Text] | None = Field(None, max_length=1000)
    filters: SearchFilters | None = None


class OtherEdition(BaseModel):
    """A passage that says the same: in another language, or in another document."""

    passage_id: str
    document_id: str
    title: str
    locator: str
    language: Language


class SearchResult(BaseModel):
    """One passage that was found."""

    passage_id: str
    document_id: str
    source: str = Field(description="File name of the document.")
    title: str
    locator: str = Field(description="Where in the document, as its readers cite it.")
    page: int | None
    language: Language
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
    content: Text


class ChatRequest(_Request):
    """``POST /v1/chat``. The last message is the question."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    language: Literal["auto", "ko", "ar", "en"] = Field(
        "auto", description="Language of the reply; auto takes the question's."
    )
    default_language: Language | None = Field(
        None,
        description="Language of the reply where `language` is auto and the question shows none, "
        "as names, abbreviations and numbers do not (TOEFL iBT?).",
    )
    collections: list[Text] | None = Field(None, max_length=1000)
    document_ids: list[Text] | None = Field(
        None, max_length=1000, description="Only these documents; by default all."
    )
    stream: bool = Field(False, description="Send server-sent events instead of one reply.")
    conversation_id: ConversationId | None = Field(
        None,
        description="Continues a conversation. With a single message, the stored ones before it "
        "are taken as its history.",
    )
    replaces: ReplyId | None = Field(
        None,
        description="A reply of the conversation whose question is asked anew. It and what came "
        "after it are no longer part of the conversation. Nothing is replaced where it is not "
        "part of it, or where this reply fails.",
    )
    user: UserId | None = None
    explain: bool = Field(
        False,
        description="Add every decision to the reply, with the sentences that were rejected. "
        "For keys with the scope admin.",
    )


class RequestLimits(BaseModel):
    """``GET /v1/limits``: what the service reads at most."""

    max_question_chars: int = Field(description="Of a question, in Unicode code points.")


class Highlight(BaseModel):
    """Words of a quote."""

    start: int = Field(description="Offset in the quote, in characters.")
    end: int


class Citation(BaseModel):
    """A place in a document that supports the answer, verbatim in its own language."""

    number: int = Field(description="The number that marks it in the answer, as in [1].")
    document_id: str
    passage_id: str
    source: str
    title: str
    locator: str
    page: int | None = Field(description="Of the quoted sentence, in documents with pages.")
    language: Language
    quote: str = Field(description="Verbatim text of the passage.")
    start: int = Field(description="Offset of the quote in the passage's text, in characters.")
    end: int
    score: float = Field(description="Nearness of the quote to the question, from -1 to 1.")
    highlight: list[Highlight] = Field(
        default_factory=list,
        description="The words of the quote that answer the question: the amounts or dates that "
        "are asked for, or the sentence nearest to it.",
    )
    facts: list[str] = Field(
        default_factory=list,
        description="Of a quote in another language: amounts, dates, articles and names that it "
        "states, in the reply's language.",
    )
    translation: str | None = Field(
        None,
        description="Machine translation of the quote into the reply's language, where the service "
        "makes them and this one passed.",
    )
    url: str = Field("", description="Opens the passage with the quote marked.")


class NearestDocument(BaseModel):
    """A document near a question that the corpus does not answer."""

    document_id: str
    passage_id: str | None = Field(
        None, description="Its nearest passage; null in replies that were stored without."
    )
    source: str
    title: str
    language: Language


class Timings(BaseModel):
    """Milliseconds from the request's arrival; ``first_token`` is None without generation."""

    retrieval: float
    evidence: float
    first_token: float | None
    total: float


class PromptTokensDetails(BaseModel):
    """Where the prompt's tokens came from."""

    cached_tokens: int = Field(0, description="Those that the server's prompt cache had.")


class Usage(BaseModel):
    """Tokens that the generator read and wrote for a reply; none where nothing was generated or
    the answer came from the cache."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_tokens_details: PromptTokensDetails = Field(default_factory=PromptTokensDetails)


class StoredReply(BaseModel):
    """The reply to a question, as it is kept in its conversation."""

    id: str
    outcome: Outcome = Field(
        description="answered: every sentence passed the verdict and is cited; quoted: the "
        "documents' own words; not_found: the documents do not answer the question."
    )
    direct: bool = Field(
        True,
        description="Whether what is shown is thought to answer the question. A quoted reply "
        "that is not direct shows the nearest places.",
    )
    answer: str = Field(description="Text to show, with citation marks such as [1].")
    answer_language: Language
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
    usage: Usage = Field(default_factory=Usage)


class ChatResponse(StoredReply):
    """The reply to a question."""

    trace: Trace | None = Field(None, description="Where the request asked to `explain`.")


class EvidenceEvent(BaseModel):
    """Streamed event ``evidence``: sent first and at once, before any generation, and again where a
    sentence rests on something else that was found."""

    id: str
    answer_language: Language
    direction: Direction
    citations: list[Citation]


class SentenceEvent(BaseModel):
    """Streamed event ``sentence``: one sentence of the answer that may be shown."""

    text: str


class FeedbackRequest(_Request):
    """``POST /v1/feedback``."""

    reply_id: Text = Field(min_length=1, max_length=64, description="The reply's ``id``.")
    rating: Rating
    reason: Reason | None = None
    comment: Text | None = Field(None, max_length=4000, description="In the reader's own words.")
    user: UserId | None = None


class Feedback(BaseModel):
    """Feedback as it is stored."""

    id: str
    reply_id: str
    rating: Rating
    reason: Reason | None
    comment: str | None
    user: str | None
    outcome: Outcome = Field(description="The reply's.")
    trace_id: str = Field(description="Id of the request that the reply answered.")
    created_at: datetime


class ConversationShare(BaseModel):
    """``PUT /v1/conversations/{id}/share``."""

    id: str = Field(description="For `GET /v1/shares/{id}`. It cannot be guessed.")
    shared_at: datetime = Field(description="What was asked until then is shared.")


class ConversationSummary(BaseModel):
    """One conversation of a list."""

    id: str
    user: str | None
    title: str | None = Field(
        None, description="Given by the caller, or the beginning of the first question."
    )
    created_at: datetime
    updated_at: datetime
    share: ConversationShare | None = Field(None, description="Where it is shared.")


class ConversationList(BaseModel):
    """``GET /v1/conversations``: the caller's own, the latest first."""

    conversations: list[ConversationSummary]


class ConversationTitle(_Request):
    """``PATCH /v1/conversations/{id}``."""

    title: str = Field(min_length=1, max_length=200, pattern=NO_CONTROLS)


class ConversationTurn(BaseModel):
    """One question and its reply."""

    reply_id: str
    question: str
    reply: ChatResponse | None = Field(
        description="None where it is unfinished, or names documents that the caller may not see "
        "any more."
    )
    unfinished: bool = Field(
        False,
        description="Whether the reply is on its way, or was given up because the caller closed "
        "the connection.",
    )
    replaced: bool = Field(
        False,
        description="Whether another question was asked instead. Only a user's data has such.",
    )
    feedback: Feedback | None = Field(
        None, description="The last that was given on it with this key."
    )
    created_at: datetime


class Conversation(ConversationSummary):
    """``GET /v1/conversations/{id}``."""

    turns: list[ConversationTurn]


class FeedbackList(BaseModel):
    """``GET /v1/feedback``: the latest first."""

    feedback: list[Feedback]


class SharedConversation(BaseModel):
    """``GET /v1/shares/{id}``: what others may read of a conversation."""

    title: str | None
    shared_at: datetime
    turns: list[ConversationTurn]


class UserData(BaseModel):
    """``GET /v1/users/{user}/data``: everything that is stored of one user."""

    user: str
    conversations: list[Conversation]
    feedback: list[Feedback]


class DeletedData(BaseModel):
    """How much was deleted."""

    conversations: int
    feedback: int


class PassageQuote(BaseModel):
    """A part of a passage's text."""

    start: int
    end: int
    text: str


class PassageView(BaseModel):
    """One passage of a document."""

    passage_id: str
    document_id: str
    collection: str
    source: str
    title: str
    locator: str
    headings: list[str]
    page: int | None
    language: Language
    ordinal: int = Field(description="Place in the document, from 0.")
    article: str | None = Field(description="Number of the article that it is of: 15, 15-2.")
    effective_from: int | None = Field(description="First day in force, as 20260911.")
    effective_until: int | None = Field(description="Last day in force, likewise.")
    text: str
    quote: PassageQuote | None = Field(None, description="The part that was asked for.")
    url: str


class PassageList(BaseModel):
    """``GET /v1/documents/{id}/passages``, in the order of the document."""

    total: int
    passages: list[PassageView]


class OpenAIError(BaseModel):
    """An error as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class Problem(BaseModel):
    """An error (RFC 9457), as a response of type ``application/problem+json`` or as the
    streamed event ``error``."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    error: OpenAIError | None = Field(None, description="On the OpenAI-compatible routes.")


class Health(BaseModel):
    """``GET /healthz`` and ``/readyz``."""

    status: Literal["ok", "unavailable"]
    checks: dict[Annotated[str, Field(description="Name of a part.")], bool] = Field(
        default_factory=dict
    )
    calibrated: bool | None = Field(
        None,
        description="Whether gate and verdict were fitted for the embedder in use; where not, "
        "careful defaults hold, and many right answers are only quoted.",
    )
    calibration: str | None = Field(
        None,
        description="The file that says what is fitted: of those that ship, or in the folder "
        "`calibration/` of the service's data.",
        examples=["embeddinggemma-300m.json", "calibration/embeddinggemma-300m.json"],
    )
