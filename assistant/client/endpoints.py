"""What the API can be asked, one function for each endpoint, in the order of ``docs/api.md``."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from urllib.parse import quote

from pydantic import BaseModel

from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    Conversation,
    ConversationList,
    ConversationShare,
    ConversationSummary,
    ConversationTitle,
    DeletedData,
    EvidenceEvent,
    Feedback,
    FeedbackList,
    FeedbackRequest,
    Health,
    PassageList,
    RequestLimits,
    SearchRequest,
    SearchResponse,
    SentenceEvent,
    SharedConversation,
)
from assistant.api.schemas.document_schemas import (
    DocumentList,
    DocumentView,
    FileReport,
    IngestionList,
    IngestionProgress,
    IngestionRequest,
    IngestionView,
)
from assistant.api.schemas.openai_schemas import ModelList
from assistant.api.schemas.reader_schemas import PassageContext, QuestionList, ReplyRecord
from assistant.client.call import Call, EventCall, Request

ChatEvent = EvidenceEvent | SentenceEvent | ChatResponse
IngestionEvent = IngestionProgress | FileReport | IngestionView


class ServiceInfo(BaseModel):
    """The part ``info`` of ``GET /openapi.json``."""

    version: str


class ServiceDescription(BaseModel):
    """Of ``GET /openapi.json``, which service this is."""

    info: ServiceInfo


# Questions


def search(request: SearchRequest) -> Call[SearchResponse]:
    """Find passages."""
    return Call(_post("search", body=request), SearchResponse.model_validate_json)


def chat(request: ChatRequest) -> Call[ChatResponse]:
    """Answer the last message, with one reply."""
    whole = request.model_copy(update={"stream": False})
    return Call(_post("chat", body=whole), ChatResponse.model_validate_json)


def chat_events(request: ChatRequest) -> EventCall[ChatEvent]:
    """Answer the last message: evidence, sentences, and at the end the whole reply."""
    streamed = request.model_copy(update={"stream": True})
    events: dict[str, type[ChatEvent]] = {
        "evidence": EvidenceEvent,
        "sentence": SentenceEvent,
        "reply": ChatResponse,
    }
    return EventCall(_post("chat", body=streamed), events, "reply")


def models() -> Call[ModelList]:
    """The models that chat and embed."""
    return Call(_get("models"), ModelList.model_validate_json)


def limits() -> Call[RequestLimits]:
    """What the service reads at most."""
    return Call(_get("limits"), RequestLimits.model_validate_json)


# Documents and ingestions


def documents(limit: int, offset: int = 0, collection: str | None = None) -> Call[DocumentList]:
    """Some of the documents, by collection and name, and how many there are."""
    query = _get("documents", limit=limit, offset=offset, collection=collection)
    return Call(query, DocumentList.model_validate_json)


def document(document_id: str) -> Call[DocumentView]:
    """A document with its quality report."""
    return Call(_get("documents", document_id), DocumentView.model_validate_json)


def original(document_id: str) -> Request:
    """The file that a document was read from, for `AsyncClient.download`."""
    # As it is: whoever hands it on tells its length.
    as_it_is = {"Accept-Encoding": "identity"}
    return Request("GET", _path("documents", document_id, "original"), headers=as_it_is)


def delete_document(document_id: str) -> Call[None]:
    """Delete a document with its passages."""
    return Call(_request("DELETE", "documents", document_id), _nothing)


def send_documents(
    form: AsyncIterable[bytes] | Iterable[bytes], content_type: str, length: str | None = None
) -> Call[IngestionView]:
    """Hand a form with files on as it comes; what it starts.

    Args:
        form: ``multipart/form-data``, with the fields that the API documents.
        content_type: Its type with the boundary.
        length: Its bytes, where they are known.
    """
    headers = {"Content-Type": content_type} | ({"Content-Length": length} if length else {})
    request = Request("POST", _path("documents"), content=form, headers=headers)
    return Call(request, IngestionView.model_validate_json)


def ingest(request: IngestionRequest) -> Call[IngestionView]:
    """Ingest paths of the service's own machine, for its operator."""
    return Call(_post("ingestions", body=request), IngestionView.model_validate_json)


def ingestions() -> Call[IngestionList]:
    """The latest ingestions."""
    return Call(_get("ingestions"), IngestionList.model_validate_json)


def ingestion(ingestion_id: str) -> Call[IngestionView]:
    """An ingestion with what became of each file."""
    return Call(_get("ingestions", ingestion_id), IngestionView.model_validate_json)


def cancel_ingestion(ingestion_id: str) -> Call[IngestionView]:
    """End an ingestion after the documents at hand."""
    request = _request("POST", "ingestions", ingestion_id, "cancel")
    return Call(request, IngestionView.model_validate_json)


def ingestion_events(ingestion_id: str) -> EventCall[IngestionEvent]:
    """How far an ingestion is, file by file, and at the end its report. Something is sent at
    least every ten seconds or so, however long a document takes."""
    events: dict[str, type[IngestionEvent]] = {
        "progress": IngestionProgress,
        "file": FileReport,
        "report": IngestionView,
    }
    return EventCall(_get("ingestions", ingestion_id, "events"), events, "report")


