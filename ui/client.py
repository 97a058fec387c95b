"""The service's API as typed calls, and every way it can fail as one exception."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, TypeVar

import httpx
from httpx_sse import EventSource, ServerSentEvent, SSEError, aconnect_sse
from pydantic import BaseModel, ValidationError

from assistant.api.schemas.chat_schemas import (
    ChatRequest,
    ChatResponse,
    Conversation,
    ConversationList,
    EvidenceEvent,
    FeedbackList,
    FeedbackRequest,
    Limits,
    Problem,
    SentenceEvent,
)
from assistant.api.schemas.document_schemas import (
    DocumentList,
    DocumentView,
    IngestionList,
    IngestionView,
)
from assistant.api.schemas.reader_schemas import (
    PassageContext,
    QuestionList,
    ReplyRecord,
)
from ui.texts import FailureKind

ChatEvent = EvidenceEvent | SentenceEvent | ChatResponse
Model = TypeVar("Model", bound=BaseModel)

# A small model on a busy laptop may think for minutes between two events.
_TIMEOUT = httpx.Timeout(10.0, connect=5.0, read=300.0)
_KINDS: dict[int, FailureKind] = {
    400: "rejected",
    401: "not_allowed",
    403: "not_allowed",
    404: "gone",
    413: "too_long",
    422: "rejected",
    429: "busy",
    503: "busy",
    504: "busy",
}


class ChatError(Exception):
    """The service did not do what it was asked for.

    Args:
        kind: What happened, as a key of the texts' ``failures``.
        detail: The service's own words, if it sent any.
    """

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


class ChatClient:
    """Asks the service at ``api_url`` (such as ``http://127.0.0.1:8000``), with a key where it
    asks for one. Every call raises `ChatError` where the service cannot be reached, refuses,
    fails, or breaks off."""

    def __init__(self, api_url: str, api_key: str | None = None) -> None:
        self._url = f"{api_url.rstrip('/')}/v1"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def with_key(self, api_key: str) -> ChatClient:
        """The same service, asked with another key."""
        return ChatClient(self._url.removesuffix("/v1"), api_key)

    async def ask(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Yield the events of the reply to ``request``, which has ``stream`` set.

        The last event is the `ChatResponse`.
        """
        body = request.model_dump(exclude_none=True)
        try:
            async with (
                httpx.AsyncClient(timeout=_TIMEOUT, headers=self._headers) as client,
                aconnect_sse(client, "POST", f"{self._url}/chat", json=body) as source,
            ):
                await _raise_for_problem(source)
                async for message in source.aiter_sse():
                    event = _parse(message)
                    if event is not None:
                        yield event
                    if isinstance(event, ChatResponse):
                        return
        except (SSEError, ValidationError) as error:
            raise ChatError("failed") from error
        except httpx.HTTPError as error:
            raise _not_reached(error) from error
        raise ChatError("interrupted")

    # Conversations

    async def conversations(self, user: str, containing: str = "") -> ConversationList:
        """A user's latest conversations; those with a text in them where one is given."""
        query = {"user": user, "limit": 100} | ({"containing": containing} if containing else {})
        return await self._get("/conversations", ConversationList, query)

    async def conversation(self, conversation_id: str) -> Conversation:
        """One conversation with its turns."""
        return await self._get(f"/conversations/{conversation_id}", Conversation)

    async def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        await self._send("PATCH", f"/conversations/{conversation_id}", json={"title": title})

    async def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with everything in it."""
        await self._send("DELETE", f"/conversations/{conversation_id}")

    async def delete_user(self, user: str) -> None:
        """Delete everything that is stored of a user."""
        await self._send("DELETE", f"/users/{user}/data")

    async def reply(self, reply_id: str) -> ReplyRecord:
        """One question and its reply."""
        return await self._get(f"/replies/{reply_id}", ReplyRecord)

    async def give_feedback(self, feedback: FeedbackRequest) -> None:
        """Say whether a reply was good."""
        await self._send("POST", "/feedback", json=feedback.model_dump(exclude_none=True))

    # Sources

    async def passage(
        self, document_id: str, passage_id: str, quote: tuple[int, int] | None = None
    ) -> PassageContext:
        """A passage among its neighbours, wordings and editions."""
        query = {"start": quote[0], "end": quote[1]} if quote else {}
        path = f"/documents/{document_id}/passages/{passage_id}/context"
        return await self._get(path, PassageContext, query)

    async def limits(self) -> Limits:
        """What the service reads at most."""
        return await self._get("/limits", Limits)

    # Operators

    async def documents(self, limit: int, offset: int) -> DocumentList:
        """Some of the documents, by collection and name, and how many there are."""
        return await self._get("/documents", DocumentList, {"limit": limit, "offset": offset})

    async def document(self, document_id: str) -> DocumentView:
        """A document with its quality report."""
        return await self._get(f"/documents/{document_id}", DocumentView)

    async def delete_document(self, document_id: str) -> None:
        """Delete a document with its passages."""
        await self._send("DELETE", f"/documents/{document_id}")

    async def send_documents(
        self, body: AsyncIterator[bytes], headers: Mapping[str, str]
    ) -> httpx.Response:
        """Hand a form with files on as it comes; the service's own answer."""
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
                return await client.post(
                    f"{self._url}/documents", content=body, headers={**headers, **self._headers}
                )
        except httpx.HTTPError as error:
            raise _not_reached(error) from error

    async def ingestions(self) -> IngestionList:
        """The latest ingestions."""
        return await self._get("/ingestions", IngestionList)

    async def ingestion(self, ingestion_id: str) -> IngestionView:
        """An ingestion with what became of each file."""
        return await self._get(f"/ingestions/{ingestion_id}", IngestionView)

    async def feedback(self) -> FeedbackList:
        """The latest feedback."""
        return await self._get("/feedback", FeedbackList, {"limit": 100})

    async def unanswered(self) -> QuestionList:
        """The latest questions that the documents do not answer."""
        return await self._get("/questions", QuestionList, {"limit": 100})

    async def _get(
        self, path: str, model: type[Model], query: Mapping[str, Any] | None = None
    ) -> Model:
        response = await self._send("GET", path, params=query)
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise ChatError("failed") from error

    async def _send(self, method: str, path: str, **values: Any) -> httpx.Response:
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT, headers=self._headers) as client:
                response = await client.request(method, f"{self._url}{path}", **values)
        except httpx.HTTPError as error:
            raise _not_reached(error) from error
        if not response.is_success:
            raise problem_of(response.status_code, response.content)
        return response


def problem_of(status: int, body: bytes) -> ChatError:
    """The error that a response without success tells of."""
    try:
        detail = Problem.model_validate_json(body).detail
    except ValidationError:
        detail = ""  # Not from the service itself: a proxy's error page, for example.
    return ChatError(_KINDS.get(status, "failed"), detail)


def _not_reached(error: httpx.HTTPError) -> ChatError:
    connecting = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
    return ChatError("unreachable" if connecting else "interrupted")


async def _raise_for_problem(source: EventSource) -> None:
    if not source.response.is_success:
        raise problem_of(source.response.status_code, await source.response.aread())


def _parse(message: ServerSentEvent) -> ChatEvent | None:
    """The typed event of ``message``, or None for a kind that this client does not know."""
    match message.event:
        case "evidence":
            return EvidenceEvent.model_validate_json(message.data)
        case "sentence":
            return SentenceEvent.model_validate_json(message.data)
        case "reply":
            return ChatResponse.model_validate_json(message.data)
        case "error":
            problem = Problem.model_validate_json(message.data)
            raise ChatError(_KINDS.get(problem.status, "failed"), problem.detail)
    return None