# Passages


def passages(document_id: str, limit: int, offset: int = 0) -> Call[PassageList]:
    """Some of a document's passages in their order, and how many there are."""
    query = _get("documents", document_id, "passages", limit=limit, offset=offset)
    return Call(query, PassageList.model_validate_json)


def passage_context(
    document_id: str, passage_id: str, marked: tuple[int, int] | None = None
) -> Call[PassageContext]:
    """A passage among its neighbours, wordings and editions.

    Args:
        document_id, passage_id: Which.
        marked: Start and end of a quote in it, in characters.
    """
    start, end = marked or (None, None)
    query = _get("documents", document_id, "passages", passage_id, "context", start=start, end=end)
    return Call(query, PassageContext.model_validate_json)


def page_picture(document_id: str, page: int, quote: str = "") -> Call[bytes]:
    """A page of a PDF as a PNG picture.

    Args:
        document_id, page: Which; pages count from 1.
        quote: What to mark on it.
    """
    return Call(_get("documents", document_id, "pages", f"{page}.png", quote=quote or None), bytes)


# Conversations and feedback


def conversations(
    user: str, containing: str | None = None, limit: int = 100
) -> Call[ConversationList]:
    """A user's latest conversations; those with a text in them where one is given."""
    query = _get("conversations", user=user, containing=containing, limit=limit)
    return Call(query, ConversationList.model_validate_json)


def conversation(conversation_id: str) -> Call[Conversation]:
    """One conversation with its turns."""
    return Call(_get("conversations", conversation_id), Conversation.model_validate_json)


def rename_conversation(conversation_id: str, title: str) -> Call[ConversationSummary]:
    """Give a conversation another title."""
    asked = ConversationTitle.model_construct(title=title)  # whether it will do, the service says
    request = _request("PATCH", "conversations", conversation_id, body=asked)
    return Call(request, ConversationSummary.model_validate_json)


def delete_conversation(conversation_id: str) -> Call[None]:
    """Delete a conversation with everything in it."""
    return Call(_request("DELETE", "conversations", conversation_id), _nothing)


def share_conversation(conversation_id: str) -> Call[ConversationShare]:
    """Share a conversation as far as it has come; its link stays the same."""
    request = _request("PUT", "conversations", conversation_id, "share")
    return Call(request, ConversationShare.model_validate_json)


def unshare_conversation(conversation_id: str) -> Call[None]:
    """Share a conversation no longer."""
    return Call(_request("DELETE", "conversations", conversation_id, "share"), _nothing)


def shared_conversation(share_id: str) -> Call[SharedConversation]:
    """What is shared of a conversation."""
    return Call(_get("shares", share_id), SharedConversation.model_validate_json)


def delete_user(user: str) -> Call[DeletedData]:
    """Delete everything that is stored of a user."""
    return Call(_request("DELETE", "users", user, "data"), DeletedData.model_validate_json)


def reply(reply_id: str) -> Call[ReplyRecord]:
    """One question and its reply."""
    return Call(_get("replies", reply_id), ReplyRecord.model_validate_json)


def give_feedback(feedback: FeedbackRequest) -> Call[Feedback]:
    """Say whether a reply was good."""
    return Call(_post("feedback", body=feedback), Feedback.model_validate_json)


def take_back_feedback(feedback_id: str) -> Call[None]:
    """Take feedback back."""
    return Call(_request("DELETE", "feedback", feedback_id), _nothing)


def feedback(limit: int = 100) -> Call[FeedbackList]:
    """The latest feedback, for admin keys."""
    return Call(_get("feedback", limit=limit), FeedbackList.model_validate_json)


def unanswered(limit: int = 100) -> Call[QuestionList]:
    """The latest questions that the documents do not answer, for admin keys."""
    return Call(_get("questions", limit=limit), QuestionList.model_validate_json)


# The service itself


def readiness() -> Call[Health]:
    """Whether questions can be answered; a service that says no has replied, too."""
    return Call(Request("GET", "/readyz"), Health.model_validate_json, frozenset({503}))


def description() -> Call[ServiceDescription]:
    """Which service this is."""
    return Call(Request("GET", "/openapi.json"), ServiceDescription.model_validate_json)


def _get(*path: str, **query: str | int | None) -> Request:
    return Request("GET", _path(*path), query)


def _post(*path: str, body: BaseModel) -> Request:
    return _request("POST", *path, body=body)


def _request(method: str, *path: str, body: BaseModel | None = None) -> Request:
    return Request(method, _path(*path), body=body)


def _path(*parts: str) -> str:
    """Each part as one segment, whatever is in it: ``..`` would lead to another endpoint."""
    return "/v1/" + "/".join(
        "%2E" * len(part) if part in (".", "..") else quote(part, safe="") for part in parts
    )


def _nothing(body: bytes) -> None:
    """What a response without a body says."""
